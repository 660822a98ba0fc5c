"""What a run of a snippet really did, as frozen data: the `Trace`.

Ids are small integers in the order things first happened, never `id()`, so a trace serialises,
diffs and can be compared with a golden file. Spans are characters of the snippet, not bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Number = float | int | bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the snippet. Lines count from 1, columns from 0; `end_col` is exclusive."""

    line: int
    col: int
    end_line: int
    end_col: int


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor's contents at one moment.

    `data` is flat, row-major, with floats at the shortest decimal that gives back the same
    float32 (0.2, not 0.20000000298); `None` above `MAX_ELEMENTS` or where unreadable, and then
    `summary` has (min, max, mean, std). nan and inf are kept.
    """

    shape: tuple[int, ...]
    dtype: str
    data: tuple[Number, ...] | None
    summary: tuple[float, float, float, float] | None = None

    MAX_ELEMENTS = 1024  # a plain class attribute: no annotation, so not a field

    @property
    def numbers(self) -> tuple[Number, ...]:
        """`data`, or nothing where it was not kept."""
        return self.data or ()

    @property
    def scalar(self) -> Number | None:
        """The one number of a one-element tensor, else None."""
        return self.data[0] if self.data is not None and len(self.data) == 1 else None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the source, found by `ast`, run or not. `kind` is the ast class name."""

    id: int
    kind: str
    span: Span
    header: Span  # of a compound statement the part up to its colon, else the whole
    parent: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class Write:
    """A name (`W`), attribute (`W.grad`, `model.fc1.weight`) or tensor that a step changed."""

    name: str
    how: Literal["bind", "mutate", "grad", "flag", "delete"]
    tensor: int | None  # uid
    version: int | None
    value: Value | None
    text: str | None = None  # repr of a plain Python value, at most 200 characters


@dataclass(frozen=True, slots=True)
class Output:
    """Text that one line wrote. Several writes of one `print` are one Output."""

    step: int
    line: int
    stream: Literal["stdout", "stderr"]
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception as the viewer would see it: `kind: message`, and the span that raised."""

    kind: str
    message: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Step:
    """One execution of one statement. `loop` is ((statement id, iteration from 0), ...) outermost
    first. A `light` step (late iterations of long loops) has only small writes and output."""

    index: int
    statement: int
    loop: tuple[tuple[int, int], ...]
    function: str  # "" at module level, else the qualified name of the running function
    grad_mode: Literal["on", "no_grad", "inference"]
    writes: tuple[Write, ...]
    ops: tuple[int, ...]
    backwards: tuple[int, ...]
    light: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor object of the run, whatever names it had. `requires_grad`, `is_leaf` and
    `retains_grad` are as at the end of the run; `born` is the op that made it."""

    uid: int
    names: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    requires_grad: bool
    is_leaf: bool
    retains_grad: bool
    born: int | None
    node: int | None  # its autograd node, if it has one
    slot: int = 0  # which output of that node


@dataclass(frozen=True, slots=True)
class Argument:
    """An input of an op: a tensor (uid and version) or a constant as text."""

    name: str
    tensor: int | None
    version: int | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """An output tensor of an op and its contents right after it."""

    tensor: int
    version: int
    in_place: bool
    value: Value | None
    node: int | None  # autograd node that made it, None if not tracked


@dataclass(frozen=True, slots=True)
class Op:
    """One operation as the user wrote it: `torch.sigmoid(x)`, `x + 1`, `model(x)`.

    `label` is short (`sigmoid`, `+`, `@`, `**`, `Linear`). `internal` ops ran inside library code
    (optimizer steps, module internals) and share the span of the user's call; `module` is the
    path of the module that ran them (`net.0:Linear`) or "".
    """

    id: int
    step: int
    function: str
    label: str
    span: Span
    text: str
    inputs: tuple[Argument, ...]
    outputs: tuple[Result, ...]
    grad_mode: Literal["on", "no_grad", "inference"]
    module: str = ""
    internal: bool = False
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class AutogradNode:
    """A function of autograd's graph. `next` are its input edges as (node, output index) or None.
    `leaf` is the uid that an AccumulateGrad node serves."""

    id: int
    name: str  # `SigmoidBackward0`, `AccumulateGrad`
    op: int | None
    leaf: int | None
    next: tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """The engine at one node, in its real order.

    `arriving` is the gradient of each output of the node; `contributions` what it sends along each
    of its `next` edges (before the next node adds them up). For an AccumulateGrad node `before` and
    `after` are the leaf's `.grad`, with `before` None where `.grad` was None.
    """

    sequence: int
    node: int
    arriving: tuple[Value | None, ...]
    contributions: tuple[Value | None, ...]
    leaf: int | None = None
    before: Value | None = None
    after: Value | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Backward:
    """One run of the engine: `.backward()` or `torch.autograd.grad`."""

    id: int
    step: int
    span: Span
    text: str
    roots: tuple[int, ...]  # autograd nodes it starts from
    visits: tuple[Visit, ...]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How the run ended. `raised` is content; the others but `ok` are limits or broken source."""

    status: Literal["ok", "raised", "syntax", "exit", "timeout", "steps", "memory", "killed"]
    failure: Failure | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole truth about one run. `control` is "same", or how the untraced run differed."""

    source: str
    seed: int
    torch: str  # version, "2.13.0"
    python: str
    isolation: str  # what held the snippet in: "rlimits+audit+netns+landlock" …
    statements: tuple[Statement, ...]
    steps: tuple[Step, ...]
    tensors: tuple[Tensor, ...]
    ops: tuple[Op, ...]
    nodes: tuple[AutogradNode, ...]
    backwards: tuple[Backward, ...]
    outputs: tuple[Output, ...]
    end: End
    control: str
    warnings: tuple[str, ...] = ()

    @property
    def stdout(self) -> str:
        return "".join(o.text for o in self.outputs if o.stream == "stdout")

    def line(self, number: int) -> str:
        """A line of the source, without its indent."""
        return self.source.splitlines()[number - 1].strip()

    def span_of(self, text: str, line: int) -> Span:
        """Where a line of the source first has this text."""
        start = self.source.splitlines()[line - 1].index(text)
        return Span(line, start, line, start + len(text))

    @property
    def runnable(self) -> bool:
        """False for a snippet of comments only."""
        return bool(self.statements)

    def written(self, name: str) -> list[Value]:
        """What was written to a name, in order: `W`, `W.grad`."""
        writes = (write for step in self.steps for write in step.writes if write.name == name)
        return [write.value for write in writes if write.value is not None]

    def op(self, label: str) -> Op:
        """The first op that is called so: `relu`, `-=`."""
        return next(op for op in self.ops if op.label == label)

    def result_of(self, label: str) -> Value:
        """What that op made, or wrote in place."""
        value = self.op(label).outputs[0].value
        assert value is not None
        return value

    def function_of(self, tensor: int | None) -> str:
        """What autograd calls the function that made a tensor, or gathers a leaf's gradient:
        `MulBackward0`, `AccumulateGrad`; "" if it did not record one."""
        made = next((t.node for t in self.tensors if t.uid == tensor), None)
        own = (n.name for n in self.nodes if n.id == made or n.leaf == tensor is not None)
        return next(own, "")
