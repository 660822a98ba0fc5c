"""report.json and the table: every short once, and nothing forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradreel import report
from gradreel.errors import SnippetError, WorkerLost
from gradreel.model import Script
from gradreel.order import READY, Outcome, Stage


@pytest.fixture
def day(script: Script) -> Script:
    return replace(script, shorts=script.shorts[:4])


def told(folder: Path) -> list[dict[str, Any]]:
    shorts: list[dict[str, Any]] = json.loads((folder / report.NAME).read_text())["shorts"]
    return shorts


def statuses(folder: Path) -> list[tuple[int, str]]:
    return [(entry["short"], entry["status"]) for entry in told(folder)]


def made(day: Script, index: int, folder: Path) -> Outcome:
    short = day.shorts[index]
    film = folder / short.slug / f"{short.slug}.mp4"
    stages = {"trace": 1.0, "shoot": 10.0 + index}
    return Outcome(short, "made", film, 15.5, stages, ("a warning",), "hibari", 165.0, tries=1)


def test_at_every_moment_it_says_how_far_the_batch_is(day: Script, tmp_path: Path) -> None:
    with report.Report(tmp_path, day, day.shorts) as record:
        assert statuses(tmp_path) == [(n, "not started") for n in (1, 2, 3, 4)]
        record.hear(Stage(day.shorts[0], "trace"))
        record.hear(Stage(day.shorts[1], "trace"))
        record.hear(Stage(day.shorts[0], READY))
        assert statuses(tmp_path)[:2] == [(1, "not started"), (2, "in work")]
        record.hear(made(day, 1, tmp_path))
        error = SnippetError("it is wrong", fix="Mend it.", path=day.path, line=7)
        record.hear(Outcome(day.shorts[2], "failed", error=error, stage="trace", tries=1))
        record.hear(Stage(day.shorts[3], "shoot", 0.5))
    assert statuses(tmp_path) == [
        (1, "not started"), (2, "made"), (3, "failed"), (4, "interrupted"),
    ]  # fmt: skip
    _, second, third, _ = told(tmp_path)
    assert second["video"] == f"{day.shorts[1].slug}/{day.shorts[1].slug}.mp4"
    assert (second["seconds"], second["stages"]["shoot"], second["tries"]) == (15.5, 11.0, 1)
    assert (second["voice"], second["warnings"]) == ("hibari", ["a warning"])
    assert third["error"] == {
        "kind": "SnippetError", "stage": "trace", "file": str(day.path), "line": 7,
        "message": "it is wrong", "fix": "Mend it.",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == [report.NAME]


def test_a_batch_changes_its_own_shorts_only(day: Script, tmp_path: Path) -> None:
    with report.Report(tmp_path, day, day.shorts) as record:
        for index in range(3):
            record.hear(made(day, index, tmp_path))
    before = told(tmp_path)
    with report.Report(tmp_path, day, day.shorts[1:2]) as record:
        record.hear(Outcome(day.shorts[1], "failed", error=WorkerLost("gone"), tries=3))
    after = told(tmp_path)
    assert after[1]["status"] == "failed"
    assert [after[0], *after[2:]] == [before[0], *before[2:]]
    fewer = replace(day, shorts=day.shorts[:2])
    with report.Report(tmp_path, fewer, fewer.shorts[:1]):
        pass
    assert statuses(tmp_path) == [(1, "not started"), (2, "failed")]


def test_what_is_kept_still_says_what_its_making_took(day: Script, tmp_path: Path) -> None:
    with report.Report(tmp_path, day, day.shorts[:2]) as record:
        for index in range(2):
            record.hear(made(day, index, tmp_path))
    with report.Report(tmp_path, day, day.shorts[:2]):
        pass  # killed before it heard anything
    assert report.seconds(tmp_path) == {1: 11.0, 2: 12.0}
    with report.Report(tmp_path, day, day.shorts[:2]) as record:
        record.hear(Outcome(day.shorts[0], "kept", tmp_path / "x.mp4"))
    first = told(tmp_path)[0]
    assert (first["status"], first["voice"], first["seconds"]) == ("kept", "hibari", 15.5)
    assert report.seconds(tmp_path) == {1: 11.0, 2: 12.0}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"shorts": 3}', '{"shorts": [3, {"short": 1}, {"short": []}]}', "\x00"],
)
def test_a_file_that_is_no_report_is_no_obstacle(day: Script, tmp_path: Path, text: str) -> None:
    (tmp_path / report.NAME).write_text(text)
    assert report.seconds(tmp_path) == {}
    with report.Report(tmp_path, day, day.shorts[:1]) as record:
        record.hear(made(day, 0, tmp_path))
    assert statuses(tmp_path) == [(1, "made")]


def test_the_table_has_every_short_once(day: Script, tmp_path: Path) -> None:
    error = SnippetError("it is wrong", path=Path("day.md"), line=7)
    lines = report.table(
        [
            Outcome(day.shorts[2], "failed", stages={"trace": 0.5}, error=error, tries=1),
            made(day, 0, tmp_path),
            Outcome(day.shorts[1], "kept", tmp_path / "x.mp4"),
        ]
    )
    assert lines == [
        "short  status  trace  shoot  seconds  tries  cause",
        "   01  made      1.0   10.0     15.5      1",
        "   02  kept",
        "   03  failed    0.5                      1  day.md:7: it is wrong",
    ]


def test_tries_and_stages_add_up(day: Script, tmp_path: Path) -> None:
    lost = Outcome(
        day.shorts[0], "failed", None, 2.0, {"trace": 1.5}, ("slow",), error=WorkerLost("it died.")
    )
    whole = made(day, 0, tmp_path).after(lost)
    assert (whole.status, whole.seconds, whole.stages) == (
        "made", 17.5, {"trace": 2.5, "shoot": 10.0},
    )  # fmt: skip
    assert whole.warnings == ("slow", "tried again: it died.", "a warning")
