"""A folder of finished work, found by what it was made of. It knows nothing of what it keeps.

An entry is one file: the SHA-256 of its content, then the content. Whatever does not match is no
entry: torn by a power cut, changed by hand, half copied. Entries are written under another name and
renamed, so that processes may share a folder; those not used for longest go first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

DIGEST = hashlib.sha256().digest_size
ROOM = 0.9  # of the limit that is left full, so that not every entry has to make room


@dataclass(frozen=True, slots=True)
class Cache:
    """At most `limit` bytes in `folder`, and never an error: what cannot be kept is made again."""

    folder: Path
    limit: int

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put there, whole; None if there is nothing like it. `key` is hexadecimal."""
        path = self._path(kind, key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        content = data[DIGEST:]
        if len(data) < DIGEST or hashlib.sha256(content).digest() != data[:DIGEST]:
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return content

    def put(self, kind: str, key: str, content: bytes) -> None:
        path = self._path(kind, key)
        if DIGEST + len(content) > self.limit:
            return
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as draft:
                try:
                    draft.write(hashlib.sha256(content).digest() + content)
                    draft.close()
                    Path(draft.name).replace(path)
                except OSError:
                    Path(draft.name).unlink(missing_ok=True)

    def made(self, kind: str, key: str, make: Callable[[], bytes]) -> bytes:
        """What is there, else what `make` makes, kept for the next time."""
        content = self.get(kind, key)
        if content is None:
            content = make()
            self.put(kind, key, content)
        return content

    def trim(self) -> None:
        """Remove what was not used for longest until there is room again."""
        entries = []
        for path in self.folder.glob("*/*/*"):
            with suppress(OSError):
                state = path.stat()
                entries.append((state.st_mtime, state.st_size, path))
        over = sum(size for _, size, _ in entries) - self.limit
        if over <= 0:
            return
        over += round(self.limit * (1 - ROOM))
        for _, size, path in sorted(entries):
            if over <= 0:
                return
            with suppress(OSError):
                path.unlink()
            over -= size

    def clear(self) -> int:
        """Remove everything. Returns how many bytes that were."""
        freed = sum(path.stat().st_size for path in self.folder.glob("*/*/*"))
        for kind in self.folder.glob("*"):
            if kind.is_dir():
                shutil.rmtree(kind, ignore_errors=True)
        return freed

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key
