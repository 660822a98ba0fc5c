"""stdout and stderr of the snippet: what each line of it wrote."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal

StreamName = Literal["stdout", "stderr"]


class Sink(io.RawIOBase):
    """The raw end of a text stream; hands each piece to `write_to`."""

    def __init__(self, name: StreamName, write_to: Callable[[StreamName, str], None]) -> None:
        self._stream: StreamName = name
        self._write_to = write_to

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1 if self._stream == "stdout" else 2

    def write(self, data: object) -> int:
        content = bytes(data)  # type: ignore[call-overload]
        self._write_to(self._stream, content.decode(errors="replace"))
        return len(content)


def text_stream(name: StreamName, write_to: Callable[[StreamName, str], None]) -> io.TextIOWrapper:
    """A stream for `sys.stdout` or `sys.stderr`, unbuffered, so that order is what really was."""
    raw: Any = Sink(name, write_to)  # TextIOWrapper asks less of it than its stub does
    errors = "strict" if name == "stdout" else "backslashreplace"
    return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, newline="\n", write_through=True)


class Budget:
    """Keeps the first `limit` bytes of all output, counts the rest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.written = 0

    def take(self, text: str) -> str:
        """The part of `text` that still fits."""
        content = text.encode(errors="replace")
        room = max(0, self._limit - self.written)
        self.written += len(content)
        return text if len(content) <= room else content[:room].decode(errors="ignore")

    @property
    def exceeded(self) -> bool:
        return self.written > self._limit
