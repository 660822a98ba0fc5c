"""One batch at a time on a folder. The kernel keeps the lock, so it ends with its holder, however
that ends, and nobody ever has to remove anything by hand."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from gradreel.errors import Busy, ConfigError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

NAME = ".lock"


@contextmanager
def held(folder: Path, what: str) -> Iterator[None]:
    """Keep other batches out of `folder` while inside; `what` is told to them.

    Raises `Busy` at once, naming who holds it, and `ConfigError` if the folder cannot be written.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written: {error.strerror}.", fix="Give another folder with --out."
        ) from error
    with file:
        if not take(file):
            raise Busy(
                f"another batch works on {folder}: {_holder(file)}.",
                fix="Let it end, or give another folder with --out.",
            )
        file.truncate(0)
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        mine = {"process": os.getpid(), "host": platform.node(), "since": since, "what": what}
        file.write(json.dumps(mine))
        file.flush()
        yield  # what is written stays: the file itself means nothing, and removing it could race


def take(file: IO[str] | int, *, wait: bool = False) -> bool:
    """Whether this process has the lock of an open file, or folder, now; it keeps it until that is
    closed."""
    try:
        if sys.platform == "win32":
            number = file if isinstance(file, int) else file.fileno()
            msvcrt.locking(number, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (BlockingIOError, PermissionError):
        return False
    return True


def _holder(file: IO[str]) -> str:
    """Who wrote the file, as far as it says so."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        file.seek(0)
        told = json.load(file)
        return f"process {told['process']} on {told['host']}, since {told['since']}: {told['what']}"
    return "it has just begun"
