"""`%gradreel 13` in a real IPython shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import Video

CONFIG = Path(__file__).parent.parent / "config.toml"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "gradreel.notebook")
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.film
def test_a_short_is_shown_under_the_cell(shell: InteractiveShell, tmp_path: Path) -> None:
    shown = shell.run_line_magic("gradreel", f"13 --voice none --out {tmp_path}")
    assert isinstance(shown, Video)
    (film,) = tmp_path.glob("day03/13-*/*-preview.mp4")
    assert shown.embed
    assert Path(shown.filename) == film


def test_what_is_wrong_is_said_in_words(shell: InteractiveShell) -> None:
    with pytest.raises(UsageError, match="which short"):
        shell.run_line_magic("gradreel", "thirteen")
    with pytest.raises(UsageError, match="there is no short 99"):
        shell.run_line_magic("gradreel", "99")
