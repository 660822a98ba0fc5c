"""Pictures and films by id, and no way to any other file.

A request names an id, never a path. An id stands for a file as it was when it was added: one that
was replaced since has another id, so browsers may keep what they have, and two pieces of a film are
pieces of the same film.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from threading import Lock

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".mp4": "video/mp4"}
MOST = 1024  # ids; the oldest are forgotten
CHUNK = 256 * 1024
# No link is followed, and whoever opens a pipe does not wait for its other end.
SAFELY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file and the state it was in."""

    path: Path
    inode: int
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path, state: os.stat_result) -> Exhibit:
        return cls(path, state.st_ino, state.st_size, state.st_mtime_ns)

    def open(self) -> FileIO | None:
        """The file, if it is a regular one and still the same."""
        try:
            number = os.open(self.path, SAFELY)
        except OSError:
            return None
        state = os.fstat(number)
        if stat.S_ISREG(state.st_mode) and Exhibit.of(self.path, state) == self:
            return FileIO(number)
        os.close(number)
        return None


class Gallery:
    """What the page may see. Answers `/file/{id}`; `add` may be called from any thread."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes()
        self._exhibits: dict[str, Exhibit] = {}  # the one added last is last
        self._lock = Lock()

    def add(self, path: Path) -> str:
        """The id of a finished file with an ending of `TYPES`: the same as long as it stays the
        same. Raises `OSError` if there is none."""
        if path.suffix not in TYPES:
            raise ValueError(f"{path.name} is neither picture nor film")
        exhibit = Exhibit.of(path, path.lstat())
        name = blake2b(repr(exhibit).encode(), key=self._key, digest_size=16).hexdigest()
        with self._lock:
            self._exhibits.pop(name, None)
            self._exhibits[name] = exhibit
            if len(self._exhibits) > MOST:
                del self._exhibits[next(iter(self._exhibits))]
        return name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"]["id"]
        with self._lock:
            exhibit = self._exhibits.get(name)
        file = await asyncio.to_thread(exhibit.open) if exhibit else None
        if exhibit is None or file is None:
            await PlainTextResponse("Not found\n", 404)(scope, receive, send)
            return
        with file:
            await _send(file, exhibit, f'"{name}"', scope, send)


async def _send(file: FileIO, exhibit: Exhibit, tag: str, scope: Scope, send: Send) -> None:
    """Answer with the file, or the part of it that was asked for."""
    size = exhibit.size
    asked = part_of(size, Headers(scope=scope), tag) if scope["method"] == "GET" else None
    part = range(size) if asked is None else asked
    headers = {
        "Content-Type": TYPES[exhibit.path.suffix],
        "Content-Length": str(len(part)),
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Cache-Control": "private, max-age=86400, immutable",
    }
    if asked is not None:
        ends = f"{part.start}-{part.stop - 1}" if part else "*"
        headers["Content-Range"] = f"bytes {ends}/{size}"
    status = 200 if asked is None else 206 if part else 416
    await send({"type": "http.response.start", "status": status, "headers": Headers(headers).raw})
    at = part.start
    while at < part.stop and scope["method"] != "HEAD":
        data = await asyncio.to_thread(os.pread, file.fileno(), min(CHUNK, part.stop - at), at)
        if not data:
            return  # cut short meanwhile: so is the answer, which the browser notices
        at += len(data)
        await send({"type": "http.response.body", "body": data, "more_body": True})
    await send({"type": "http.response.body"})


def part_of(size: int, headers: Mapping[str, str], tag: str) -> range | None:
    """The bytes that are asked for: none of them if they lie outside the file, and None for the
    whole of it, which is also the answer to several ranges and to what cannot be read."""
    match = RANGE.fullmatch(headers.get("range", ""))
    if not match or headers.get("if-range", tag) != tag:
        return None
    first, last, tail = match.groups()
    if tail:
        return range(max(0, size - int(tail)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1) if last else size)
