"""Frames -> strips, by x264 in processes of their own: they work while the next frames are drawn.

Frames go through memory that both share, everything else through a pipe. A thread of ours would
not do: it would wait for Python's lock at every frame, and so would who draws.
"""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gradreel.errors import EncodeError, EncoderLost
from gradreel.model import Platform
from gradreel.settings import Encode
from gradreel.strip import Strip

Flat = npt.NDArray[np.uint8]  # (height * width * 3 / 2,)

SLOTS = 64  # frames drawn ahead of the encoders: more than a strip, so that two have work
ROOT = Path(__file__).resolve().parent.parent
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from gradreel.encoder import main; main()"
# Each strip's x264 takes a hundred megabytes; given back to the system, they would cost more to
# get again than the encoder takes to set up. And x264 lets bytes that it never wrote decide what
# looks the same: they are filled, or a strip would depend on those before it. Only glibc heeds it.
_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(2**30),
    "MALLOC_TRIM_THRESHOLD_": str(2**32),
    "MALLOC_PERTURB_": "85",
}


class Encoder:
    """Encodes for one film after another, as many strips at once as `encode.threads` says. Use it
    as a context manager; its processes start with the first frame, if they were not told to before.

    Raises `EncodeError` where x264 refuses or what it made does not decode, and `EncoderLost` where
    a process died.
    """

    def __init__(self, platform: Platform, encode: Encode) -> None:
        self.platform, self.encode = platform, encode
        self._size = platform.width * platform.height * 3 // 2
        self._hands: list[_Hand] = []
        self._at: _Hand | None = None  # who encodes the strip that is open
        self._frames: Any = None
        self._free: deque[int] = deque()
        self._made: list[tuple[int, bytes]] = []

    def start(self) -> None:
        """Have the processes get ready, unless they are."""
        if self._hands:
            return
        with tempfile.TemporaryFile(dir=_memory()) as file:
            file.truncate(SLOTS * self._size)
            shared = mmap.mmap(file.fileno(), SLOTS * self._size)
            self._frames = np.frombuffer(shared, np.uint8).reshape(SLOTS, self._size)
            for _ in range(self.encode.threads):
                self._hands.append(_Hand(file.fileno()))
                self._hands[-1].tell(self.platform, self.encode)
        self._free = deque(range(SLOTS))

    def write(self, frame: Flat, fresh: Sequence[slice]) -> None:
        """The next frame of the strip that is open: Y, Cb and Cr, of which `fresh` is not as in the
        frame before; all of a strip's first. Only that is passed on."""
        self.start()
        self._at = self._at or min(self._hands, key=lambda hand: hand.owes)
        while not self._free:
            self._hear()
        slot = self._free.popleft()
        for part in fresh:
            self._frames[slot, part] = frame[part]
        self._at.tell("frame", slot, fresh)

    def end(self, number: int) -> None:
        """The frames since the last end are strip `number`."""
        assert self._at is not None, "a strip has frames"
        self._at.owes += 1
        self._at.tell("end", number, ())
        self._at = None

    def made(self, *, all_of_them: bool = False) -> list[tuple[int, bytes]]:
        """The strips that were finished since this was asked last, with their numbers."""
        while all_of_them and any(hand.owes for hand in self._hands):
            self._hear()
        made, self._made = self._made, []
        return made

    def close(self) -> None:
        """End the processes. What is not made yet never will be."""
        for hand in self._hands:
            hand.end()
        self._hands, self._at, self._made, self._frames = [], None, [], None

    def __enter__(self) -> Encoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hear(self) -> None:
        """Wait for something to be said."""
        heard = wait([hand.pipe for hand in self._hands])
        for hand in self._hands:
            if hand.pipe not in heard:
                continue
            what, number, data = hand.hear()
            if what == "free":
                self._free.append(number)
            elif what == "strip":
                hand.owes -= 1
                self._made.append((number, data))
            else:
                raise EncodeError(f"x264: {data.decode()}")


class _Hand:
    """Our side of one process. `owes` are the strips that it has not finished."""

    def __init__(self, shared: int) -> None:
        self.owes = 0
        self.pipe: Connection[Any, Any]
        self.pipe, theirs = Pipe()
        with theirs:
            numbers = theirs.fileno(), shared
            self.process = subprocess.Popen(
                (sys.executable, "-P", "-c", _CHILD, str(ROOT), *map(str, numbers)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=numbers,
                env={**os.environ, **_MEMORY},
            )

    def tell(self, *message: object) -> None:
        try:
            self.pipe.send(message)
        except OSError as error:
            raise self._lost() from error

    def hear(self) -> tuple[str, int, bytes]:
        try:
            message: tuple[str, int, bytes] = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise self._lost() from error
        return message

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.wait()

    def _lost(self) -> EncoderLost:
        return EncoderLost(f"x264's process ended with {self.process.wait()}")


def _memory() -> str | None:
    """A folder in memory, where there is one: the frames need not reach a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


# --------------------------------------------------------------------------- in the child


def main() -> None:
    pipe: Connection[Any, Any] = Connection(int(sys.argv[2]))
    try:
        platform, encode = pipe.recv()
        size = platform.height * platform.width * 3 // 2
        shared = mmap.mmap(int(sys.argv[3]), SLOTS * size)
        frames = np.frombuffer(shared, np.uint8).reshape(SLOTS, size)
        frame = np.zeros(size, np.uint8)
        strip: Strip | None = None
        while True:
            what, number, fresh = pipe.recv()
            strip = strip or Strip(platform, encode)
            if what == "frame":
                for part in fresh:
                    frame[part] = frames[number, part]
                pipe.send(("free", number, b""))
                strip.add(frame.reshape(-1, platform.width))
            else:
                pipe.send(("strip", number, strip.end()))
                strip = None
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # who drew is gone
    except Exception as error:
        pipe.send(("failed", 0, str(error).encode()))
