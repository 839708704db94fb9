"""Programs under test are data: `tests/test_conformance.py` runs them."""

from __future__ import annotations

collect_ignore_glob = ["*.py", "cases/*"]
