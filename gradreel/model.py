"""The nouns that flow down the straight line: frozen, ordered, standard library only.

A later stage never changes what an earlier one made; it makes a new noun. Times are whole
frames once a `Timeline` exists, and seconds before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from gradreel.errors import UnknownCue
from gradreel.trace.model import Span as CodeSpan
from gradreel.trace.model import Trace

T = TypeVar("T")
Captions = Literal["words", "keywords", "off"]
Source = Literal["code", "mistake", "fix"]  # the snippets of a short

# --------------------------------------------------------------------------- the script


@dataclass(frozen=True, slots=True)
class Span:
    """A run of prose of one kind. `text` is what is shown; LaTeX keeps its source.

    `said` is how the author wants it spoken (`[shown](said)`), `cue` what the author binds it to
    (`[shown]{#cue}`); both are "" where the program decides.
    """

    kind: Literal["text", "code", "math", "strong"]
    text: str
    said: str = ""
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """One sentence or bullet of the author, and the line of the file it starts on."""

    spans: tuple[Span, ...]
    line: int

    @property
    def plain(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block. `line` is the file's line of the block's first code line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Short:
    """One 30-second lesson as the author wrote it. `demo_code` is run beside the snippet, for a
    short whose own code is a plan in comments."""

    number: int
    title: str
    hook: Prose
    talk: tuple[Prose, ...]
    code: Code
    mistake: Prose
    line: int
    mistake_code: Code | None = None
    fix_code: Code | None = None
    demo_code: Code | None = None
    seed: int = 0
    tags: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """`13-vanishing-gradient-sigmoid-saturation`: number and title in `[a-z0-9-]`."""
        words = "".join(c if c.isascii() and c.isalnum() else " " for c in self.title.lower())
        return "-".join([f"{self.number:02d}", *words.split()])[:64].rstrip("-")


@dataclass(frozen=True, slots=True)
class Script:
    """A day: its shorts in file order. `day` is the number in the heading or file name."""

    path: Path
    day: int
    title: str
    shorts: tuple[Short, ...]
    warnings: tuple[str, ...] = ()


# --------------------------------------------------------------------------- the voice


@dataclass(frozen=True, slots=True)
class Word:
    """One unit of shown text (`loss.backward()` is one unit) and when it is heard.

    `start` and `end` are seconds from the start of its utterance's audio; `exact` says that the
    engine reported them, otherwise they are estimated.
    """

    shown: str
    spoken: str
    start: float
    end: float
    exact: bool
    code: bool = False
    cue: str = ""  # the author's own binding, `[shown]{#cue}`


@dataclass(frozen=True, slots=True)
class Utterance:
    """One spoken sentence. `part` is `hook`, `talk-1` …, `mistake`, or `run-<beat>` (said of the
    run by the program, not by the author). `audio` is a verified mono WAV, `None` for no voice."""

    part: str
    words: tuple[Word, ...]
    seconds: float
    audio: Path | None


@dataclass(frozen=True, slots=True)
class Speech:
    """All sentences of a short, one voice, one pace.

    `pace` is words a minute as asked, `breath` the part of the natural pauses that is left,
    `trimmed` says that silences inside sentences were cut.
    """

    voice: str
    pace: float
    utterances: tuple[Utterance, ...]
    breath: float = 1.0
    trimmed: bool = False


# --------------------------------------------------------------------------- the timeline


@dataclass(frozen=True, slots=True)
class Cue:
    """A named frame: `hook`, `talk-1`, or the n-th time a word is said (`sigmoid`, `sigmoid-2`)."""

    name: str
    frame: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A stretch of the film, `[start, start + frames)`, and the utterances heard in it."""

    name: str
    start: int
    frames: int
    parts: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        return self.start + self.frames


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word placed on the film, in frames. `part` names its utterance."""

    shown: str
    start: int
    end: int
    part: str
    code: bool
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a spoken word points at: the characters of a snippet that light up while it is heard,
    and the nodes and edges of that snippet's graph (`graph_of`) that pulse, `back` against the
    arrows."""

    word: SpokenWord
    span: CodeSpan | None
    nodes: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    back: bool = False
    of: Source = "code"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where everything is, in frames. Beats tile `[0, frames)` in order without a gap."""

    fps: int
    frames: int
    beats: tuple[Beat, ...]
    cues: tuple[Cue, ...]
    words: tuple[SpokenWord, ...]
    starts: tuple[tuple[str, int], ...]  # (utterance part, first frame of its audio)
    slack: tuple[tuple[str, float], ...] = ()  # (beat, seconds in it that no speech fills)

    def beat(self, name: str) -> Beat:
        for beat in self.beats:
            if beat.name == name:
                return beat
        raise unknown("beat", name, [b.name for b in self.beats])

    def cue(self, name: str) -> Cue:
        for cue in self.cues:
            if cue.name == name:
                return cue
        raise unknown("cue", name, [c.name for c in self.cues])


def unknown(kind: str, name: str, known: list[str]) -> UnknownCue:
    """The error for a name that is not there: lists the known ones and the nearest."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return UnknownCue(f"no {kind} {name!r}.{hint}", fix=f"Known: {', '.join(known) or 'none'}.")


# --------------------------------------------------------------------------- look and target


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle of the frame in pixels of the 1080x1920 master; y grows downwards."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def rows(self, *weights: float, gap: int = 30) -> tuple[Zone, ...]:
        """Cut into rows from the top down, as high as their weights, with a gap between."""
        return tuple(
            Zone(self.left, first, self.right, last)
            for first, last in _shares(self.top, self.bottom, weights, gap)
        )

    def columns(self, *weights: float, gap: int = 30) -> tuple[Zone, ...]:
        """Cut into columns from the left, as wide as their weights, with a gap between."""
        return tuple(
            Zone(first, self.top, last, self.bottom)
            for first, last in _shares(self.left, self.right, weights, gap)
        )

    def inset(self, x: int, y: int | None = None) -> Zone:
        """Smaller by `x` pixels at the left and right, and by `y` (else `x`) above and below."""
        y = x if y is None else y
        return Zone(self.left + x, self.top + y, self.right - x, self.bottom - y)

    def below(self, y: float) -> Zone:
        """What is left of it under the pixel row `y`."""
        return Zone(self.left, round(y), self.right, self.bottom)


def _shares(
    begin: int, end: int, weights: tuple[float, ...], gap: int
) -> Iterator[tuple[int, int]]:
    room = end - begin - gap * (len(weights) - 1)
    used = 0.0
    for number, weight in enumerate(weights):
        first = begin + room * used / sum(weights) + gap * number
        used += weight
        yield round(first), round(begin + room * used / sum(weights) + gap * number)


@dataclass(frozen=True, slots=True)
class Platform:
    """Where the film will be shown: size, clock, loudness, and what the app's buttons cover."""

    name: str
    width: int
    height: int
    fps: int
    seconds: int
    lufs: float  # integrated loudness, LUFS
    true_peak: float  # ceiling, dBTP
    header: Zone
    upper: Zone
    stage: Zone
    captions: Zone
    safe: Zone

    @property
    def frames(self) -> int:
        return self.fps * self.seconds

    @property
    def field(self) -> Zone:
        """Everything between the header and the captions: `upper` and `stage` in one."""
        return Zone(self.upper.left, self.upper.top, self.upper.right, self.stage.bottom)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours, fonts and sizes by role. Sizes are pixel ems on the 1080x1920 master."""

    name: str
    colours: tuple[tuple[str, str], ...]
    fonts: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, int], ...]

    def colour(self, role: str) -> str:
        return _role("colour", role, self.colours)

    def font(self, role: str) -> str:
        return _role("font", role, self.fonts)

    def size(self, role: str) -> int:
        return _role("size", role, self.sizes)


def _role(kind: str, role: str, table: tuple[tuple[str, T], ...]) -> T:
    for name, value in table:
        if name == role:
            return value
    raise unknown(kind, role, [name for name, _ in table])


# --------------------------------------------------------------------------- what a scene gets


@dataclass(frozen=True, slots=True)
class Other:
    """Another short of the day and its run, for a scene that refers to it."""

    short: Short
    trace: Trace


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a scene may know. `mistake`, `fix` and `demo` are runs of the short's optional
    code, `others` the shorts that the scene refers to, `bindings` the words that point at
    something, in the order they are said."""

    day: int
    short: Short
    trace: Trace
    speech: Speech
    timeline: Timeline
    theme: Theme
    platform: Platform
    mistake: Trace | None = None
    fix: Trace | None = None
    bindings: tuple[Binding, ...] = ()
    captions: Captions = "words"
    demo: Trace | None = None
    others: tuple[Other, ...] = ()

    def other(self, number: int) -> Other:
        """A short that the scene refers to. Raises `UnknownCue` for one it does not."""
        for other in self.others:
            if other.short.number == number:
                return other
        raise unknown("short", str(number), [str(other.short.number) for other in self.others])

    @property
    def runs(self) -> tuple[Trace, ...]:
        """Every run that the film may show."""
        own = (self.trace, self.mistake, self.fix, self.demo)
        return (*(run for run in own if run is not None), *(other.trace for other in self.others))
