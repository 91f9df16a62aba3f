"""Uploads are cut off at the limit, before they fill a disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from jiedui.core.sheets.limits import MAX_BYTES


class LimitedUpload(FileUploadHandler):
    """Goes first among the handlers: keeps nothing of a file beyond the limit.

    ``request.upload_too_large`` says so to the form.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Told the length of the whole request before any of it is read."""
        self.too_large = content_length > MAX_BYTES + (1 << 20)
        if self.too_large and self.request is not None:
            self.request.upload_too_large = True  # type: ignore[attr-defined]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Let a chunk through, or skip the rest of the file."""
        if self.too_large:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Another handler makes the file."""
        return None
