"""The studio answers while others dawdle, does what it is asked once, and ends at once."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from studios import Studio, answer_of, heard, rest_of, running

from gradreel.errors import ConfigError, SceneError
from gradreel.studio import app
from gradreel.studio.asked import Action, asked

SELECT = {"do": "select", "short": 13}


@pytest.mark.parametrize(
    "action",
    [
        {"do": "select", "short": 13},
        {"do": "still", "short": 13, "frame": 0},
        {"do": "open", "file": "assets/day 03 ä.md", "line": 423},
        {"do": "render", "shorts": [13, 14]},
        {"do": "render", "shorts": "all"},
        {"do": "package"},
    ],
)
def test_actions(action: Action) -> None:
    assert asked(json.dumps(action).encode()) == action


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "null", "13", '"select"', "[]", "{}", "[" * 60_000, "\xff", '{"do":'),
        *('{"do":null}', '{"do":[]}', '{"do":{}}', '{"do":"delete"}', '{"do":"__class__"}'),
        *('{"do":"select"}', '{"do":"select","short":"13"}', '{"do":"select","short":true}'),
        *(
            '{"do":"select","short":-1}',
            '{"do":"select","short":1.0}',
            '{"do":"select","short":NaN}',
        ),
        *('{"do":"select","short":1e9}', '{"do":"select","short":1000000000}'),
        *('{"do":"select","short":13,"more":1}', '{"do":"select","short":[13]}'),
        *('{"do":"still","short":13}', '{"do":"still","short":13,"frame":null}'),
        *('{"do":"open","file":"a.md"}', '{"do":"open","file":1,"line":1}'),
        *('{"do":"open","file":"","line":1}', '{"do":"open","file":"a\\u0000","line":1}'),
        *('{"do":"open","file":"a\\nb","line":1}', '{"do":"render","shorts":[]}'),
        *('{"do":"render","shorts":"some"}', '{"do":"render","shorts":[true]}'),
        *('{"do":"render","shorts":["13"]}', '{"do":"render","shorts":13}'),
        *('{"do":"render","shorts":{"13":1}}', '{"do":"package","short":13}'),
        '{"do":"select","short":' + "9" * 5000 + "}",
    ],
    ids=lambda body: body[:40],
)
def test_what_is_no_action(body: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Za-z].*\.$"):
        asked(body.encode("latin-1"))


def test_an_action_is_done_once_and_in_turn() -> None:
    busy: list[int] = []
    done: list[Action] = []

    def act(action: Action) -> None:
        busy.append(1)
        assert len(busy) == 1
        time.sleep(0.02)
        done.append(action)
        busy.pop()

    wanted = [{"do": "still", "short": 13, "frame": frame} for frame in range(10)]
    with running(act) as studio, ExitStack() as open_:
        socks = []
        for action in wanted:
            sock = open_.enter_context(studio.connect())
            sock.sendall(studio.request("/do", "POST", json.dumps(action).encode()))
            socks.append(sock)
        assert {answer_of(rest_of(sock)).status for sock in socks} == {204}
        answer = studio.do(b'{"do":"delete"}')
        assert answer.status == 400
        assert json.loads(answer.body)["error"].startswith("An action does one of these: select")
    assert sorted(action["frame"] for action in done) == list(range(10))


def test_what_cannot_be_done_is_told() -> None:
    def act(_action: Action) -> None:
        raise SceneError("short 13 has no frame 900.", fix="Take one before it.")

    with running(act) as studio:
        answer = studio.do(SELECT)
    assert answer.status == 409
    error = {"error": "short 13 has no frame 900.\n  Take one before it."}
    assert json.loads(answer.body) == error


def test_the_page_and_its_parts() -> None:
    with running() as studio:
        index = studio.get("/")
        assert index.heads["content-type"] == "text/html; charset=utf-8"
        assert index.body == (app.PAGE / "index.html").read_bytes()
        for path in app.PAGE.iterdir():
            answer = studio.get(f"/static/{path.name}")
            assert (answer.status, answer.body) == (200, path.read_bytes())


def test_only_what_lay_there_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "PAGE", tmp_path)
    for name in ("index.html", "studio.js", "studio.css", "notes.txt", ".env"):
        (tmp_path / name).write_text(name)
    with running() as studio:
        (tmp_path / "later.js").write_text("later")
        kinds = {
            name: studio.get(f"/static/{name}").heads["content-type"]
            for name in ("index.html", "studio.js", "studio.css")
        }
        for name in ("notes.txt", ".env", "later.js"):
            assert studio.get(f"/static/{name}").status == 404
    assert [kind.partition(";")[0] for kind in kinds.values()] == [
        *("text/html", "text/javascript", "text/css")
    ]


def test_a_taken_port_is_passed_over() -> None:
    with running() as one, running(port=one.port) as two, running(port=one.port) as three:
        assert one.port < two.port < three.port
        for studio in (one, two, three):
            assert studio.get("/").status == 200
        cookie = f"gradreel-{one.port}={one.token}"
        assert two.get("/", Cookie=cookie).status == 403
        both = f"gradreel-{two.port}={two.token}; {cookie}"
        assert two.get("/", Cookie=both).status == one.get("/", Cookie=both).status == 200


def test_a_port_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "TRIES", 1)
    with running() as one, pytest.raises(ConfigError, match="is free"), running(port=one.port):
        pass
    monkeypatch.setattr(app, "HERE", "192.0.2.1")  # not an address of this machine
    with pytest.raises(ConfigError, match="cannot be used"), running():
        pass


def test_nobody_else_can_connect() -> None:
    with running() as studio, socket.socket() as sock:
        sock.settimeout(1)
        with pytest.raises(OSError, match=r"refused|reach|timed out"):
            sock.connect(("127.0.0.2", studio.port))  # ours as well, if it listened everywhere


def film_for(studio: Studio, folder: Path, size: int = 1 << 23) -> str:
    path = folder / "film.mp4"
    path.write_bytes(bytes(size))
    return studio.gallery.add(path)


def test_two_hundred_are_answered_while_others_dawdle(tmp_path: Path) -> None:
    started, go_on = Event(), Event()

    def act(_action: Action) -> None:
        started.set()
        go_on.wait(5)

    with running(act) as studio, ExitStack() as open_:

        def ask(request: bytes, room: int | None = None) -> socket.socket:
            sock = open_.enter_context(studio.connect(room))
            sock.sendall(request)
            return sock

        film = ask(studio.request(f"/file/{film_for(studio, tmp_path)}"), room=1 << 16)
        half = [ask(studio.request("/")[:40]) for _ in range(20)]
        long = ask(studio.request("/do", "POST", json.dumps(SELECT).encode()))
        page = ask(studio.request("/events"))
        assert started.wait(5)
        begun = time.monotonic()
        many = [ask(studio.request("/")) for _ in range(200)]
        assert {answer_of(rest_of(sock)).status for sock in many} == {200}
        assert time.monotonic() - begun < 3
        studio.board.post({"kind": "idle"})
        heard(page, bool)
        for sock in half:
            sock.sendall(studio.request("/")[40:])
            assert answer_of(rest_of(sock)).status == 200
        go_on.set()
        assert answer_of(rest_of(long)).status == 204
        assert len(answer_of(rest_of(film)).body) == 1 << 23


def test_headers_have_an_end() -> None:
    with running() as studio:
        for heads in ({"X": "x" * 1_000_000}, {f"X-{n}": "x" * 100 for n in range(10_000)}):
            with studio.connect() as sock:
                try:
                    sock.sendall(studio.request("/", **heads))
                    data = rest_of(sock)
                except (ConnectionResetError, BrokenPipeError):
                    continue  # hung up before all was sent
                assert data == b"" or answer_of(data).status == 400
        with studio.connect() as sock:
            sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00" + bytes(100))  # the greeting of TLS
            assert b" 400 " in rest_of(sock)
        assert studio.get("/").status == 200


def test_it_ends_at_once_whoever_is_connected(tmp_path: Path) -> None:
    with ExitStack() as open_:
        with running() as studio:

            def ask(request: bytes, **room: Any) -> socket.socket:
                sock = open_.enter_context(studio.connect(**room))
                sock.sendall(request)
                return sock

            name = film_for(studio, tmp_path)
            socks = [
                *(ask(studio.request("/events")) for _ in range(3)),
                ask(studio.request(f"/file/{name}"), room=1 << 16),
                ask(studio.request("/", Connection="keep-alive")),
                ask(studio.request("/")[:40]),
                ask(studio.request("/do", "POST", b"{", Content_Length="100")),
                ask(b""),
            ]
            for sock in socks[:5]:
                sock.recv(10)
            begun = time.monotonic()
        assert time.monotonic() - begun < 1
        for sock in socks:
            rest_of(sock)  # each is hung up on
        with pytest.raises(ConnectionRefusedError):
            studio.connect()
        studio.board.post({"kind": "idle"})  # which nobody hears any more


def test_one_that_is_left_at_once_has_ended() -> None:
    for _ in range(3):
        with running() as studio:
            pass
        with pytest.raises(ConnectionRefusedError):
            studio.connect()
