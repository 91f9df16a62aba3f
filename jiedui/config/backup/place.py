"""What is backed up, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Place:
    """A house: its folders and its database's settings."""

    home: Path
    files: Path
    store: Path
    database: dict[str, Any]

    @classmethod
    def of_settings(cls) -> Place:
        """The house that the environment names."""
        return cls(settings.HOME, settings.FILES, settings.STORE, settings.DATABASES["default"])

    @property
    def vendor(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return "sqlite" if self.database["ENGINE"].endswith("sqlite3") else "postgresql"

    @property
    def epoch_file(self) -> Path:
        """Its content changes with every restore; phones reconcile when they see it."""
        return self.home / "epoch"

    @property
    def epoch(self) -> str:
        """The present epoch; blank before the first restore."""
        return self.epoch_file.read_text().strip() if self.epoch_file.exists() else ""

    @property
    def letters(self) -> Path:
        """The office's own templates of letters."""
        return self.home / "letters"

    @property
    def key_file(self) -> Path:
        """The key of the house, where it is not given by the environment."""
        return self.home / "secret_key"


def files_below(folder: Path) -> Iterator[Path]:
    """All regular files below a folder in a fixed order; links are not followed."""
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path
