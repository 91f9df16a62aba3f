"""Line drawings on a grid of 20, stroke 1.5, drawn with the text's colour."""

from __future__ import annotations

ICONS: dict[str, str] = {
    "dot": '<circle cx="10" cy="10" r="3"/>',
    "menu": '<path d="M3 5.5h14M3 10h14M3 14.5h14"/>',
    "search": '<circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/>',
    "user": '<circle cx="10" cy="7" r="3"/><path d="M4 17c.6-3.2 3-5 6-5s5.4 1.8 6 5"/>',
    "down": '<path d="m5.5 8 4.5 4.5L14.5 8"/>',
    "up": '<path d="m5.5 12 4.5-4.5 4.5 4.5"/>',
    "left": '<path d="M12 5.5 7.5 10l4.5 4.5"/>',
    "right": '<path d="m8 5.5 4.5 4.5L8 14.5"/>',
    "first": '<path d="M13.5 5.5 9 10l4.5 4.5M6 5.5v9"/>',
    "export": '<path d="M10 3v9m-3.5-3.5L10 12l3.5-3.5M4 14v2.5h12V14"/>',
    "import": '<path d="M10 12V3M6.5 6.5 10 3l3.5 3.5M4 14v2.5h12V14"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "close": '<path d="m5 5 10 10M15 5 5 15"/>',
    "check": '<path d="m4.5 10.5 3.5 3.5 7.5-8"/>',
    "alert": '<path d="M10 3.5 17.5 16h-15zM10 8.5v3.5m0 2v.2"/>',
    "clock": '<circle cx="10" cy="10" r="6.5"/><path d="M10 6.5V10l2.5 1.8"/>',
    "file": '<path d="M5 2.8h6.5L15 6.3v10.9H5zM11.2 3v3.6H15"/>',
    "link": '<path d="M8.5 11.5a3 3 0 0 0 4.2 0l2.3-2.3a3 3 0 0 0-4.2-4.2l-.9.9m1.6 2.6a3 3 0 0 0-4.2 0L5 10.8A3 3 0 0 0 9.2 15l.9-.9"/>',  # noqa: E501
    "flow": '<path d="M3 10h13m-4-4 4 4-4 4"/>',
    "edit": '<path d="m4 16 .8-3.2L13.5 4l2.5 2.5L7.2 15.2z"/>',
    "filter": '<path d="M3 5h14M5.5 10h9M8 15h4"/>',
    "people": '<circle cx="7.5" cy="7.5" r="2.5"/><path d="M2.8 16c.4-2.8 2.2-4.3 4.7-4.3s4.3 1.5 4.7 4.3M12.5 5.3a2.5 2.5 0 0 1 0 4.5M14 12.2c1.8.5 2.9 1.8 3.2 3.8"/>',  # noqa: E501
    "print": '<path d="M6 7.5V3h8v4.5M6 14H3.5V7.5h13V14H14M6 11.5h8V17H6z"/>',
    "copy": '<path d="M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7"/>',
    "history": '<path d="M4 6.2A7 7 0 1 1 3 10.5M4 3v3.5h3.5M10 6.5V10l2.5 1.8"/>',
    "example": '<path d="M8 3h4M9 3v4.5L4.5 16.5h11L11 7.5V3M6.8 12.5h6.4"/>',
    "theme": '<circle cx="10" cy="10" r="6.5"/><path d="M10 3.5v13a6.5 6.5 0 0 0 0-13z" fill="currentColor"/>',  # noqa: E501
}
