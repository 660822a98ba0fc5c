"""What another try can cure is tried again, and nothing else."""

from __future__ import annotations

import errno

import pytest

from gradreel import errors
from gradreel.errors import GradreelError, StorageFault, StorageFull, of_storage
from gradreel.media import failure
from gradreel.worker import _told


def tree(kind: type[GradreelError] = GradreelError) -> list[type[GradreelError]]:
    """What `errors` has; other tests may have loaded more."""
    own = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return [kind, *(each for child in own for each in tree(child))]


def test_nothing_that_somebody_has_to_mend_is_tried_again() -> None:
    again = {kind.__name__: kind.tries for kind in tree() if kind.tries > 1}
    assert again == {
        "VoiceLost": 3, "EncoderLost": 3, "WorkerLost": 3, "StorageFault": 3, "TimedOut": 2,
    }  # fmt: skip


def test_the_tree_that_is_drawn_is_the_tree() -> None:
    drawn = (errors.__doc__ or "").splitlines()
    for kind in tree()[1:]:
        (line,) = [line for line in drawn if kind.__name__ in line.split()]
        told = f"exit {kind.exit_code}" + (f", {kind.tries} tries" if kind.tries > 1 else "")
        assert line.endswith(told)


@pytest.mark.parametrize(
    ("raised", "kind", "tries"),
    [
        (OSError(errno.EIO, "Input/output error"), "StorageFault", 3),
        (OSError(errno.ENOSPC, "No space left on device"), "StorageFull", 1),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "StorageFull", 1),
        (PermissionError(errno.EACCES, "Permission denied"), "GradreelError", 1),
        (MemoryError(), "GradreelError", 1),
        (ImportError("No module named 'x'", name="x"), "EnvironmentMissing", 1),
        (ZeroDivisionError("division by zero"), "GradreelError", 1),
        (SystemExit(3), "GradreelError", 1),
        (failure("ffmpeg", -9, ""), "EncoderLost", 3),
        (failure("ffmpeg", 1, "x.mp4: No space left on device"), "StorageFull", 1),
        (failure("ffmpeg", 1, "x.mp4: Input/output error"), "StorageFault", 3),
        (failure("ffmpeg", 1, "x.wav: Invalid data found"), "EncodeError", 1),
    ],
)
def test_how_often_a_short_is_tried(raised: BaseException, kind: str, tries: int) -> None:
    told = _told(raised)
    assert (type(told).__name__, told.tries) == (kind, tries)


def test_a_full_disk_says_what_to_do() -> None:
    full = of_storage(OSError(errno.ENOSPC, "No space left on device", "out/x.mp4"))
    assert isinstance(full, StorageFull)
    assert "out/x.mp4" in full.message
    assert full.fix.startswith("Make room")
    assert of_storage(OSError(errno.ENOENT, "No such file")) is None
    assert isinstance(of_storage(OSError(errno.EIO, "broken")), StorageFault)
