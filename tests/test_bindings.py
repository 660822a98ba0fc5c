"""What a run gave to its names."""

from __future__ import annotations

from snippets import traced

from gradreel.trace.bindings import last_bindings, writes_to

LOOP = (
    "import torch\n"
    "w = torch.tensor(1.0, requires_grad=True)\n"
    "for n in range(2):\n"
    "    (w * 3).backward()\n"
    "    w.grad.zero_()\n"
)


def test_every_write_to_a_name_is_told_with_its_line() -> None:
    run = traced(LOOP)
    told = [(line, value.scalar) for line, value in writes_to(run, "w.grad")]
    assert told == [(4, 3), (5, 0), (4, 3), (5, 0)]
    assert [line for line, _ in writes_to(run, "w")] == [2]


def test_only_the_last_binding_of_a_plain_name_counts() -> None:
    bound = last_bindings(traced(LOOP))
    assert [(write.name, write.text) for write in bound if write.name == "n"] == [("n", "1")]
    assert [write.name for write in bound] == ["w", "n"]
