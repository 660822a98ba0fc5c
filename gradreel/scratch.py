"""Temporary folders that no death of their owner leaves behind for long.

The owner holds the kernel's lock on its folder. Whoever comes next removes the folders that nobody
holds: after kill -9, after a power cut, and where the owner's number has become another process.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gradreel import lock

NEWBORN = 60  # seconds in which a folder may not be locked yet
DYING = 1.0  # seconds in which a lock may outlive its owner


@contextmanager
def folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `parent`, removed at the end. Raises `OSError`."""
    name = tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent)
    handle = os.open(name, os.O_RDONLY)
    try:
        lock.take(handle, wait=True)  # a sweeper may be looking at it
        yield Path(name)
    finally:
        shutil.rmtree(name, ignore_errors=True)
        os.close(handle)


def sweep(found: Iterable[Path]) -> None:
    """Remove those of the folders whose owner is gone."""
    for each in found:
        with suppress(OSError):  # another sweeper was quicker, or it belongs to someone else
            handle = os.open(each, os.O_RDONLY)
            try:
                if _taken(handle, each) and not _newborn(each):
                    shutil.rmtree(each, ignore_errors=True)
            finally:
                os.close(handle)


def _taken(handle: int, path: Path) -> bool:
    """Whether nobody holds a folder. A child that its owner was just starting holds it as well,
    until it is killed too."""
    end = time.monotonic() + DYING
    while not lock.take(handle):
        if _owned(path) or time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def _newborn(path: Path) -> bool:
    """Whether its owner lives and may be about to lock it."""
    return _owned(path) and 0 <= time.time() - path.stat().st_mtime < NEWBORN


def _owned(path: Path) -> bool:
    """Whether there is a process with its owner's number."""
    try:
        os.kill(int(path.name.rpartition("-")[0].rpartition("-")[2]), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True
