"""Whether a packaged film still holds: what was changed in its record is found and located."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from packages import finished, script_of, settings_of

from gradreel.evidence.compare import compare
from gradreel.evidence.film import read_record
from gradreel.evidence.verify import Packaged, Verdict, days, packaged, verify
from gradreel.order import Outcome
from gradreel.publish.package import package
from gradreel.trace import Trace, Tracer, from_json, to_json
from gradreel.truth import Known, Origin

SOURCE = """import torch

x = torch.tensor([-5.0, 0.0, 5.0], requires_grad=True)
torch.sigmoid(x).sum().backward()
print(x.grad)
w = torch.rand(2)
loss = x.grad.sum().item()
"""
SCRIPT = script_of("One")
Doctor = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def tracer() -> Iterator[Tracer]:
    with Tracer() as tracer:
        yield tracer


@pytest.fixture(scope="module")
def run(tracer: Tracer) -> Trace:
    return tracer.trace(SOURCE, seed=7)


@pytest.fixture
def short(root: Path, tmp_path: Path, run: Trace) -> Packaged:
    """A packaged short whose film showed `0.25`, `0.00665` and `7`."""
    settings = settings_of(root, tmp_path)
    film = finished(SCRIPT, SCRIPT.shorts[0], settings, run)
    record = json.loads(film.with_name("trace.json").read_text())
    record["shown"] += [shown(record, "0.25"), shown(record, "0.00665")]
    film.with_name("trace.json").write_text(json.dumps(record))
    package(SCRIPT, settings, [Outcome(SCRIPT.shorts[0], "kept", film)], datetime.now(UTC))
    return packaged(tmp_path, 7)[0]


def shown(record: dict[str, Any], text: str) -> dict[str, Any]:
    """A number of the run as the film's record has it."""
    trace = from_json(record["runs"][0]["trace"])
    origin = Known.among([("code", trace)], (), ()).origin(float(text), text)
    assert origin is not None
    place = {"run": origin.run, "what": origin.what, "line": origin.line}
    return {
        "text": text, "second": 1.5, "spoken": False, "numbers": [{"shown": text, "origin": place}],
    }  # fmt: skip


def doctored(short: Packaged, tracer: Tracer, change: Doctor, *, sealed: bool = True) -> Verdict:
    """What is said of a record in which something was changed, `sealed` as if nobody noticed."""
    path = short.folder / "trace.json"
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    return verify(replace(short, files=()) if sealed else short, tracer)


def writes(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    steps = data["runs"][0]["trace"]["steps"]
    return [write for step in steps for write in step["writes"] if write["name"] == name]


def test_a_clean_package_holds(short: Packaged, tracer: Tracer) -> None:
    verdict = verify(short, tracer)
    assert (verdict.status, verdict.broken, verdict.differences) == ("holds", (), ())
    assert (verdict.files, verdict.last_bits) == ((), 0)
    assert verdict.numbers >= 4
    assert verdict.then == verdict.now


def test_another_value_is_found_at_its_line(short: Packaged, tracer: Tracer) -> None:
    def change(data: dict[str, Any]) -> None:
        writes(data, "x.grad")[0]["value"]["data"][1] = 0.26

    verdict = doctored(short, tracer, change)
    assert verdict.status == "changed"
    assert ("x.grad", 4, "0.26", "0.25") in {
        (d.what, d.line, d.then, d.now) for d in verdict.differences
    }


def test_a_number_that_was_never_computed_is_found_where_it_was_shown(
    short: Packaged, tracer: Tracer
) -> None:
    def change(data: dict[str, Any]) -> None:
        data["shown"][-1]["text"] = "0.00669"
        data["shown"][-1]["numbers"][0]["shown"] = "0.00669"

    (broken,) = doctored(short, tracer, change).broken
    assert (broken.shown, broken.now, broken.second) == ("0.00669", "0.00665", 1.5)
    assert broken.origin is not None
    assert (broken.origin.run, broken.origin.line) == ("code", 4)


def test_another_seed_gives_other_numbers(short: Packaged, tracer: Tracer) -> None:
    def change(data: dict[str, Any]) -> None:
        data["runs"][0]["trace"]["seed"] = 8

    verdict = doctored(short, tracer, change)
    assert {(d.what, d.line) for d in verdict.differences} == {("w", 6), ("torch.rand(2)", 6)}


def test_another_output_is_found(short: Packaged, tracer: Tracer) -> None:
    def change(data: dict[str, Any]) -> None:
        output = data["runs"][0]["trace"]["outputs"][0]
        output["text"] = output["text"].replace("tensor", "Tensor")

    (found,) = doctored(short, tracer, change).differences
    assert (found.what, found.line) == ("printed", 5)
    assert (found.then[:6], found.now[:6]) == ("Tensor", "tensor")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda run: run["ops"][1].update(label="tanh"), "the operations that ran"),
        (lambda run: run["backwards"][0]["visits"].reverse(), "the order of the backward pass"),
        (lambda run: run["nodes"][0].update(name="TanhBackward0"), "the graph"),
        (lambda run: run["steps"].pop(), "the statements that ran"),
        (lambda run: run["tensors"][0].update(requires_grad=False), "a tensor"),
        (lambda run: run["end"].update(status="exit"), "how it ends"),
        (lambda run: run.update(control="x.grad was another"), "the run without the tracer"),
    ],
)
def test_another_course_is_found(
    short: Packaged, tracer: Tracer, change: Doctor, what: str
) -> None:
    verdict = doctored(short, tracer, lambda data: change(data["runs"][0]["trace"]))
    assert what in {difference.what for difference in verdict.differences}


def test_another_version_of_torch_is_told_and_no_fault(short: Packaged, tracer: Tracer) -> None:
    def change(data: dict[str, Any]) -> None:
        data["runs"][0]["trace"]["torch"] = "9.9.9"

    verdict = doctored(short, tracer, change)
    assert verdict.status == "holds"
    assert verdict.then is not None
    assert verdict.then.torch == "9.9.9"


def test_last_bits_are_told_and_no_fault(short: Packaged, tracer: Tracer) -> None:
    def change(data: dict[str, Any]) -> None:
        writes(data, "x.grad")[0]["value"]["data"][1] = 0.2500001
        loss = writes(data, "loss")[0]
        loss["text"] = str(float(loss["text"]) + 1e-9)

    verdict = doctored(short, tracer, change)
    assert (verdict.status, verdict.last_bits) == ("holds", 2)


def test_a_file_that_was_touched_is_named(short: Packaged, tracer: Tracer) -> None:
    (short.folder / "title.txt").write_text("Another\n")
    (short.folder / "captions.srt").unlink()
    verdict = doctored(short, tracer, lambda _: None, sealed=False)
    assert verdict.status == "damaged"
    assert set(verdict.files) == {
        "title.txt is not what the manifest says",
        "captions.srt is missing",
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 99}'])
def test_a_record_that_cannot_be_read_is_no_crash(
    short: Packaged, tracer: Tracer, text: str
) -> None:
    (short.folder / "trace.json").write_text(text)
    assert verify(replace(short, files=()), tracer).status == "unknown"
    assert verify(short, tracer).status == "damaged"


def test_a_package_without_a_manifest_is_found_by_its_folders(short: Packaged) -> None:
    day = short.folder.parent
    assert days(day.parent) == (7,)
    (day / "manifest.json").unlink()
    (found,) = packaged(day.parent, 7)
    assert (found.short, found.folder, found.files) == (1, short.folder, ())


def test_a_record_reads_back_as_it_was_written(short: Packaged, run: Trace) -> None:
    record = read_record(short.folder / "trace.json")
    assert record is not None
    assert record.runs[0].trace == from_json(to_json(run)) == run
    assert (record.day, record.short, record.tags) == (7, 1, ("7", "1"))


def test_where_numbers_are_from(run: Trace) -> None:
    known = Known.among([("code", run)], ["Say 42."], ["7"])
    assert known.origin(0.25, "0.25") == Origin("code", "x.grad", 4)
    assert known.origin(-5, "-5") == Origin("code", "x", 3)
    assert known.origin(42, "42") == Origin("", "the author's words")
    assert known.origin(0.27, "0.27") is None
    assert known.strangers("0.25 and 0.27") == ["0.27"]


def test_a_run_is_the_same_as_itself(run: Trace) -> None:
    compared = compare("code", run, run)
    assert (compared.differences, compared.last_bits) == ((), 0)
