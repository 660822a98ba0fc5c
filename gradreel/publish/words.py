"""What is written under a film: its sentences, the code, and what that code really printed."""

from __future__ import annotations

from dataclasses import dataclass

from gradreel.evidence.film import Film
from gradreel.model import Short
from gradreel.publish.text import Measure, clean, cut, cut_lines

MOST_OUTPUT = 20  # lines; a film shows four
SCRAP = 20  # characters; a beginning that is shorter is worth nothing
GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a text may be, and how that is counted."""

    most: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. Prose is cut between words; lines are cut whole, which `more` says."""

    text: str
    head: str = ""
    more: str = ""

    def within(self, limit: Limit) -> str:
        """As much of it as fits, "" if that is nothing worth having."""
        room = limit.most - limit.measure(self.head)
        if not self.text or room <= 0:
            return ""
        if self.more:
            body = cut_lines(self.text.split("\n"), room, limit.measure, self.more)
        else:
            body = cut(self.text, room, limit.measure)
        scrap = body != self.text and len(body) < SCRAP
        return "" if not body or scrap else self.head + body


def hook_of(short: Short) -> Block:
    return Block(clean(short.hook.plain))


def talk_of(film: Film) -> Block:
    """What the author says, in one paragraph."""
    said = (said.text for said in film.said if said.part.startswith("talk-"))
    return Block(clean(" ".join(said)))


def code_of(film: Film) -> Block:
    return Block(clean(film.code), more="# … the code goes on: {} more lines are in the video")


def output_of(film: Film, *, most: int = MOST_OUTPUT) -> Block:
    """What the run printed, and what it raised."""
    lines = clean(film.output).split("\n") if clean(film.output) else []
    if len(lines) > most:
        lines = [*lines[:most], f"… and {len(lines) - most} more lines"]
    lines += [clean(film.error)] if film.error else []
    head = "It raises:\n" if film.error and not film.output else "It really prints:\n"
    return Block("\n".join(lines), head, "… and {} more lines")


def mistake_of(short: Short, film: Film) -> Block:
    """The common mistake, and what it raises if it does."""
    text = clean(short.mistake.plain)
    raised = clean(film.mistake_error).partition("\n")[0]
    return Block(f"{text}\n{raised}".strip(), "Common mistake: ") if text else Block("")


def composed(limit: Limit, end: str, *ranked: tuple[int, Block]) -> str:
    """Blocks by their places, `end` last. Where not all fit, those given first are served first."""
    room = limit.most - limit.measure(GAP + end)
    kept: dict[int, str] = {}
    for place, block in ranked:
        if text := block.within(Limit(room - limit.measure(GAP) * bool(kept), limit.measure)):
            room -= limit.measure(text) + limit.measure(GAP) * bool(kept)
            kept[place] = text
    return GAP.join([*(kept[place] for place in sorted(kept)), *([end] if end else [])])
