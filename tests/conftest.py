"""Fixtures that all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradreel.model import Script
from gradreel.script import parse

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def script() -> Script:
    """The user's own day."""
    return parse(ROOT / "assets" / "day03.md")
