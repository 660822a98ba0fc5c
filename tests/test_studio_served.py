"""Pictures and films come whole or in the part that was asked for, and nothing else comes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from studios import Studio, answer_of, rest_of, running

from gradreel.studio import served
from gradreel.studio.served import Gallery

TEXT = b"0123456789"


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with running() as studio:
        yield studio


def put(path: Path, data: bytes = TEXT) -> Path:
    """A file that is replaced as the program replaces them."""
    draft = path.with_name("draft")
    draft.write_bytes(data)
    return draft.replace(path)


@pytest.mark.parametrize("ending", served.TYPES)
def test_a_file_comes_by_its_id(studio: Studio, tmp_path: Path, ending: str) -> None:
    name = studio.gallery.add(put(tmp_path / f"film{ending}"))
    whole, head = studio.get(f"/file/{name}"), studio.get(f"/file/{name}", "HEAD")
    assert (whole.status, whole.body) == (200, TEXT)
    assert whole.heads["content-type"] == served.TYPES[ending]
    assert whole.heads["cache-control"] == "private, max-age=86400, immutable"
    assert whole.heads["x-content-type-options"] == "nosniff"
    assert whole.heads["accept-ranges"] == "bytes"
    assert (head.status, head.body) == (200, b"")
    assert head.heads.items() >= {"content-length": "10", "etag": whole.heads["etag"]}.items()


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-0", 206, (0, 0)),
        ("bytes=0-", 206, (0, 9)),
        ("bytes=5-", 206, (5, 9)),
        ("bytes=2-4", 206, (2, 4)),
        ("bytes=9-9", 206, (9, 9)),
        ("bytes=5-99", 206, (5, 9)),
        ("bytes=5-999999999999999999", 206, (5, 9)),
        ("bytes=-5", 206, (5, 9)),
        ("bytes=-99", 206, (0, 9)),
        ("Bytes=1-2", 206, (1, 2)),
        ("bytes=10-", 416, None),
        ("bytes=10-20", 416, None),
        ("bytes=999999999999999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-1", 200, None),
        ("bytes=", 200, None),
        ("bytes=-", 200, None),
        ("bytes=a-b", 200, None),
        ("bytes=0x1-2", 200, None),
        ("bytes=--5", 200, None),
        ("bytes=+1-2", 200, None),
        ("bytes=1-2,4-5", 200, None),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(1000)), 200, None),
        ("bytes=" + "9" * 5000 + "-", 200, None),
        ("lines=0-1", 200, None),
        ("0-1", 200, None),
        ("bytes=²-³", 200, None),
    ],
)
def test_parts(
    studio: Studio, tmp_path: Path, asked: str, status: int, part: tuple[int, int] | None
) -> None:
    name = studio.gallery.add(put(tmp_path / "film.mp4"))
    answer = studio.get(f"/file/{name}", Range=asked)
    body = TEXT if status == 200 else b"" if part is None else TEXT[part[0] : part[1] + 1]
    assert (answer.status, answer.body) == (status, body)
    assert answer.heads["content-length"] == str(len(body))
    told = (
        None if status == 200 else "bytes */10" if part is None else "bytes {}-{}/10".format(*part)
    )
    assert answer.heads.get("content-range") == told


def test_a_part_is_only_asked_of_get(studio: Studio, tmp_path: Path) -> None:
    name = studio.gallery.add(put(tmp_path / "film.mp4"))
    answer = studio.get(f"/file/{name}", "HEAD", Range="bytes=0-0")
    assert (answer.status, answer.heads["content-length"]) == (200, "10")


def test_a_part_of_something_else_is_the_whole(studio: Studio, tmp_path: Path) -> None:
    name = studio.gallery.add(put(tmp_path / "film.mp4"))
    tag = studio.get(f"/file/{name}").heads["etag"]
    assert studio.get(f"/file/{name}", Range="bytes=0-0", If_Range=tag).body == b"0"
    for other in ('"other"', f"W/{tag}", "Sat, 01 Jan 2000 00:00:00 GMT"):
        assert studio.get(f"/file/{name}", Range="bytes=0-0", If_Range=other).body == TEXT


def test_an_empty_file(studio: Studio, tmp_path: Path) -> None:
    name = studio.gallery.add(put(tmp_path / "film.mp4", b""))
    assert studio.get(f"/file/{name}").heads["content-length"] == "0"
    for asked in ("bytes=0-", "bytes=-5"):
        assert studio.get(f"/file/{name}", Range=asked).status == 416


def test_what_is_no_file_is_not_found_at_once(studio: Studio, tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.png", b"secret")
    link, pipe, folder = tmp_path / "link.png", tmp_path / "pipe.png", tmp_path / "folder.png"
    link.symlink_to(secret)
    os.mkfifo(pipe)
    folder.mkdir()
    begun = time.monotonic()
    for path in (link, pipe, folder):
        answer = studio.get(f"/file/{studio.gallery.add(path)}")
        assert (answer.status, answer.body) == (404, b"Not found\n")
    for swap in (lambda p: p.symlink_to(secret), os.mkfifo, Path.mkdir, lambda _: None):
        path = put(tmp_path / "film.mp4")
        name = studio.gallery.add(path)
        path.unlink()
        swap(path)
        assert studio.get(f"/file/{name}").status == 404
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    device = studio.gallery.add(Path("/dev/zero.png")) if Path("/dev/zero.png").exists() else "0"
    assert studio.get(f"/file/{device}").status == 404
    assert time.monotonic() - begun < 1


def test_only_pictures_and_films_that_are_there_can_be_added(tmp_path: Path) -> None:
    for name in ("page.html", "film.mp4.txt", "film", ".png", "film.MP4"):
        with pytest.raises(ValueError, match="neither picture nor film"):
            Gallery().add(put(tmp_path / name))
    with pytest.raises(FileNotFoundError):
        Gallery().add(tmp_path / "missing.png")


def test_an_id_is_of_one_content(studio: Studio, tmp_path: Path) -> None:
    path = put(tmp_path / "still.png")
    old = studio.gallery.add(path)
    assert studio.gallery.add(path) == old
    new = studio.gallery.add(put(path, b"another"))
    assert new != old
    assert Gallery().add(path) != new  # nobody guesses it
    assert studio.get(f"/file/{old}").status == 404
    assert studio.get(f"/file/{new}").body == b"another"


def test_a_film_that_is_replaced_while_it_is_read_comes_whole(
    studio: Studio, tmp_path: Path
) -> None:
    film = os.urandom(1 << 23)
    path = put(tmp_path / "film.mp4", film)
    with studio.connect(room=1 << 16) as sock:
        sock.sendall(studio.request(f"/file/{studio.gallery.add(path)}"))
        begun = sock.recv(1 << 12)
        put(path, b"x" * len(film))
        assert answer_of(begun + rest_of(sock)).body == film


def test_a_film_that_is_cut_while_it_is_read_is_seen_to_be_cut(
    studio: Studio, tmp_path: Path
) -> None:
    path = put(tmp_path / "film.mp4", bytes(1 << 23))
    with studio.connect(room=1 << 16) as sock:
        sock.sendall(studio.request(f"/file/{studio.gallery.add(path)}"))
        begun = sock.recv(1 << 12)
        os.truncate(path, 1000)
        assert len(begun + rest_of(sock)) < 1 << 23
    assert studio.get("/").status == 200


def test_the_oldest_ids_are_forgotten(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "MOST", 3)
    gallery = studio.gallery
    monkeypatch.setattr(gallery, "_exhibits", {})
    one, two, *others = (put(tmp_path / f"{n}.png", b"%d" % n) for n in range(5))
    first, second = gallery.add(one), gallery.add(two)
    gallery.add(others[0])
    assert gallery.add(one) == first  # shown again, so it stays
    gallery.add(others[1])
    assert studio.get(f"/file/{first}").body == b"0"
    assert studio.get(f"/file/{second}").status == 404


def test_many_files_are_read_without_a_file_left_open(studio: Studio, tmp_path: Path) -> None:
    name = studio.gallery.add(put(tmp_path / "film.mp4", bytes(1 << 20)))
    studio.get(f"/file/{name}")
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for _ in range(20):
        with studio.connect(room=1 << 16) as sock:
            sock.sendall(studio.request(f"/file/{name}"))
            sock.recv(100)
        studio.get(f"/file/{name}", "HEAD")
        studio.get(f"/file/{name}", Range="bytes=-0")
    deadline = time.monotonic() + 3
    while before and len(os.listdir("/proc/self/fd")) > before:
        assert time.monotonic() < deadline
        time.sleep(0.05)


BACK = [
    *("/../pyproject.toml", "/static/../app.py", "/static/../../../pyproject.toml", "/file/../do"),
    *("/%2e%2e/pyproject.toml", "/static/%2e%2e/app.py", "/static/..%2fapp.py"),
    *("/static/%2e%2e%2fapp.py", "/static/%252e%252e%252fapp.py", "/static/..%5capp.py"),
    *("/static/..\\app.py", "/static//etc/passwd", "//etc/passwd", "/static/%2fetc%2fpasswd"),
    *("/file/%2fetc%2fpasswd", "/file/..%2f..%2fetc%2fpasswd", "/file//etc/passwd"),
    *("/static/index.html%00.js", "/static/%00", "/static/./index.html", "/static/index.html/"),
    *("/static/INDEX.HTML", "/static/" + "a" * 10_000, "/static/" + "../" * 2000 + "etc/passwd"),
    *("/etc/passwd", "/file/", "/static/", "/file/%c0%ae%c0%ae%c0%afetc%c0%afpasswd"),
    *("file:///etc/passwd", "/static/..;/app.py", "/events/", "/static/index.html?/../../x"),
]


@pytest.mark.parametrize("target", BACK, ids=lambda target: target[:40])
def test_no_path_leads_outside(studio: Studio, target: str) -> None:
    for method in ("GET", "HEAD"):
        answer = studio.get(target, method)
        if target.startswith("/static/index.html?"):  # a question is no path
            assert answer.status == 200
            continue
        assert answer.status in (400, 403, 404, 405, 421)
        assert len(answer.body) < 80
        assert "location" not in answer.heads


def test_bytes_that_are_no_target(studio: Studio) -> None:
    for target in (b"/static/\x00", b"/static/\xff", b"/static/a b", b""):
        request = studio.request("/TARGET").replace(b"/TARGET", target)
        assert studio.raw(request).status == 400
