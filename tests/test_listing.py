"""How source becomes rows: nothing is lost, no row is too wide, breaks fall where a reader
expects."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from gradreel.blocks.listing import Row, rows_of
from gradreel.model import Script


def shown(row: Row) -> str:
    text = ""
    for run in row.runs:
        text += " " * (run.column - len(text)) + run.text
    return text


def test_a_long_line_breaks_after_a_comma_and_hangs() -> None:
    source = "x = torch.tensor([-5.0, 0.0, 5.0], requires_grad=True)"
    rows = [shown(row) for row in rows_of(source, 42)]
    assert rows == ["x = torch.tensor([-5.0, 0.0, 5.0],", "    requires_grad=True)"]


def test_a_trailing_comment_comes_nearer_before_anything_breaks() -> None:
    source = "X = torch.randn(3, 4)                    # data"
    assert [shown(row) for row in rows_of(source, 42)] == ["X = torch.randn(3, 4)  # data"]


def test_a_comment_is_set_word_by_word() -> None:
    runs = [run for row in rows_of("# Day 4: nn.Module", 42) for run in row.runs]
    assert [(run.text, run.col, run.column) for run in runs] == [
        ("#", 0, 0),
        ("Day", 2, 2),
        ("4:", 6, 6),
        ("nn.Module", 9, 9),
    ]


def test_every_character_of_the_user_is_shown_in_its_place(script: Script) -> None:
    for short in script.shorts:
        lines = short.code.text.splitlines()
        for columns in (36, 42, 60):
            seen = ["" for _ in lines]
            for row in rows_of(short.code.text, columns):
                assert len(shown(row)) <= columns
                for run in row.runs:
                    assert lines[run.line - 1][run.col :].startswith(run.text)
                    seen[run.line - 1] += run.text
            bare = [re.sub(r"\s", "", line) for line in lines]
            assert [re.sub(r"\s", "", line) for line in seen] == bare


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zs", "Zl", "Zp")), max_size=200)
)
def test_any_text_fits(line: str) -> None:
    for row in rows_of(line, 30):
        assert len(shown(row)) <= 30


def test_an_arrow_in_code_stays_two_characters() -> None:
    (row,) = rows_of("def f(x) -> int: ...", 40)
    assert "->" in shown(row)


def test_what_belongs_to_backward_is_amber() -> None:
    roles = {run.text: run.role for row in rows_of("y.backward(); x.grad", 40) for run in row.runs}
    assert roles["backward"] == roles["grad"] == "backward"
