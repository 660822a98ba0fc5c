"""`ShortScene`: Manim's scene with a frame clock and beats.

A scene reads like a storyboard:

    with self.beat("backward") as beat:
        self.play(graph.flow_back(0), run_time=beat.until("flat"))
        self.play(plot.show_slope(), run_time=beat.share(2))

Beats start at absolute frames, so errors cannot add up; leaving one early holds the picture to its
end, leaving it late is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, ClassVar, TypeVar

from manim import (
    Animation,
    AnimationGroup,
    CairoRenderer,
    FadeOut,
    LaggedStart,
    ManimColor,
    Mobject,
    Scene,
    VMobject,
    Wait,
)

from gradreel.errors import BeatOverrun, SceneError
from gradreel.model import Beat, Binding, Brief, unknown
from gradreel.stage.glow import LEAST, Box, Glow, Heeding, Meant, along, strength
from gradreel.stage.space import MASTER_WIDTH, pixel
from gradreel.stage.type import Line, Typesetter

T = TypeVar("T")

BRISK = 1.4  # seconds: the longest one thing takes to happen before the picture is held
SHORTEST = 0.2  # seconds: the least an animation may last and still be seen
EARLY = 0.1  # seconds that a picture starts before its word, so that both are there together
VISIBLE = 0.05  # an opacity under which a text is not there
PATIENCE = 1.2  # seconds that the first of a row waits for its word


class OpenBeat:
    """A beat while it is played. Every method gives seconds that are whole frames."""

    def __init__(self, scene: ShortScene, beat: Beat) -> None:
        self.scene = scene
        self.beat = beat

    @property
    def left(self) -> float:
        """Seconds to the end of the beat."""
        return self._seconds(self.beat.end)

    def until(self, cue: str, *, at_least: float = SHORTEST, unsaid: float | None = None) -> float:
        """Seconds until a cue or the next time a word is said, clamped into this beat.

        Raises `UnknownCue` when the timeline has neither a cue nor a word of that name. `unsaid`
        are the seconds in that case for a word of the program's own sentences, which are only said
        where there is time.
        """
        timeline = self.scene.brief.timeline
        frames = [c.frame for c in timeline.cues if c.name == cue]
        frames += [w.start for w in timeline.words if plain(w.shown) == plain(cue)]
        if not frames and unsaid is not None:
            return unsaid
        if not frames:
            names = [c.name for c in timeline.cues] + [plain(w.shown) for w in timeline.words]
            raise unknown("cue or word", cue, sorted({*names} - {""}))
        coming = [f for f in frames if f >= self.scene.frame] or [max(frames)]
        return max(at_least, min(self._seconds(min(coming)), self.left))

    def share(self, parts: int) -> float:
        """One of so many equal parts of what is left of the beat."""
        return self.left / parts

    def each(
        self,
        things: Iterable[T],
        *,
        longest: float = BRISK,
        turn: float = float("inf"),
        when: Callable[[T], int | None] = lambda _: None,
    ) -> Iterator[tuple[T, float]]:
        """Things to show one after another, spread evenly over what is left of the beat, though
        none waits longer than `turn` seconds for the one before. Each comes with the seconds it may
        take, at most `longest`; the picture is held until its turn is over.

        `when` gives the frame at which the voice names a thing (`says_line`, `says_node`), None if
        it does not: a thing that is named comes with its word, the others in between.
        """
        turns = list(things)
        if not turns:
            return
        scene = self.scene
        room = round(min(self.beat.end - scene.frame, turn * len(turns) * scene.fps))
        early = round(EARLY * scene.fps)
        named = [None if frame is None else frame - early for frame in map(when, turns)]
        starts = paced(named, scene.frame, scene.frame + room, scene.fps)
        for thing, (start, end) in zip(turns, pairwise(starts), strict=True):
            scene.hold_until(start)
            yield thing, min(longest, self._seconds(end))
            scene.hold_until(end)

    def says_line(self, lines: Iterable[int]) -> int | None:
        """The frame of this beat at which the voice first names something on these lines of the
        snippet."""
        wanted = set(lines)
        return self._says(lambda b: b.span is not None and b.span.line in wanted)

    def says_node(self, node: int) -> int | None:
        """The frame of this beat at which the voice first names a node of the snippet's graph."""
        return self._says(lambda b: node in b.nodes)

    def says_each(self, words: Iterable[str]) -> list[int | None]:
        """The frames of this beat at which words are said one after the other, as they are shown
        but without the punctuation after them; None for one that does not come."""
        coming = [
            word
            for word in self.scene.brief.timeline.words
            if self.scene.frame <= word.start < self.beat.end
        ]
        frames: list[int | None] = []
        for wanted in words:
            shown = [word.shown.rstrip(".,;:!?") for word in coming]
            if wanted in shown:
                place = shown.index(wanted)
                frames.append(coming[place].start)
                coming = coming[place + 1 :]
            else:
                frames.append(None)
        return frames

    def _says(self, names: Callable[[Binding], bool]) -> int | None:
        frames = (
            b.word.start
            for b in self.scene.brief.bindings
            if self.scene.frame <= b.word.start < self.beat.end and b.of == "code" and names(b)
        )
        return next(frames, None)

    def rest(self) -> None:
        """Hold the picture to the end of the beat."""
        self.scene.hold_until(self.beat.end)

    def _seconds(self, frame: int) -> float:
        return max(0, frame - self.scene.frame) / self.scene.fps


def paced(named: list[int | None], start: int, end: int, fps: int) -> list[int]:
    """The frames at which n things begin, and the end: n + 1 rising numbers from `start` on.

    Things that are named begin when they are, as far as that keeps their order and leaves everyone
    `SHORTEST` seconds; the others share the room between them.
    """
    count = len(named)
    least = min(round(SHORTEST * fps), (end - start) // max(1, count))
    # best[n]: the most names kept when thing n is the last of them, and the one before
    best: dict[int, tuple[int, int]] = {-1: (0, -1)}
    frames = {-1: start - least, **{n: f for n, f in enumerate(named) if f is not None}}
    for n, frame in enumerate(named):
        late = n == 0 and frame is not None and frame > start + PATIENCE * fps
        if frame is None or late or frame + (count - n) * least > end:
            continue
        before = [m for m in best if frames[m] + (n - m) * least <= frame]
        if before:
            chosen = max(before, key=lambda m: best[m][0])
            best[n] = best[chosen][0] + 1, chosen
    n = max(best, key=lambda m: best[m][0])
    kept: dict[int, int] = {}
    while n >= 0:
        kept[n] = frames[n]
        n = best[n][1]
    kept = {0: start, **kept, count: end}
    marks = sorted(kept.items())
    times = [end] * (count + 1)
    for (one, early), (two, late_) in pairwise(marks):
        for n in range(one, two):
            times[n] = early + (late_ - early) * (n - one) // (two - one)
    return times


def plain(word: str) -> str:
    """A spoken word for comparing: lower case, without the punctuation around it."""
    return re.sub(r"^\W+|\W+$", "", word.lower())


class ShortScene(Scene):
    """Base of every storyboard. Subclasses define `construct` and may use `self.brief`,
    `self.type`. `refers` names the shorts whose runs `brief.other(number)` is to have."""

    refers: ClassVar[tuple[int, ...]] = ()

    def __init__(self, brief: Brief, renderer: CairoRenderer) -> None:
        self.brief = brief
        self.fps = brief.timeline.fps
        self.frame = 0
        self.type = Typesetter(brief.theme)
        self.texts: dict[str, int] = {}  # all that has been on screen, and since which frame
        self._played: list[str] = []
        self._beat: Beat | None = None  # that is played
        self._heeding: tuple[Heeding, ...] = ()
        super().__init__(renderer=renderer)

    # ------------------------------------------------------------------ beats

    @contextmanager
    def beat(self, name: str) -> Iterator[OpenBeat]:
        beat = self.brief.timeline.beat(name)
        self.hold_until(beat.start)
        self._played.append(name)
        self._beat = beat
        yield OpenBeat(self, beat)
        self.hold_until(beat.end)
        self._beat = None

    def hold_until(self, frame: int) -> None:
        if frame > self.frame:
            self.wait((frame - self.frame) / self.fps)

    def tear_down(self) -> None:
        """Every beat of the timeline must have been played: silence on screen is never chosen by
        accident."""
        missed = [b.name for b in self.brief.timeline.beats if b.name not in self._played]
        if missed:
            raise SceneError(f"{type(self).__name__} never plays the beat {missed[0]!r}")
        super().tear_down()

    def clear_but(self, *kept: Mobject) -> Animation:
        """Everything on stage leaves, except some."""
        stay = {id(part) for mobject in kept for part in mobject.get_family()}
        gone = [FadeOut(m) for m in _apart(self.mobjects, stay)]
        return AnimationGroup(*gone, run_time=0.3)

    def change(self, leaving: Animation, entering: Animation) -> Animation:
        """One picture goes while the next already comes, so that the stage is never empty."""
        return LaggedStart(leaving, entering, lag_ratio=0.3, run_time=0.9)

    # ------------------------------------------------------------------ what the voice lights

    def heed(self, *blocks: Heeding) -> None:
        """From now on parts of these blocks light up while the voice names them."""
        self._heeding = blocks

    def glows(self, frame: int) -> Iterator[Glow]:
        """The light on a frame, as everything stands now."""
        least = round(LEAST * self.fps)
        said = [
            b
            for b in self.brief.bindings
            if b.word.start <= frame < max(b.word.end, b.word.start + least)
        ]
        if not said or not self._heeding:
            return
        staged = {id(part) for part in self._family()}
        for binding in said:
            word = binding.word
            level = strength(frame, word.start, word.end, self.fps)
            for meant in (m for block in self._heeding for m in block.meant(binding)):
                if any(id(part) in staged for part in meant.part.family_members_with_points()):
                    yield self._glow(meant, level, along(frame, word.start, self.fps))

    def _glow(self, meant: Meant, level: float, way: float) -> Glow:
        scale = self.brief.platform.width / MASTER_WIDTH
        red, green, blue = ManimColor(self.type.theme.colour(meant.colour)).to_int_rgb()
        box = _box(meant.part)
        if meant.how == "run":
            x, y = pixel(meant.part.point_from_proportion(1 - way if meant.back else way))
            box = x, y, x, y
        left, top, right, bottom = (edge * scale for edge in box)
        return Glow(meant.how, (left, top, right, bottom), (red, green, blue), level)

    # ------------------------------------------------------------------ the frame clock

    def play(self, *animations: Any, run_time: float | None = None, **kwargs: Any) -> None:
        """Like Manim's, in whole frames. Without `run_time` the longest animation decides.

        Manim draws `np.arange(0, run_time, 1 / fps)`, which rounds up, so n frames are asked for as
        (n - 1/2) / fps.
        """
        if run_time is None:
            run_time = max((getattr(a, "run_time", 1.0) for a in animations), default=1.0)
        frames = max(1, round(run_time * self.fps))
        if len(animations) == 1 and isinstance(animations[0], Wait):
            self.wait(frames / self.fps)  # Manim freezes the picture, and counts otherwise
            return
        self._draw_next(frames)
        super().play(*animations, run_time=(frames - 0.5) / self.fps, **kwargs)
        self._read(animations)
        self._go_on(frames)

    def wait(self, duration: float = 1.0) -> None:  # type: ignore[override]
        """Like Manim's, in whole frames. A frozen wait truncates, so n frames are (n + 1/2) /
        fps."""
        frames = round(duration * self.fps)
        if frames < 1:
            return
        self._draw_next(frames)
        moving = self.should_update_mobjects()
        exact = (frames - 0.5 if moving else frames + 0.5) / self.fps
        # Manim's own `wait` would come back to our `play`; its Wait animation does not.
        super().play(Wait(run_time=exact, frozen_frame=not moving))
        self._read()
        self._go_on(frames)

    def _go_on(self, frames: int) -> None:
        """Raises `BeatOverrun` from the play that leaves its beat, so that its line is known."""
        self.frame += frames
        beat = self._beat
        if beat is not None and self.frame > beat.end:
            raise BeatOverrun(
                f"beat {beat.name!r} has {beat.frames / self.fps:.2f} s but plays "
                f"{(self.frame - beat.start) / self.fps:.2f} s",
                fix="Shorten its animations, or ask the beat: beat.share(n), beat.until(cue).",
            )

    def _read(self, animations: Iterable[Any] = ()) -> None:
        """Keep the texts that the last play left on stage, and those that came and went in it:
        whether a frame of it was drawn or not, so that a dry run reads what the film shows."""
        left = (line for line in _lines(self._family()) if line.get_fill_opacity() > VISIBLE)
        for line in (*left, *_lines(_moved(animations))):
            self.texts.setdefault(line.text, self.frame)

    def _draw_next(self, frames: int) -> None:
        """Tell the file writer which frames come; it may not want any of them drawn (stills, dry
        runs)."""
        reel: Any = self.renderer.file_writer
        reel.expect(self.frame, frames)
        self.skip_animation_preview = reel.skipping

    def update_to_time(self, t: float) -> None:
        """Where things stand between two wanted frames matters to nobody."""
        reel: Any = self.renderer.file_writer
        if reel.wants_next or self.should_update_mobjects():
            super().update_to_time(t)

    def should_update_mobjects(self) -> bool:
        """True while an updater is at work: then a wait has to be drawn frame by frame."""
        return any(m.has_time_based_updater() for m in self._family())

    def _family(self) -> Iterator[Mobject]:
        for mobject in self.mobjects:
            yield from mobject.get_family()


def _lines(parts: Iterable[Mobject]) -> Iterator[Line]:
    return (part for part in parts if isinstance(part, Line))


def _moved(animations: Iterable[Any]) -> Iterator[Any]:
    """What animations move, those inside groups of them included."""
    for animation in animations:
        yield from animation.mobject.get_family()
        yield from _moved(getattr(animation, "animations", ()))


def _apart(mobjects: Iterable[Mobject], kept: set[int]) -> Iterator[Mobject]:
    """What is not kept, also out of the groups that animations leave on stage."""
    for mobject in mobjects:
        if not kept.intersection(map(id, mobject.get_family())):
            yield mobject
        elif id(mobject) not in kept:
            yield from _apart(mobject.submobjects, kept)


def _box(part: VMobject) -> Box:
    """Left, top, right and bottom in master pixels."""
    left, top = pixel(part.get_corner((-1, 1, 0)))
    right, bottom = pixel(part.get_corner((1, -1, 0)))
    return left, top, right, bottom
