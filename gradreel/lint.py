"""What a viewer could not read, or would swipe away from, found in a scene's own objects.

A film is looked at four times a second (`gradreel.shoot.inspect`). What moves or fades is let
pass; what stands still long enough to be read is judged. Limits are those of a phone held in a
hand; contrast is WCAG 2's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from gradreel.model import Beat, Brief, Zone
from gradreel.stage.contrast import READABLE, Rgb, contrast
from gradreel.stage.glance import Box, Glance, Seen
from gradreel.stage.overlay import caption_groups
from gradreel.stage.space import MASTER_HEIGHT, MASTER_WIDTH
from gradreel.truth import Known

SMALLEST = 32  # pixel em of any text
SLIP = 8  # pixels that a text may leave its zone by: overshoot of round letters
ON = 0.15  # the part of a text that another may cover
HIDDEN = 0.9  # of a text that a shape covers so far that nobody takes it for text
STILL = 4.0  # seconds that a picture may stand without a change
EMPTY = 1.5  # seconds that the field may be empty
NEW = 3  # things that may come in one beat
MOVED = 2.0  # pixels that something at rest may move between two glances
FADED = 0.03  # and how much its opacity may change


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, since which frame, and with what."""

    rule: str
    frame: int
    what: str

    def told(self, fps: int) -> str:
        return f"{self.frame / fps:.1f} s: {self.rule}: {self.what}"


def lint(brief: Brief, glances: Sequence[Glance]) -> tuple[Finding, ...]:
    """Everything wrong with a film, each thing once, in the order it is first seen."""
    view = _View(brief, glances)
    found: dict[tuple[str, str], Finding] = {}
    for rule in RULES:
        for finding in rule(view):
            found.setdefault((finding.rule, finding.what), finding)
    return tuple(sorted(found.values(), key=lambda finding: finding.frame))


class _View:
    """The glances at a film, and at each what has come to rest."""

    def __init__(self, brief: Brief, glances: Sequence[Glance]) -> None:
        self.brief = brief
        self.glances = glances
        around = zip([None, *glances[:-1]], glances, [*glances[1:], None], strict=True)
        self.resting = [_resting(*three) for three in around]
        self.known = Known.of(brief)

    def texts(self) -> Iterator[tuple[Glance, list[Seen]]]:
        """Each glance with the texts that can be read in it."""
        for glance, resting in zip(self.glances, self.resting, strict=True):
            yield glance, [s for s in resting if s.em and s.covered < HIDDEN]


def _resting(before: Glance | None, now: Glance, after: Glance | None) -> list[Seen]:
    """What is where and as it was at the glance before, and will be at the next."""
    others = [{seen.key: seen for seen in glance.seen} for glance in (before, after) if glance]
    return [
        seen
        for seen in now.seen
        if all(seen.key in other and _alike(other[seen.key], seen) for other in others)
    ]


def _alike(one: Seen, two: Seen) -> bool:
    still = _near(one.box, two.box)
    faded = abs(one.opacity - two.opacity) > FADED or abs(one.line - two.line) > FADED
    return still and not faded and (one.colour, one.zone) == (two.colour, two.zone)


# --------------------------------------------------------------------------- rules about text


def overlap(view: _View) -> Iterator[Finding]:
    """Text on text, and text half under a shape."""
    for glance, texts in view.texts():
        for one, two in combinations(texts, 2):
            twins = one.text == two.text and _near(one.box, two.box)  # seen as one
            if not twins and _shared(one.box, two.box) > ON:
                yield Finding("overlap", glance.frame, f"{_named(one)} lies on {_named(two)}")
        for text in texts:
            if text.covered > ON:
                yield Finding("overlap", glance.frame, f"{_named(text)} is partly covered")


def outside(view: _View) -> Iterator[Finding]:
    """Text outside its block's zone, or where the platform's buttons are."""
    safe = view.brief.platform.safe
    for glance, texts in view.texts():
        for text in texts:
            if not _within(text.box, safe):
                yield Finding("outside", glance.frame, f"{_named(text)} leaves the safe zone")
            elif text.zone is not None and not _within(text.box, text.zone):
                yield Finding("outside", glance.frame, f"{_named(text)} leaves its zone")


def small(view: _View) -> Iterator[Finding]:
    for glance, texts in view.texts():
        for text in texts:
            if text.em < SMALLEST - 0.5:
                yield Finding("small", glance.frame, f"{_named(text)} is set in {text.em:.0f} px")


def faint(view: _View) -> Iterator[Finding]:
    """Text too like what it stands on."""
    for glance, texts in view.texts():
        for text in texts:
            ratio = contrast(_over(text.ground, text.colour, text.opacity), text.ground)
            if ratio < READABLE - 0.05:
                yield Finding("faint", glance.frame, f"{_named(text)} has contrast {ratio:.1f}")


def unknown_number(view: _View) -> Iterator[Finding]:
    """A number that neither the run nor the script has."""
    for glance, texts in view.texts():
        for text in texts:
            for number in view.known.strangers(text.text):
                what = f"{_named(text)}: {number} is in no run"
                yield Finding("unknown number", glance.frame, what)


# --------------------------------------------------------------------------- rules about pictures


def under_captions(view: _View) -> Iterator[Finding]:
    """Something where the words are shown."""
    band = view.brief.platform.captions
    shown = caption_groups(view.brief)
    for glance, resting in zip(view.glances, view.resting, strict=True):
        if any(group.start <= glance.frame < group.end for group in shown):
            for seen in resting:
                if _touches(seen.box, band):
                    what = f"{_named(seen)} lies under the captions"
                    yield Finding("under captions", glance.frame, what)


def cut_off(view: _View) -> Iterator[Finding]:
    """Something that hangs over the edge of the screen."""
    screen = Zone(0, 0, MASTER_WIDTH, MASTER_HEIGHT)
    for glance, resting in zip(view.glances, view.resting, strict=True):
        for seen in resting:
            if _touches(seen.box, screen) and not _within(seen.box, screen):
                yield Finding("cut off", glance.frame, f"{_named(seen)} is partly off the screen")


def stands_still(view: _View) -> Iterator[Finding]:
    """A picture in which nothing happens for too long."""
    since = 0
    for before, now in pairwise(view.glances):
        if now.lit or before.lit or not _same(before, now):
            since = now.frame
        elif now.frame - since > STILL * view.brief.timeline.fps:
            yield Finding("still", since, f"nothing moves for {STILL:.0f} s")
            since = now.frame


def empty(view: _View) -> Iterator[Finding]:
    """Nothing to look at between the header and the captions."""
    field = view.brief.platform.field
    since: int | None = None
    for glance in view.glances:
        if any(_touches(seen.box, field) for seen in glance.seen):
            since = None
        elif since is None:
            since = glance.frame
        elif glance.frame - since > EMPTY * view.brief.timeline.fps:
            yield Finding("empty", since, f"the field is empty for {EMPTY} s")
            since = None


def crowded(view: _View) -> Iterator[Finding]:
    """More new things in a beat than anyone takes in."""
    for beat in view.brief.timeline.beats:
        new = dict(_blocks(_within_beat(view, beat)))
        for block, _ in _blocks(_before(view, beat)):
            new.pop(block, None)
        if len(new) > NEW:
            what = f"{len(new)} new things in {beat.name!r}: {', '.join(new.values())}"
            yield Finding("crowded", beat.start, what)


RULES: tuple[Callable[[_View], Iterable[Finding]], ...] = (
    overlap, outside, small, faint, unknown_number,
    under_captions, cut_off, stands_still, empty, crowded,
)  # fmt: skip


# --------------------------------------------------------------------------- measures


def _blocks(glances: Iterable[Glance]) -> Iterator[tuple[int, str]]:
    for glance in glances:
        yield from ((seen.block, seen.name) for seen in glance.seen if seen.block)


def _within_beat(view: _View, beat: Beat) -> list[Glance]:
    return [g for g in view.glances if beat.start <= g.frame < beat.end]


def _before(view: _View, beat: Beat) -> list[Glance]:
    """The last glance before a beat; at the first beat what stands there is no news."""
    earlier = [g for g in view.glances if g.frame < max(beat.start, 1)]
    return earlier[-1:]


def _same(before: Glance, now: Glance) -> bool:
    was = {seen.key: seen for seen in before.seen}
    return len(was) == len(now.seen) and all(
        seen.key in was and _alike(was[seen.key], seen) for seen in now.seen
    )


def _near(one: Box, two: Box) -> bool:
    """Whether two boxes are the same to the eye."""
    return all(abs(a - b) <= MOVED for a, b in zip(one, two, strict=True))


def _over(ground: Rgb, colour: Rgb, opacity: float) -> Rgb:
    red, green, blue = (round(g + (c - g) * opacity) for g, c in zip(ground, colour, strict=True))
    return red, green, blue


def _shared(one: Box, two: Box) -> float:
    """The part of the smaller box that lies in the other."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return max(0.0, width) * max(0.0, height) / max(least, 1.0)


def _within(box: Box, zone: Zone) -> bool:
    left, top, right, bottom = box
    return (
        left >= zone.left - SLIP
        and top >= zone.top - SLIP
        and right <= zone.right + SLIP
        and bottom <= zone.bottom + SLIP
    )


def _touches(box: Box, zone: Zone) -> bool:
    left, top, right, bottom = box
    return (
        left < zone.right - SLIP
        and right > zone.left + SLIP
        and top < zone.bottom - SLIP
        and bottom > zone.top + SLIP
    )


def _named(seen: Seen) -> str:
    return f"{seen.text!r} of {seen.name}" if seen.text else seen.name
