"""Trace -> notes: what could be said of a run, each in several wordings, the best first."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradreel.trace.model import Backward, Number, Step, Tensor, Trace, Value, Write
from gradreel.voice.figures import figures, rounded, shape

MOST_NUMBERS = 6  # of a tensor that is read out or searched for extremes
MOST_NAMES = 3  # in one sentence
_AFTER = 1_000_000  # a step after all others
_FLOAT = re.compile(r"-?\d+\.\d*(?:e[-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say when `step` is seen. Of the `texts`, with code in backquotes, the first that
    is short enough is said; `value` is how telling it is."""

    step: int
    beat: str
    value: int
    texts: tuple[str, ...]


def run_notes(trace: Trace) -> Iterator[Note]:
    """All notes of a run, in no order."""
    run = _Run(trace)
    yield from run.comments()
    yield from run.starts()
    yield from run.results()
    yield from run.gradients()
    yield from run.updates()
    yield from run.loop()
    yield from run.output()


def outcome(trace: Trace, beat: str, opening: str, value: int) -> Note:
    """How a run ended, in one sentence: its error, or what it printed."""
    failure = trace.end.failure
    if failure is not None:
        clause = re.split(r"[.,;:(\n]", failure.message)[0].strip()
        kind = f"{opening} `{failure.kind}`"
        start = clause.split(" and ")[0]
        reasons = [f"{kind}: {text}." for text in (clause, start) if len(text.split()) > 3]
        return Note(_AFTER, beat, value, (*reasons, f"{kind}."))
    printed = _printed(trace.stdout)
    texts = [f"{opening} {verb}{text}." for text in printed for verb in ("it prints ", "")]
    return Note(_AFTER, beat, value, (*texts, f"{opening} look at the output.") if texts else ())


class _Run:
    """One run, asked for what is worth saying."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._tensors = {tensor.uid: tensor for tensor in trace.tensors}
        self._nodes = {node.id: node for node in trace.nodes}
        self._ops = {op.id: op for op in trace.ops}
        self._given: set[tuple[str, Number]] = set()  # gradients that a pass left behind

    # ------------------------------------------------------------------ code

    def comments(self) -> Iterator[Note]:
        """A snippet without statements is a plan: its lines are what there is to say."""
        lines = [line.strip("# .") for line in self.trace.source.splitlines()]
        lines = [line for line in lines if line]
        if lines and not self.trace.runnable:
            yield Note(0, "idea", 90, (f"{', '.join(lines)}.", f"{lines[0]}."))

    def starts(self) -> Iterator[Note]:
        """What the first tensors hold, and which of them are tracked."""
        made = [
            (step, write.name, write.value, tensor)
            for step, write, tensor in self._writes("bind")
            if not step.loop and write.value is not None and not self._works(tensor.born)
        ]
        if not made:
            return
        last = made[-1][0].index
        scalars = [f"`{name}` is {figures(v)}" for _, name, v, _ in made if v.scalar is not None]
        shapes = [(name, shape(v)) for _, name, v, _ in made if len(v.shape) > 1]
        if len(scalars) > 1:
            yield Note(last, "code", 50, (_listed(scalars),))
        if shapes:
            (name, first), rest = shapes[0], [f"`{n}` {s}" for n, s in shapes[1:MOST_NAMES]]
            start = f"`{name}` has shape {first}"
            yield Note(last, "code", 48, (_listed([start, *rest]), f"{start}."))
        for step, name, value, _ in made:
            if value.scalar is not None and len(scalars) == 1:
                yield Note(step.index, "code", 50, (f"`{name}` starts at {figures(value)}.",))
            elif len(value.shape) == 1 and value.data and not shapes:
                texts = [f"`{name}` holds {figures(value)}."] if _few(value) else []
                low, high = rounded(min(value.data), max(value.data))
                texts.append(f"`{name}` holds {len(value.data)} numbers, {low} to {high}.")
                yield Note(step.index, "code", 50, tuple(texts))
        yes = [name for _, name, _, tensor in made if tensor.requires_grad]
        no = [name for _, name, value, tensor in made if not tensor.requires_grad and _real(value)]
        if yes and no:
            yield Note(last, "code", 66, (f"`{yes[0]}` requires grad, `{no[0]}` does not.",))

    # ------------------------------------------------------------------ forward

    def results(self) -> Iterator[Note]:
        """What the operations made: named results, or the last value that has no name."""
        named = [
            (step, write.name, write.value, tensor)
            for step, write, tensor in self._writes("bind")
            if not _late(step) and write.value is not None and self._works(tensor.born)
        ]
        scalars = [(name, value) for _, name, value, _ in named if value.scalar is not None]
        if len(scalars) > 1:
            texts = [f"`{name}` is {figures(value)}" for name, value in scalars[-MOST_NAMES:]]
            yield Note(named[-1][0].index, "forward", 70, (_listed(texts), f"{texts[-1]}."))
        for step, name, value, tensor in named:
            if value.scalar is not None and len(scalars) == 1:
                text = f"`{name}` comes out at {figures(value)}."
                yield Note(step.index, "forward", 70, (text,))
            elif value.scalar is None and (_few(value) or not scalars):
                yield from self._vector(step.index, f"`{name}`", value)
            if not self.trace.backwards:
                yield from self._memory(step.index, name, tensor)
        if not named:
            yield from self._unnamed()

    def _vector(self, step: int, name: str, value: Value | None) -> Iterator[Note]:
        if value is None or not value.data or not _real(value):
            return
        low, high = min(value.data), max(value.data)
        if low == high:
            return
        listed = f"{name} is {figures(value)}."
        if len(value.shape) == 1 and _few(value):
            yield Note(step, "forward", 68, (listed, f"The largest result is {_one(high)}."))
            yield Note(step, "forward", 67, (listed, f"The smallest result is {_one(low)}."))
        else:
            between = [
                "{} lies between {} and {}.".format(name, *rounded(low, high, digits=digits))
                for digits in (3, 2)
            ]
            yield Note(step, "forward", 62, (*between, f"The largest result is {_one(high)}."))

    def _memory(self, step: int, name: str, tensor: Tensor) -> Iterator[Note]:
        """Whether autograd will find the way back; said only where nothing runs backward."""
        op = self._ops.get(-1 if tensor.born is None else tensor.born)
        sources = (
            [self._tensors.get(a.tensor) for a in op.inputs if a.tensor is not None] if op else []
        )
        if tensor.requires_grad and tensor.node in self._nodes:
            made_by = self._nodes[tensor.node].name
            yield Note(step, "forward", 80, (f"`{name}` remembers `{made_by}`.",))
        elif any(source is not None and source.requires_grad for source in sources):
            yield Note(step, "forward", 80, (f"No graph remembers `{name}`.",))

    def _unnamed(self) -> Iterator[Note]:
        """Results used where they stand: `(x**2).backward()`, `print(torch.relu(x))`."""
        roots = [node for backward in self.trace.backwards for node in backward.roots]
        for node in roots:
            op = self._ops.get(-1 if (made := self._nodes[node].op) is None else made)
            value = op.outputs[0].value if op and op.outputs else None
            if op and value and value.scalar is not None:
                text = f"`{op.text}` comes out at {figures(value)}."
                yield Note(op.step, "forward", 70, (text,))
        works = [op for op in self.trace.ops if self._works(op.id) and not op.internal]
        for op in () if roots else works[-1:]:
            yield from self._vector(op.step, "The result", op.outputs[0].value)

    # ------------------------------------------------------------------ backward

    def gradients(self) -> Iterator[Note]:
        """What each backward call left in `.grad`, and what passed through on the way."""
        loops = {step.index for step in self.trace.steps if step.loop}
        for number, backward in enumerate(self.trace.backwards):
            if backward.failure is not None or (number and backward.step in loops):
                continue
            yield from self._through(backward)
            yield from self._arrived(backward, "In step 1, " if backward.step in loops else "")
        for step, write, _ in self._writes("mutate", "grad"):
            emptied = write.value is not None and write.value.scalar == 0
            if write.name.endswith(".grad") and emptied and not step.backwards and not step.loop:
                yield Note(step.index, "backward", 102, (f"`{write.name}` is back at 0.",))

    def _through(self, backward: Backward) -> Iterator[Note]:
        """The gradients of named results between the loss and the leaves."""
        named = {
            (tensor.node, tensor.slot): tensor.names[0]
            for tensor in self.trace.tensors
            if tensor.names and not tensor.is_leaf and tensor.node not in backward.roots
        }
        passed = []
        for visit in backward.visits:
            for slot, value in enumerate(visit.arriving):
                name = named.get((visit.node, slot))
                if name and value is not None and value.scalar is not None:
                    passed.append(f"`{name}` gets {figures(value)}")
        if passed:
            texts = (f"On the way, {_listed(passed)}", f"On the way, {passed[-1]}.")
            yield Note(backward.step, "backward", 72, texts)

    def _arrived(self, backward: Backward, opening: str) -> Iterator[Note]:
        leaves = sorted(
            (visit.leaf, name, visit.before, visit.after)
            for visit in backward.visits
            if visit.leaf is not None and visit.after is not None
            if (name := self._name(visit.leaf))
        )
        step = backward.step
        scalars = [(name, number) for _, name, _, v in leaves if (number := _scalar(v)) is not None]
        if len(scalars) > 1:
            texts = [_pairs(opening or "Gradients: ", scalars, digits) for digits in (3, 2)]
            yield Note(step, "backward", 100, tuple(texts))
        for _, name, before, after in leaves:
            grad = f"`{name}.grad`"
            new, old = _scalar(after), _scalar(before)
            if new is not None and old:
                low, high = rounded(old, new)
                yield Note(step, "backward", 101, (f"{grad} goes from {low} to {high}.",))
            elif new is not None and len(scalars) == 1:
                again = "again" if (name, new) in self._given else ""
                is_now = "is" if opening or again else "is now"
                text = f"{opening}{grad} {is_now} {_one(new)} {again}".rstrip()
                yield Note(step, "backward", 100, (f"{text}.",))
            elif _few(after) and len(leaves) == 1:
                yield from self._extremes(step, f"{opening}{grad} is {figures(after)}.", after)
            elif len(after.shape) > 1:
                text = f"{grad} has shape {shape(after)}, like `{name}`."
                yield Note(step, "backward", 90, (text,))
            if new is not None:
                self._given.add((name, new))

    def _extremes(self, step: int, listed: str, value: Value) -> Iterator[Note]:
        """A short vector's numbers, or only its largest and smallest."""
        assert value.data is not None
        low, high = _one(min(value.data)), _one(max(value.data))
        yield Note(step, "backward", 100, (listed, f"The largest gradient is {high}."))
        yield Note(step, "backward", 99, (listed, f"The smallest gradient is {low}."))

    # ------------------------------------------------------------------ what the steps change

    def updates(self) -> Iterator[Note]:
        """Where gradient steps leave the parameters."""
        first: dict[str, Value] = {}
        last: dict[str, tuple[Step, Value]] = {}
        for step, write, tensor in self._writes("bind", "mutate"):
            if not (tensor.is_leaf and tensor.requires_grad) or write.value is None:
                continue
            if write.how == "bind":
                first.setdefault(write.name, write.value)
            elif write.name in first:
                last[write.name] = step, write.value
        beat = "output" if self.trace.outputs else "backward"
        ends = [(name, n) for name, (_, v) in last.items() if (n := _scalar(v)) is not None]
        if ends:
            texts = [_pairs("At the end: ", ends, digits) for digits in (3, 2)]
            yield Note(max(step.index for step, _ in last.values()), beat, 92, tuple(texts))
        for name, (step, value) in last.items():
            old, new = first[name].data, value.data
            if old and new and len(new) > 1 and _one(old[0]) != _one(new[0]):
                low, high = rounded(old[0], new[0])
                text = f"The first number, {low}, becomes {high}."
                yield Note(step.index, beat, 85, (f"`{name}` moves. {text}", text))

    def loop(self) -> Iterator[Note]:
        """How the loss moved over the iterations."""
        rounds = 1 + max((step.loop[0][1] for step in self.trace.steps if step.loop), default=0)
        roots = {node for backward in self.trace.backwards for node in backward.roots}
        history = [
            (step.index, write.name, number)
            for step, write, tensor in self._writes("bind")
            if step.loop and (number := _scalar(write.value)) is not None
            if tensor.node in roots or write.name == "loss"
        ]
        if len(history) < 2:
            return
        (_, name, begin), (step, _, end) = history[0], history[-1]
        low, high = rounded(begin, end)
        way = "falls" if end < begin else "rises"
        yield Note(step, "backward", 105, (f"`{name}` {way} from {low} to {high}.",))
        yield Note(step, "backward", 84, (f"The loop runs {rounds} steps.",))

    # ------------------------------------------------------------------ output

    def output(self) -> Iterator[Note]:
        """What it printed, read out if it is short."""
        if kind := re.search(r"<(\w+) object at 0x", self.trace.stdout):  # an address is no news
            yield Note(_AFTER, "output", 60, (f"It prints a `{kind[1]}` object.",))
        elif texts := _printed(self.trace.stdout):
            readings = [f"It prints {text}." for text in texts]
            yield Note(_AFTER, "output", 75, (*readings, "And here is the real output."))
        if failure := self.trace.end.failure:
            yield Note(_AFTER, "output", 110, (f"PyTorch raises `{failure.kind}`.",))

    # ------------------------------------------------------------------ the trace

    def _writes(self, *how: str) -> Iterator[tuple[Step, Write, Tensor]]:
        """Changes of tensors by the script itself, not by functions it calls."""
        for step in self.trace.steps:
            for write in () if step.function else step.writes:
                tensor = self._tensors.get(-1 if write.tensor is None else write.tensor)
                if write.how in how and tensor is not None:
                    yield step, write, tensor

    def _works(self, op: int | None) -> bool:
        """Whether an op made a tensor from a tensor, rather than from numbers."""
        made = self._ops.get(-1 if op is None else op)
        if made is None or not made.outputs:  # one that failed has no output
            return False
        return any(a.tensor is not None for a in made.inputs)

    def _name(self, uid: int) -> str:
        tensor = self._tensors.get(uid)
        return tensor.names[0] if tensor is not None and tensor.names else ""


# --------------------------------------------------------------------------- values and wordings


def _late(step: Step) -> bool:
    """In a later round of a loop, where nothing is drawn."""
    return any(iteration for _, iteration in step.loop)


def _scalar(value: Value | None) -> Number | None:
    return value.scalar if value is not None else None


def _real(value: Value) -> bool:
    """Numbers that can carry a gradient."""
    return value.dtype.startswith(("float", "bfloat"))


def _few(value: Value) -> bool:
    return value.data is not None and 1 < len(value.data) <= MOST_NUMBERS


def _one(number: Number) -> str:
    return rounded(number)[0]


def _pairs(opening: str, numbers: list[tuple[str, Number]], digits: int) -> str:
    """`Gradients: x −18, w −12.`"""
    names, values = zip(*numbers[:MOST_NAMES], strict=True)
    texts = rounded(*values, digits=digits)
    return f"{opening}{_listed([f'`{n}` {t}' for n, t in zip(names, texts, strict=True)])}"


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:MOST_NAMES])}."


def _printed(stdout: str) -> tuple[str, ...]:
    """What was printed, ready to be read: as it stands, rounded, or only how far it reaches."""
    lines = re.sub(r"\n\s+", " ", stdout.strip()).splitlines()  # a matrix is one line to say
    if not lines:
        return ()
    exact = ", then ".join(map(_quoted, lines))
    numbers = [float(number) for number in _FLOAT.findall(stdout)]
    if not numbers or not all(map(math.isfinite, numbers)):
        return (exact,)
    bare = [re.sub(r"tensor\(([^()\[\]]+)\)", r"\1", line) for line in lines]
    apart = [re.sub(r"(\d) (?=[-\d])", r"\1, ", line) for line in bare]
    near = ", then ".join(_quoted(_FLOAT.sub(_near, line)) for line in apart)
    about = "about " if any(_one(number).startswith("about") for number in numbers) else ""
    if len(lines) > 1 or len(numbers) < 3 or re.search("[a-z]", stdout.replace("tensor", "", 1)):
        return exact, about + near
    low, high = rounded(min(numbers), max(numbers))
    return exact, about + near, f"numbers from {low} to {high}"


def _near(found: re.Match[str]) -> str:
    return _one(float(found[0])).removeprefix("about ")


def _quoted(line: str) -> str:
    """With brackets a printed line is read as code."""
    return f"`{line}`" if re.search(r"[(\[{]", line) and "`" not in line else line
