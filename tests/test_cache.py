"""The cache gives back what was put there, whole, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradreel.cache import Cache

KEY, OTHER = "ab" * 32, "cd" * 32


def entry(folder: Path) -> Path:
    (path,) = folder.glob("*/*/*")
    return path


def test_what_was_put_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder", 1000)
    assert cache.get("sound", KEY) is None
    cache.put("sound", KEY, b"content")
    assert cache.get("sound", KEY) == b"content"
    assert cache.get("speech", KEY) is None
    assert cache.get("sound", OTHER) is None
    assert cache.made("sound", KEY, lambda: b"other") == b"content"
    assert cache.made("sound", OTHER, lambda: b"other") == b"other"
    assert cache.get("sound", OTHER) == b"other"


@pytest.mark.parametrize("damage", ["cut", "empty", "short", "flipped", "longer", "swapped"])
def test_a_damaged_entry_is_none_and_is_made_anew(tmp_path: Path, damage: str) -> None:
    cache = Cache(tmp_path, 1000)
    cache.put("frames", KEY, bytes(100))
    path = entry(tmp_path)
    whole = path.read_bytes()
    flipped = whole[:60] + bytes([whole[60] ^ 4]) + whole[61:]
    damaged = {
        "cut": whole[:-1],
        "empty": b"",
        "short": whole[:20],
        "flipped": flipped,
        "longer": whole + b"\0",
        "swapped": whole[32:] + whole[:32],
    }
    path.write_bytes(damaged[damage])
    assert cache.get("frames", KEY) is None
    assert not path.exists()
    assert cache.made("frames", KEY, lambda: b"anew") == b"anew"
    assert cache.get("frames", KEY) == b"anew"


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    keys = [f"{number:064x}" for number in range(10)]
    for age, key in enumerate(keys):
        cache.put("frames", key, bytes(168))  # 200 with its digest
        path = cache.folder / "frames" / key[:2] / key
        os.utime(path, (1000 + age, 1000 + age))
    cache.get("frames", keys[0])
    cache.trim()
    left = [key for key in keys if cache.get("frames", key) is not None]
    assert left == [keys[0], *keys[7:]]  # 800 bytes: room for more


def test_it_is_never_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = Cache(tmp_path / "file", 1000)
    blocked.put("frames", KEY, b"content")
    assert blocked.get("frames", KEY) is None
    assert blocked.made("frames", KEY, lambda: b"content") == b"content"
    blocked.trim()
    nothing = Cache(tmp_path / "off", 0)
    nothing.put("frames", KEY, b"content")
    assert not nothing.folder.exists()


def test_clearing(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    cache.put("frames", KEY, bytes(68))
    cache.put("sound", OTHER, bytes(68))
    (tmp_path / "note.txt").write_text("mine")
    assert cache.clear() == 200
    assert cache.get("frames", KEY) is None
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert Cache(tmp_path / "none", 1).clear() == 0
