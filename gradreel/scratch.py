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
                if lock.take(handle) and not _newborn(each):
                    shutil.rmtree(each, ignore_errors=True)
            finally:
                os.close(handle)


def _newborn(path: Path) -> bool:
    """Whether its owner lives and may be about to lock it."""
    try:
        os.kill(int(path.name.rpartition("-")[0].rpartition("-")[2]), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return 0 <= time.time() - path.stat().st_mtime < NEWBORN
