"""Which spoken words point at what: the code that lights up, the nodes and edges that pulse.

An author writes no marks. A word is looked up among the names and operators of the snippet that is
on screen: as it is written (`requires_grad=True`), by its parts (`x.grad`, then `grad`), or by what
teachers call it (`gradients` for `.grad`, `plus` for `+`). Of several places the one that plays in
the word's beat wins, then the next one in reading order.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gradreel.model import Binding, Brief, Source, SpokenWord, Timeline
from gradreel.trace.graph import Graph, graph_of
from gradreel.trace.model import Span, Trace

# What teachers call it -> what is written: names, attributes or signs, the likeliest first.
CONCEPTS = {
    word: names.split()
    for words, names in {
        "backward backprop backpropagation backpropagate": "backward",
        "gradient gradients grad grads derivative derivatives slope slopes": "grad backward",
        "zero zeros zeroed zeroing reset resets clear clears clearing": "zero_ zero_grad",
        "accumulate accumulates accumulated accumulating": "grad",
        "detach detaches detached detaching cut cuts": "detach",
        "track tracks tracked tracking history": "requires_grad no_grad",
        "retain retains retained retaining keep keeps": "retain_grad retain_graph",
        "free frees": "backward",
        "print prints printed": "print",
        "plus add adds added adding addition": "+ add sum",
        "minus subtract subtracts difference": "-",
        "times multiply multiplies product": "* @",
        "square squares squared power": "**",
        "sum sums": "sum",
        "average averages mean": "mean",
        "activation activations nonlinearity": "relu sigmoid tanh softmax leaky_relu",
        "dimension dim axis": "dim",
        "prediction predictions predict predicts": "y_pred pred preds probs",
        "target targets": "target targets y",
        "probability probabilities distribution": "probs softmax sigmoid",
        "logit logits": "logits",
        "loss losses": "loss",
        "layer layers linear": "@ linear",
        "update updates updating": "-= step",
        "seed seeds": "manual_seed",
        "loop iteration iterations step steps": "for",
        "input inputs data": "x data inputs",
        "weight weights": "w weight",
        "bias biases": "b bias",
        "epoch epochs": "range",
        "inference evaluation": "no_grad inference_mode",
        "output outputs result": "print",
    }.items()
    for word in words.split()
}
PARAMETERS = {"leaf", "leaves", "parameter", "parameters", "param", "params", "weights"}
WHOLE_GRAPH = {"graph", "graphs", "node", "nodes", "chain", "history", "operations", "ops"}
MODULES = {"torch", "nn", "np", "F", "functional", "numpy"}  # say nothing about a line
SILENT = "none"  # `[word]{#none}` points at nothing

_WORD = re.compile(r"\w+")
_CHAIN = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LINE = re.compile(r"line-(\d+)")
_ENDS = re.compile(r"^\W+|\W+$")
_DERIVATIVE = re.compile(r"[d∂]\w+/[d∂](\w+)")


@dataclass(frozen=True, slots=True)
class _Place:
    """A name or sign of a snippet, in lower case, as written, and where."""

    key: str
    text: str
    span: Span
    binds: bool  # it is what the line assigns to


def bind(
    timeline: Timeline, trace: Trace, mistake: Trace | None = None, fix: Trace | None = None
) -> tuple[Binding, ...]:
    """The words that point at something, in the order they are said.

    Words of the mistake beat are looked up in its own code. An author's `{#name}` stands for what
    that name would find, `{#line-4}` for the line, `{#none}` for nothing.
    """
    pages = {"code": _Page(trace)}
    pages |= {of: _Page(t) for of, t in (("mistake", mistake), ("fix", fix)) if t is not None}
    homes = {part: beat.name for beat in timeline.beats for part in beat.parts}
    found = []
    for word in timeline.words:
        beat = homes.get(word.part, "")
        of: Source = "code"
        if beat == "mistake" and "mistake" in pages:
            of = "fix" if word.part.startswith("run-fix") and "fix" in pages else "mistake"
        if binding := pages[of].bound(word, beat):
            found.append(replace(binding, of=of))
    return tuple(found)


def unbound(timeline: Timeline, bindings: tuple[Binding, ...]) -> tuple[SpokenWord, ...]:
    """Words of the author that were meant to point at something and do not: code and cues."""
    bound = {binding.word for binding in bindings}
    return tuple(
        word
        for word in timeline.words
        if word not in bound
        and not word.part.startswith("run-")
        and (word.cue or (word.code and not keyword.iskeyword(_ENDS.sub("", word.shown))))
        and word.cue != SILENT
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A word of a part and what it points at, in words; "" for nothing."""

    part: str
    word: str
    at: str


def told(brief: Brief) -> tuple[Told, ...]:
    """For the author: every word that points at something, and those that should."""
    runs = {"code": brief.trace, "mistake": brief.mistake, "fix": brief.fix}
    graphs = {of: graph_of(trace) for of, trace in runs.items() if trace is not None}
    at = {b.word: _described(b, graphs[b.of]) for b in brief.bindings}
    at |= dict.fromkeys(unbound(brief.timeline, brief.bindings), "")
    return tuple(Told(w.part, w.shown, at[w]) for w in brief.timeline.words if w in at)


def _described(binding: Binding, graph: Graph) -> str:
    of = "" if binding.of == "code" else f" of the {binding.of}"
    labels = [node.label for node in graph.nodes if node.id in binding.nodes]
    edges = len(binding.edges)
    parts = [
        f"line {binding.span.line}{of}" if binding.span else "",
        ", ".join(labels),
        f"{edges} edge{'s' * (edges > 1)}" if edges else "",
    ]
    return ", ".join(filter(None, parts))


class _Page:
    """A snippet and its graph, as a place to find what words mean."""

    def __init__(self, trace: Trace) -> None:
        self.lines = trace.source.splitlines()
        self.graph: Graph = graph_of(trace)
        self.places = list(_places(trace.source))
        self.parameters = tuple(n.id for n in self.graph.nodes if n.kind == "leaf")
        self.played = {
            "forward": {n.span.line for n in self.graph.nodes if n.span and n.kind == "op"},
            "backward": {back.span.line for back in trace.backwards},
            "output": {out.line for out in trace.outputs},
        }
        self.reached: dict[str, int] = {}  # the last line bound in a beat

    def bound(self, word: SpokenWord, beat: str) -> Binding | None:
        if word.cue == SILENT:
            return None
        if word.cue:
            return self._cued(word, beat)
        if word.code and word.part.startswith("run-output"):
            return None  # it is what was printed, not what stands in the code
        return self._found(word, word.shown, beat, code=word.code)

    def _cued(self, word: SpokenWord, beat: str) -> Binding | None:
        """What the author says the word means: a line, or a name."""
        if line := _LINE.fullmatch(word.cue):
            return self._line(word, int(line[1]))
        return self._found(word, word.cue, beat, code=True)

    def _line(self, word: SpokenWord, line: int) -> Binding | None:
        if not 1 <= line <= len(self.lines) or not self.lines[line - 1].strip():
            return None
        text = self.lines[line - 1]
        span = Span(line, len(text) - len(text.lstrip()), line, len(text.rstrip()))
        return Binding(word, span, tuple(n.id for n in self.graph.nodes if _holds(span, n.span)))

    def _found(self, word: SpokenWord, text: str, beat: str, *, code: bool) -> Binding | None:
        spans = self._written(text) if code else []
        for key in () if spans else _keys(text, code=code):
            spans = [place for place in self.places if _means(place, key, code=code)]
            if spans:
                break
        plain = _ENDS.sub("", text).lower()
        if not spans:
            return self._concept(word, plain, beat)
        place = min(spans, key=lambda p: self._distance(p, beat))
        self.reached[beat] = place.span.line
        nodes = self.parameters if plain in PARAMETERS else self._nodes(place)
        back = beat == "backward" or place.key in ("backward", "grad")
        return Binding(word, place.span, nodes, self._edges(place, nodes, back), back)

    def _concept(self, word: SpokenWord, plain: str, beat: str) -> Binding | None:
        """Words for many things at once: the graph, the parameters, the way forward."""
        back = beat == "backward"
        if plain in PARAMETERS and self.parameters:
            return Binding(word, None, self.parameters, back=back)
        if plain in WHOLE_GRAPH and self.graph.edges:
            edges = tuple(edge.id for edge in self.graph.edges)
            return Binding(word, None, edges=edges, back=back)
        first = next((n for n in self.graph.nodes if n.kind == "op"), None)
        if plain == "forward" and first is not None:
            edges = tuple(edge.id for edge in self.graph.edges)
            return Binding(word, first.span, edges=edges)
        return None

    def _written(self, text: str) -> list[_Place]:
        """Where code of several tokens stands as it is, spaces aside."""
        tokens = re.findall(r"\w+|[^\w\s]", text.strip(" .,;:!?"))
        if len(tokens) < 2:
            return []
        pattern = re.compile(r"(?<!\w)" + r"\s*".join(map(re.escape, tokens)) + r"(?!\w)")
        return [
            _Place(text.lower(), text, Span(number, found.start(), number, found.end()), False)
            for number, line in enumerate(self.lines, start=1)
            for found in pattern.finditer(line)
        ]

    def _distance(self, place: _Place, beat: str) -> tuple[bool, bool, bool, bool, int]:
        """How far a place is from what is being talked about. A variable is at home where it gets
        its value."""
        line = place.span.line
        played = self.played.get(beat)
        imports = self.lines[line - 1].lstrip().startswith(("import ", "from "))
        elsewhere = bool(played) and line not in (played or ())
        return imports, elsewhere, not place.binds, line < self.reached.get(beat, 0), line

    def _nodes(self, place: _Place) -> tuple[int, ...]:
        """The nodes a place stands for: a variable by name, else the operation written there."""
        named = [n.id for n in self.graph.nodes if n.label == place.text]
        if named:
            return tuple(named)
        if owner := re.fullmatch(r"(\w+)\.grad", place.text):
            return tuple(n.id for n in self.graph.nodes if n.label == owner[1])
        if place.key == "grad":
            return tuple(a.node for p in self.graph.passes[:1] for a in p.arrivals if a.accumulates)
        ops = [
            n
            for n in self.graph.nodes
            if n.sign and _holds(n.span, place.span) and _signed(n.sign, place.key)
        ]
        ops.sort(key=lambda n: len(n.text))  # the innermost
        return tuple(n.id for n in ops[:1])

    def _edges(self, place: _Place, nodes: tuple[int, ...], back: bool) -> tuple[int, ...]:
        """The edges that carry it: back into a node when gradients flow, else into an operation."""
        if place.key == "backward":
            return tuple(e.id for e in self.graph.edges if e.differentiable)
        if back:
            return tuple(e.id for e in self.graph.edges if e.source in nodes and e.differentiable)
        return tuple(e.id for e in self.graph.edges if e.target in nodes)


def _keys(text: str, *, code: bool) -> Iterator[str]:
    """What to look for, the closest first."""
    bare = _ENDS.sub("", text)
    if derivative := _DERIVATIVE.fullmatch(bare):
        yield f"{derivative[1]}.grad"
        yield "grad"
    elif code:
        head = _CHAIN.search(text)
        if head is None:
            yield text.strip()
            return
        parts = [part for part in head[0].split(".") if part not in MODULES]
        yield from (".".join(parts[n:]) for n in range(len(parts)))
        yield from (".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))
        bare = parts[-1] if parts else ""
    elif bare and bare not in "aAI" and bare not in MODULES:
        yield bare
    yield from CONCEPTS.get(bare.lower(), ())


def _means(place: _Place, key: str, *, code: bool) -> bool:
    if len(key) == 1 and key.isalpha():
        return place.text == key
    return place.key == key.lower() and (code or not keyword.iskeyword(key))


def _signed(sign: str, key: str) -> bool:
    """Whether an operation's sign (`sigmoid`, `×`, `**2`) is what `key` names."""
    sign = sign.lower().replace("×", "*")
    return sign == key or (not key.isalpha() and sign.startswith(key))


def _holds(outer: Span | None, inner: Span | None) -> bool:
    if outer is None or inner is None:
        return False
    starts = (outer.line, outer.col) <= (inner.line, inner.col)
    return starts and (inner.end_line, inner.end_col) <= (outer.end_line, outer.end_col)


def _places(source: str) -> Iterator[_Place]:
    """Every name, dotted name and operator of the source, in reading order; of a snippet that is
    all comments, the words in them."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        tokens = []
    code = [t for t in tokens if t.type in (tokenize.NAME, tokenize.OP)]
    if not code:
        yield from _words(source)
        return
    for at, token in enumerate(code):
        span = Span(*token.start, *token.end)
        after = code[at + 1].string if at + 1 < len(code) else ""
        before = code[at - 1] if at else None
        binds = after == "=" and (before is None or before.end[0] < token.start[0])
        yield _Place(token.string.lower(), token.string, span, binds)
        yield from _dotted(code[: at + 1])


def _dotted(tokens: list[tokenize.TokenInfo]) -> Iterator[_Place]:
    """`x.grad.zero_` at its last name: `grad.zero_`, `x.grad.zero_`."""
    if tokens[-1].type != tokenize.NAME:
        return
    for n in range(len(tokens) - 2, 0, -2):
        if tokens[n].string != "." or tokens[n - 1].type != tokenize.NAME:
            return
        text = "".join(t.string for t in tokens[n - 1 :])
        yield _Place(text.lower(), text, Span(*tokens[n - 1].start, *tokens[-1].end), False)


def _words(source: str) -> Iterable[_Place]:
    for number, line in enumerate(source.splitlines(), start=1):
        for found in _WORD.finditer(line):
            span = Span(number, found.start(), number, found.end())
            yield _Place(found[0].lower(), found[0], span, False)
