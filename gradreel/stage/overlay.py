"""What lies over every frame, whatever the scene does: light on what the voice names, word captions
and the progress line.

All of it follows the voice, not the beats, so it is composited by frame number as the frames leave
Manim: a held picture stays held, and lighting a word costs a small blend instead of a redraw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from manim import Camera, ManimColor, VGroup

from gradreel.model import Brief, Platform
from gradreel.stage.glow import Glow, reach, shine
from gradreel.stage.space import MASTER_WIDTH, centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.voice.captions import CaptionGroup, captions, cut_cost, keywords, parts_of

ENTER = 0.12  # seconds a group takes to come in
RISE = 14  # master pixels it rises meanwhile
BAR = 9  # master pixels: height of the progress line
GAP = 0.26  # ems between words
LINE = 1.16  # line height, in ems
LEAST = 44  # pixel em under which nothing shrinks, but breaks
KEYWORD = 1.3  # what keywords are larger by

Pixels = npt.NDArray[np.uint8]  # (height, width, 4), RGBA
Rows = npt.NDArray[np.bool_]  # (height,)
Part = tuple[slice, slice]  # rows and columns of a frame
State = tuple[int, int, int]  # group, words begun, entrance frames


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Premultiplied pixels of a caption, and where they lie in the band. Both are (rows, columns,
    4), with `cover` for each channel, since numpy is slow to repeat one; none for the alpha, which
    is the frame's."""

    top: int
    left: int
    cover: npt.NDArray[np.uint16]
    colour: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word, or a part of one that is too long for a line. `number` counts the group's words."""

    text: str
    font: str
    number: int
    glued: bool = False  # to the piece before it, without a space


class Overlay:
    """Lays itself over one frame after the other, in rising order."""

    def __init__(self, brief: Brief) -> None:
        self.platform = brief.platform
        self.total = brief.timeline.frames
        self.type = Typesetter(brief.theme)
        self.groups = caption_groups(brief)
        larger = KEYWORD if brief.captions == "keywords" else 1.0
        self.size = brief.theme.size("caption") * larger
        self.scale = scale = brief.platform.width / MASTER_WIDTH
        zone = brief.platform.captions
        self.top, self.bottom = round(zone.top * scale) - 8, round(zone.bottom * scale) + 8
        self.enter = max(1, round(ENTER * brief.platform.fps))
        self.rise = RISE * scale
        self.bar_height = max(2, round(BAR * scale))
        self.bar = _gradient(
            brief.theme.colour("forward"), brief.theme.colour("backward"), brief.platform.width
        )
        self.camera = _band_camera(brief.platform, self.top, self.bottom)
        self.picture = lru_cache(maxsize=4)(self._picture)
        size = brief.platform.height, brief.platform.width, 4
        self.frame: Pixels = np.zeros(size, np.uint8)
        self._state: State | None = None  # of the captions that stand on it
        self._lit: list[Part] = []

    def on(
        self, picture: Pixels, changed: Iterable[Part], number: int, glows: Iterable[Glow] = ()
    ) -> tuple[Pixels, Rows]:
        """A frame with its overlay, and which of its rows are not as in the frame before.

        `changed` are the parts of the picture that are not as when it was passed last. The frame is
        the overlay's own, and good until the next one.
        """
        band = slice(self.top, self.bottom)
        rows = np.zeros(self.platform.height, np.bool_)
        for part in (*changed, *self._lit):
            self.frame[part] = picture[part]
            rows[part[0]] = True
        state = self._state_at(number)
        if state != self._state or rows[band].any():
            self.frame[band] = picture[band]
            if state is not None:
                self._blend(self.frame[band], *state)
            rows[band] = True
            self._state = state
        self._lit = [self._shine(glow) for glow in glows]
        for part in self._lit:
            rows[part[0]] = True
        reached = self._reached(number)
        self.frame[: self.bar_height, :reached, :3] = self.bar[:reached]
        rows[: self.bar_height] = True
        return self.frame, rows

    def told(self, number: int, glows: Iterable[Glow] = ()) -> tuple[object, ...]:
        """Everything that the overlay of a frame depends on."""
        shown: object = None
        if (state := self._state_at(number)) is not None:
            index, said, entered = state
            shown = [(w.shown, w.code) for w in self.groups[index].words], said, entered
        return shown, self._reached(number), tuple(glows)

    def _reached(self, number: int) -> int:
        """Pixels of the progress line."""
        return round(self.platform.width * (number + 1) / self.total)

    def _shine(self, glow: Glow) -> Part:
        """Light a part of the frame, above the captions."""
        left, top, right, bottom = (round(edge) for edge in reach(glow, self.scale))
        left, top = max(0, left), max(0, top)
        part = slice(top, min(bottom, self.top)), slice(left, right)
        shine(self.frame[part], glow, left, top, self.scale)
        return part

    def _state_at(self, frame: int) -> State | None:
        """What the band shows: (group, words begun, entrance frames); None between groups."""
        for index, group in enumerate(self.groups):
            if group.start <= frame < group.end:
                said = sum(w.start <= frame for w in group.words)
                return index, said, min(frame - group.start + 1, self.enter)
        return None

    def _blend(self, band: Pixels, index: int, said: int, entered: int) -> None:
        """The group over the band, fading and rising in while it is young."""
        drawn = self.picture(index, said)
        inn = entered / self.enter
        top = drawn.top + round(self.rise * (1 - inn))
        height = min(len(drawn.cover), band.shape[0] - top)
        part = band[top : top + height, drawn.left : drawn.left + drawn.cover.shape[1]]
        cover, colour = drawn.cover[:height], drawn.colour[:height]
        if entered < self.enter:
            strength = round(256 * inn)
            cover, colour = ((each * strength >> 8).astype(np.uint16) for each in (cover, colour))
        blended = 256 - cover
        blended *= part
        blended >>= 8
        blended += colour
        part[:] = blended

    def _picture(self, index: int, said: int) -> _Drawn:
        """Group `index` with `said` of its words begun, cut to what is not clear."""
        self.camera.reset()
        self.camera.capture_mobjects(self._words(self.groups[index], said))
        pixels = np.asarray(self.camera.pixel_array, np.uint8)
        rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
        top, left = int(rows[0]), int(columns[0])
        colour = pixels[top : rows[-1] + 1, left : columns[-1] + 1].astype(np.uint16)
        cover = colour[..., 3:].repeat(4, axis=2)
        cover[..., 3] = colour[..., 3] = 0
        return _Drawn(top, left, cover, colour)

    def _words(self, group: CaptionGroup, said: int) -> VGroup:
        """Laid out in one or two centred lines, as large as the zone allows."""
        zone = self.platform.captions
        size, rows = self._fitted(group)
        middle, gap = centre(zone), GAP * size
        drawn = VGroup()
        for row_number, row in enumerate(rows):
            widths = [self._width(piece, size) for piece in row]
            gaps = [0.0, *(0.0 if piece.glued else gap for piece in row[1:])]
            x = middle[0] - (sum(widths) + sum(gaps)) / 2
            y = middle[1] + (row_number - (len(rows) - 1) / 2) * size * LINE
            for piece, width, before in zip(row, widths, gaps, strict=True):
                number = piece.number
                colour = "text" if number < said else "backward" if number == said else "quiet"
                line = self.type.line(piece.text, size, font=piece.font, colour=colour)
                line.at(x + before, y)
                halo = line.copy().set_fill(opacity=0)
                halo.set_stroke(self.type.theme.colour("ground"), width=7, opacity=0.9)
                drawn.add(halo, line)
                x += before + width
        return drawn

    def _fitted(self, group: CaptionGroup) -> tuple[float, list[list[_Piece]]]:
        """The em and the lines: code that is too wide shrinks, then breaks between its names."""
        zone = self.platform.captions
        size = self.size
        pieces = [
            _Piece(word.shown, _font(word.code), number)
            for number, word in enumerate(group.words, 1)
        ]
        longest = max(self._width(piece, size) for piece in pieces)
        size = max(min(size, LEAST), size * min(1.0, zone.width / longest))
        pieces = [
            part
            for piece in pieces
            for part in (_parts(piece) if self._width(piece, size) > zone.width + 1 else [piece])
        ]
        longest = max(self._width(piece, size) for piece in pieces)
        size *= min(1.0, zone.width / longest)
        rows = self._rows(pieces, size, zone.width)
        while (len(rows) > 2 or len(rows) * size * LINE > zone.height + 12) and size > LEAST:
            size -= 4
            rows = self._rows(pieces, size, zone.width)
        return size, rows

    def _rows(self, pieces: list[_Piece], size: float, room: float) -> list[list[_Piece]]:
        """One line if it fits, else two of like length that part no pair, else as many as fill."""
        if self._measure(pieces, size) <= room + 1:
            return [pieces]
        halves = [
            (cost + abs(left - right) / room, cut)
            for cut in range(1, len(pieces))
            if (left := self._measure(pieces[:cut], size)) <= room + 1
            and (right := self._measure(pieces[cut:], size)) <= room + 1
            for cost in [_parted(pieces[cut - 1], pieces[cut])]
        ]
        if halves:
            cut = min(halves)[1]
            return [pieces[:cut], pieces[cut:]]
        rows: list[list[_Piece]] = [[]]
        for piece in pieces:
            if rows[-1] and self._measure([*rows[-1], piece], size) > room + 1:
                rows.append([])
            rows[-1].append(piece)
        return rows

    def _width(self, piece: _Piece, size: float) -> float:
        return self.type.width(piece.text, size, piece.font)

    def _measure(self, row: list[_Piece], size: float) -> float:
        gaps = GAP * size * sum(not piece.glued for piece in row[1:])
        return gaps + sum(self._width(piece, size) for piece in row)


def caption_groups(brief: Brief) -> tuple[CaptionGroup, ...]:
    """What the captions of a film show, as its owner wants them."""
    match brief.captions:
        case "words":
            return captions(brief.timeline)
        case "keywords":
            return keywords(brief.timeline, brief.bindings)
        case "off":
            return ()


def _parted(before: _Piece, after: _Piece) -> float:
    """The cost of a line that ends between the two; code breaks best after its brackets."""
    if before.number == after.number:
        return 0.3 if after.text.startswith(".") else 0.0
    return cut_cost(before.text, after.text)


def _parts(piece: _Piece) -> list[_Piece]:
    """A piece that is too long for a line, cut between its names."""
    return [
        replace(piece, text=text.strip(), glued=bool(at) and not text.startswith(" "))
        for at, text in enumerate(filter(str.strip, parts_of(piece.text)))
    ]


def _font(code: bool) -> str:
    return "code-strong" if code else "display"


def _band_camera(platform: Platform, top: int, bottom: int) -> Camera:
    """A camera that sees only the caption band, on a clear ground."""
    scale = MASTER_WIDTH / platform.width
    middle = point(MASTER_WIDTH / 2, (top + bottom) / 2 * scale)
    return Camera(
        pixel_width=platform.width,
        pixel_height=bottom - top,
        frame_width=9.0,
        frame_height=units((bottom - top) * scale),
        frame_center=middle,
        background_opacity=0,
    )


def _gradient(left: str, right: str, width: int) -> npt.NDArray[np.uint8]:
    start, end = (np.array(ManimColor(c).to_rgb()) * 255 for c in (left, right))
    along = np.linspace(0, 1, width)[:, None]
    return np.rint(start + (end - start) * along).astype(np.uint8)
