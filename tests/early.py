"""What every test stands on: a home of its own, no network, and the packs of the repo."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_home = Path(tempfile.mkdtemp(prefix="jiedui-test-"))
os.environ["JIEDUI_HOME"] = str(_home)
(_home / "static").mkdir()
os.environ.setdefault("JIEDUI_SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789")
