"""Shots -> the strips of a film. Those that were made before come from the cache; of the others,
and only of those, every frame is drawn and encoded.

So after a change of one word only the seconds that look different are made anew, and a film that
was interrupted goes on where it was.
"""

from __future__ import annotations

import struct
from pathlib import Path
from types import TracebackType

from gradreel import fingerprint
from gradreel.cache import Cache
from gradreel.cover import Cover, Face, candidates
from gradreel.encode import length
from gradreel.errors import EncodeError
from gradreel.model import Brief
from gradreel.planes import Planes
from gradreel.settings import Encode
from gradreel.stage.darkroom import Darkroom, Shot
from gradreel.strip import Encoder, splice

KIND = "frames"
_HEAD = struct.Struct("<dI")  # of an entry: how much its face tells, and the face's bytes


class Footage:
    """Use it as a context manager while the scene is played; then `splice` the film."""

    def __init__(self, brief: Brief, encode: Encode, cache: Cache, darkroom: Darkroom) -> None:
        self.platform, self.encode, self.cache = brief.platform, encode, cache
        self.darkroom = darkroom
        self.candidates = frozenset(candidates(brief))
        self.made_of = fingerprint.key(
            darkroom.made_of,
            encode,
            fingerprint.source("footage.py", "cover.py", "encode.py", "strip.py", "planes.py"),
            fingerprint.versions("av", "pillow"),
        )
        self.encoder = Encoder(brief.platform, encode, self._encoded)
        self.frames = 0
        self.anew = 0  # frames that were drawn
        self._shots: list[Shot] = []
        self._keys: list[str] = []
        self._faces: dict[int, Face | None] = {}
        self._strips: dict[int, bytes] = {}

    def take(self, shot: Shot) -> None:
        self.frames += 1
        self._shots.append(shot)
        if len(self._shots) == length(self.platform):
            self._close()

    def splice(self, target: Path) -> Face:
        """Write the silent film. Returns its cover."""
        if self.frames != self.platform.frames:
            raise EncodeError(f"{self.frames} frames were shot, {self.platform.frames} planned")
        strips = [self._strips[number] for number in range(len(self._keys))]
        splice(strips, self.platform, self.encode, target)
        faces = (self._faces[number] for number in range(len(self._keys)))
        return max((face for face in faces if face), key=lambda face: face.told)

    def _close(self) -> None:
        """The shots since the last time are a strip."""
        number, shots = len(self._keys), self._shots
        key = fingerprint.key(
            self.made_of,
            [(self.darkroom.digest(s), s.number in self.candidates) for s in shots],
        )
        self._keys.append(key)
        self._shots = []
        entry = self.cache.get(KIND, key)
        if entry is not None:
            told, size = _HEAD.unpack_from(entry)
            face = entry[_HEAD.size : _HEAD.size + size]
            self._faces[number] = Face(told, face) if face else None
            self._strips[number] = entry[_HEAD.size + size :]
            return
        cover, planes = Cover(self.candidates), Planes(self.platform.width, self.platform.height)
        self.darkroom.clear()
        for shot in shots:
            pixels, changed = self.darkroom.develop(shot)
            cover.see(shot.number, pixels)
            self.encoder.write(planes.of(pixels, changed))
        self.anew += len(shots)
        self._faces[number] = cover.face()
        self.encoder.end(number)

    def _encoded(self, number: int, strip: bytes) -> None:
        """In the encoder's thread."""
        face = self._faces[number] or Face(0, b"")
        self.cache.put(
            KIND, self._keys[number], _HEAD.pack(face.told, len(face.jpeg)) + face.jpeg + strip
        )
        self._strips[number] = strip

    def __enter__(self) -> Footage:
        self.encoder.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._shots:
                self._close()
        finally:
            self.encoder.__exit__(kind, error, trace)
