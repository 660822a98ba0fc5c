"""Where a source trains: after its data, to the end of its loop."""

from __future__ import annotations

from snippets import short

from gradreel.trace.training import training_of


def test_short_20_trains_in_eight_lines_after_its_data() -> None:
    training = training_of(short(20))
    run = training.run
    assert run.line(training.lines[0]).startswith("W = ")
    assert run.line(training.lines[-1]) == "b.grad.zero_()"
    assert training.length == 8
    assert training.pace == "50 steps, lr 0.01"


def test_lines_are_found_by_what_stands_in_them() -> None:
    training = training_of(short(20))
    found = [training.run.line(n) for n in training.having("zero_", "lr =")]
    assert found == ["lr = 0.01", "W.grad.zero_()", "b.grad.zero_()"]
    assert training.having("print") == []  # after the loop
