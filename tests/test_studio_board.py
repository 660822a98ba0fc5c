"""Every page hears how things are now; none that is slow, late or gone costs anything."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread
from typing import Any

import pytest
from studios import Studio, answer_of, heard, running

from gradreel.studio import board


@pytest.fixture
def studio() -> Iterator[Studio]:
    with running() as studio:
        yield studio


def last(event: dict[str, Any]) -> Callable[[list[Any]], bool]:
    return lambda events: events[-1:] == [event]


def still(short: int, frame: int, **more: Any) -> dict[str, Any]:
    return {"kind": "still", "short": short, "version": 1, "frame": frame, **more}


def soon(holds: Callable[[], bool], within: float = 3) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def head_of(sock: socket.socket) -> int:
    return answer_of(sock.recv(4096)).status


def test_a_page_hears_what_happens(studio: Studio) -> None:
    text = "“Flat”\n\ndata: </script>\u2028"
    event = {"kind": "error", "short": None, "what": "script", "message": text}
    with studio.listen() as one, studio.listen() as two:
        assert head_of(one) == head_of(two) == 200
        studio.board.post(event)
        assert heard(one, bool) == heard(two, bool) == [event]
        studio.board.post({"kind": "cleared"})
        assert heard(one, bool) == [{"kind": "cleared"}]


def test_a_late_page_hears_the_last_of_each_kind(studio: Studio) -> None:
    day, error, cleared = (
        {"kind": "day", "day": 3},
        {"kind": "error", "short": 13},
        {"kind": "cleared"},
    )
    working, idle = {"kind": "working", "short": 13}, {"kind": "idle"}
    short = [{"kind": "short", "short": n, "version": v} for n, v in ((13, 1), (14, 1), (13, 2))]
    before = [day, error, *short, working, still(13, 1), still(14, 5), cleared, still(13, 2), idle]
    for event in before:
        studio.board.post(event)
    with studio.listen() as sock:
        told = heard(sock, lambda events: len(events) >= 7)
        assert told == [day, cleared, short[2], short[1], idle, still(13, 2), still(14, 5)]
        studio.board.post(error)
        studio.board.post(working)
        assert heard(sock, last(working))[-2:] == [error, working]
    with studio.listen() as sock:
        assert heard(sock, lambda events: len(events) >= 7)[1] == error


def test_what_is_not_json_is_told_to_whoever_posts_it(studio: Studio) -> None:
    for event in ({"kind": "day", "day": float("nan")}, {"kind": "day", "day": object()}):
        with pytest.raises((ValueError, TypeError)):
            studio.board.post(event)


def test_many_threads_post(studio: Studio) -> None:
    def post(short: int) -> None:
        for frame in range(50):
            studio.board.post(still(short, frame))

    with studio.listen() as sock:
        threads = [Thread(target=post, args=(short,)) for short in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ends = [still(short, 49) for short in range(8)]
        events = heard(sock, lambda events: all(end in events for end in ends))
    for short in range(8):
        frames = [event["frame"] for event in events if event["short"] == short]
        assert frames == sorted(frames)


def test_a_slow_page_is_told_the_newest_and_not_all(studio: Studio) -> None:
    filler = "x" * 100_000
    with studio.listen(room=1 << 16) as slow, studio.listen() as other:
        assert head_of(slow) == head_of(other) == 200
        begun = time.monotonic()
        for frame in range(500):
            studio.board.post(still(13, frame, filler=filler))
        assert time.monotonic() - begun < 2  # nobody waits for it
        heard(other, last(still(13, 499, filler=filler)))
        events = heard(slow, last(still(13, 499, filler=filler)))
        assert len(events) < 200


def test_a_page_that_takes_nothing_is_dropped(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST", 1)
    monkeypatch.setattr(board, "PATIENCE", 0.2)
    with studio.listen(room=1 << 16) as stuck:
        assert head_of(stuck) == 200

        def another() -> bool:
            studio.board.post(still(13, 1, filler="x" * 1_000_000))
            with studio.listen() as sock:
                return head_of(sock) == 200

        assert not another()
        soon(another)


def test_there_is_room_for_so_many_pages(studio: Studio) -> None:
    with ExitStack() as pages:
        first, *_ = (pages.enter_context(studio.listen()) for _ in range(board.MOST))
        soon(lambda: studio.get("/events").status == 503)
        answer = studio.get("/events")
        assert answer.body == b"Too many pages are open.\n"
        assert studio.get("/").status == 200
        first.close()

        def room() -> bool:
            with studio.listen() as sock:
                return head_of(sock) == 200

        soon(room)


def test_the_refused_take_no_room(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "MOST", 2)
    with ExitStack() as pages:
        for _ in range(5):
            sock = pages.enter_context(studio.listen(Origin="https://evil.example"))
            assert head_of(sock) == 403
            assert studio.get("/events", "HEAD").status == 200
        for _ in range(2):
            assert head_of(pages.enter_context(studio.listen())) == 200


def test_a_page_hears_that_nothing_happens(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "BEAT", 0.05)
    with studio.listen() as sock:
        data = b""
        while data.count(b":\n\n") < 4:
            data += sock.recv(4096)
    answer = answer_of(data)
    assert answer.heads["content-type"].startswith("text/event-stream")
    assert answer.heads["cache-control"] == "no-store"
