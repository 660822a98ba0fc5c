"""Shots -> the strips of a film. Those that were made before come from the cache; of the others,
and only of those, every frame is drawn and encoded.

So after a change of one word only the seconds that look different are made anew, and a film that
was interrupted goes on where it was.
"""

from __future__ import annotations

import struct
from itertools import accumulate
from pathlib import Path

from gradreel import fingerprint
from gradreel.cache import Cache
from gradreel.cover import Cover, Face, candidates
from gradreel.encode import strip_lengths
from gradreel.encoder import Encoder
from gradreel.errors import EncodeError
from gradreel.model import Brief
from gradreel.planes import Planes
from gradreel.stage.darkroom import Darkroom, Shot
from gradreel.strip import pictures, splice

KIND = "frames"
# Of an entry: how much its face tells, the face's bytes, and its frame, counted in the strip: the
# same pictures may come at another place of another film.
_HEAD = struct.Struct("<dII")


class Footage:
    """Use it as a context manager while the scene is played; then `splice` the film."""

    def __init__(self, brief: Brief, encoder: Encoder, cache: Cache, darkroom: Darkroom) -> None:
        self.platform, self.encoder, self.cache = encoder.platform, encoder, cache
        self.darkroom = darkroom
        self.candidates = frozenset(candidates(brief))
        self.made_of = fingerprint.key(
            darkroom.made_of,
            encoder.encode.quality,
            fingerprint.source(
                "footage.py", "cover.py", "encode.py", "encoder.py", "strip.py", "planes.py"
            ),
            fingerprint.versions("av", "pillow"),
        )
        self.ends = frozenset(accumulate(strip_lengths(self.platform)))
        self.frames = 0
        self.anew = 0  # frames that were drawn
        self._shots: list[Shot] = []
        self._keys: list[str] = []
        self._faces: dict[int, Face | None] = {}
        self._firsts: list[int] = []  # the first frame of each strip
        self._strips: dict[int, bytes] = {}

    def take(self, shot: Shot) -> None:
        self.frames += 1
        self._shots.append(shot)
        if self.frames in self.ends:
            self._close()

    def splice(self, target: Path) -> tuple[Face, str]:
        """Write the silent film. Returns its cover, and the digest of its pictures, which are all
        known to decode."""
        if self.frames != self.platform.frames:
            raise EncodeError(f"{self.frames} frames were shot, {self.platform.frames} planned")
        strips = [self._strips[number] for number in range(len(self._keys))]
        splice(strips, self.platform, self.encoder.encode, target)
        faces = (self._faces[number] for number in range(len(self._keys)))
        best = max((face for face in faces if face), key=lambda face: face.told)
        return best, pictures(strips)

    def _close(self) -> None:
        """The shots since the last time are a strip."""
        number, shots = len(self._keys), self._shots
        key = fingerprint.key(
            self.made_of,
            [(self.darkroom.digest(s), s.number in self.candidates) for s in shots],
        )
        self._keys.append(key)
        self._firsts.append(shots[0].number)
        self._shots = []
        entry = self.cache.get(KIND, key)
        if entry is not None:
            told, size, place = _HEAD.unpack_from(entry)
            face = entry[_HEAD.size : _HEAD.size + size]
            self._faces[number] = Face(told, face, shots[0].number + place) if face else None
            self._strips[number] = entry[_HEAD.size + size :]
            return
        cover, planes = Cover(self.candidates), Planes(self.platform.width, self.platform.height)
        self.darkroom.clear()
        for shot in shots:
            pixels, changed = self.darkroom.develop(shot)
            cover.see(shot.number, pixels)
            planes.of(pixels, changed)
            self.encoder.write(planes.frame, planes.fresh)
        self.anew += len(shots)
        self._faces[number] = cover.face()
        self.encoder.end(number)
        self._keep(all_of_them=False)

    def _keep(self, *, all_of_them: bool) -> None:
        for number, strip in self.encoder.made(all_of_them=all_of_them):
            self._encoded(number, strip)

    def _encoded(self, number: int, strip: bytes) -> None:
        first = self._firsts[number]
        face = self._faces[number] or Face(0, b"", first)
        head = _HEAD.pack(face.told, len(face.jpeg), face.frame - first)
        self.cache.put(KIND, self._keys[number], head + face.jpeg + strip)
        self._strips[number] = strip

    def __enter__(self) -> Footage:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.encoder.close()  # with the frames of half a strip
            return
        if self._shots:
            self._close()
        self._keep(all_of_them=True)
