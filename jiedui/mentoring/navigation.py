"""What the room offers to the main navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS: list[NavItem] = [
    NavItem("learning", _("What stays"), "mentoring:staying", "learning.read"),
    NavItem("learning", _("Apprenticeships"), "mentoring:apprenticeships", "learning.read"),
    NavItem("learning", _("Logbook"), "mentoring:cases", "learning.read"),
    NavItem("learning", _("Mentoring studios"), "mentoring:studios", "learning.read"),
    NavItem(
        "learning",
        _("Skills and certificates"),
        "mentoring:skills",
        ("learning.people", "learning.write"),
        also=(
            "mentoring:certificates",
            "mentoring:decisions",
            "mentoring:safety-reviews",
            "mentoring:refreshers",
            "mentoring:criteria",
        ),
    ),
    NavItem("learning", _("Techniques"), "mentoring:techniques", "learning.read"),
    NavItem("learning", _("Department building"), "mentoring:departments", "learning.read"),
    NavItem("learning", _("Two-sided reviews"), "mentoring:reviews", "learning.read"),
    NavItem("learning", _("Teaching sessions"), "mentoring:sessions", "learning.read"),
    NavItem("learning", _("Attachments"), "mentoring:attachments", "learning.read"),
    NavItem("learning", _("Who taught whom"), "mentoring:cascade", "learning.people"),
    NavItem("learning", _("Education sites"), "mentoring:sites", "learning.read"),
    NavItem("learning", _("Awards"), "mentoring:awards", "learning.read"),
]
