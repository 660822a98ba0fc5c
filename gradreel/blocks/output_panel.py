"""What the run really wrote, in a panel that says so and names the torch that wrote it."""

from __future__ import annotations

from textwrap import wrap

from manim import DOWN, RIGHT, Animation, AnimationGroup, FadeIn, LaggedStart, VGroup

from gradreel.blocks.panel import panel
from gradreel.model import Zone
from gradreel.stage.space import point, units
from gradreel.stage.type import HALF_CAP, Typesetter
from gradreel.trace.model import Trace

PADDING = 22  # pixels
LEADING = 1.36
HEAD = 44  # pixels the label takes


class OutputPanel(VGroup):
    """Lines of output (or the exception) from `top` down, `bottom` is its lower edge in pixels."""

    def __init__(
        self,
        type_: Typesetter,
        trace: Trace,
        zone: Zone,
        *,
        label: str = "REAL OUTPUT",
        colour: str = "output",
        most_lines: int = 4,
    ) -> None:
        super().__init__()
        lines, failed = written_lines(trace)
        colour = "mistake" if failed else colour
        label = "REAL ERROR" if failed else label
        size, rows = _fit_rows(type_, lines, zone.width - 2 * PADDING - 10, most_lines)
        height = HEAD + PADDING + len(rows) * size * LEADING + PADDING * 0.4
        self.bottom = zone.top + height
        box = Zone(zone.left, zone.top, zone.right, round(self.bottom))
        self.card = panel(type_.theme, box, edge=colour, tint=0.07)
        left = zone.left + PADDING + 6
        y = zone.top + PADDING + 12
        head = type_.row(
            [(f"{'✕' if colour == 'mistake' else '✓'} ", "code", colour), (label, "strong", colour),
             (f"  torch {trace.torch}", "label", "quiet")],
            "small",
        )  # fmt: skip
        x, up, _ = point(left, y)
        head.shift((x, up - units(HALF_CAP * type_.theme.size("small")), 0))
        self.lines = VGroup()
        for number, row in enumerate(rows):
            at = zone.top + HEAD + PADDING * 0.8 + (number + 0.5) * size * LEADING
            self.lines.add(type_.line(row, size, font="code", colour=colour).at(left, at))
        self.add(self.card, head, self.lines)
        self.head = head

    def appear(self) -> Animation:
        """The panel drops out of the code, then its lines are written."""
        rows = [FadeIn(line, shift=0.15 * RIGHT) for line in self.lines]
        return AnimationGroup(
            FadeIn(VGroup(self.card, self.head), shift=0.2 * DOWN),
            LaggedStart(*rows, lag_ratio=0.3),
            run_time=0.6,
        )


def written_lines(trace: Trace) -> tuple[list[str], bool]:
    """What to show of a run: its output, warnings in one line, and the exception if it raised."""
    lines = [line.rstrip() for line in trace.stdout.splitlines()]
    failure = trace.end.failure
    if failure is None:
        return lines or "".join(o.text for o in trace.outputs).splitlines(), False
    return [*lines, f"{failure.kind}: {failure.message}"], True


def _fit_rows(
    type_: Typesetter, lines: list[str], room: float, most: int
) -> tuple[float, list[str]]:
    """The em at which the longest line fits, or the least, with long lines folded and the rest
    cut with …"""
    theme = type_.theme
    longest = max((len(line) for line in lines), default=1)
    size = max(theme.size("small"), min(theme.size("output"), room / 0.6 / max(1, longest)))
    columns = int(room / 0.6 / size)
    rows: list[str] = []
    for line in lines:
        rows += wrap(line, columns, subsequent_indent="  ", break_on_hyphens=False) or [""]
    if len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1][: columns - 2] + " …"]
    return size, rows
