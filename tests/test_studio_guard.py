"""Only the page that the program opened gets anything from the studio, or anything done."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from studios import Studio, rest_of, running

from gradreel.studio.guard import ALWAYS, Guard

SELECT = {"do": "select", "short": 13}


@pytest.fixture(scope="module")
def open_studio() -> Iterator[Studio]:
    with running() as studio:
        yield studio


@pytest.fixture
def studio(open_studio: Studio) -> Studio:
    open_studio.actions.clear()
    return open_studio


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_it_has_three_names(studio: Studio, name: str) -> None:
    host = f"{name}:{studio.port}"
    assert studio.get("/", Host=host).status == 200
    assert studio.do(SELECT, Host=host, Origin=f"http://{host}").status == 204
    assert studio.do(SELECT, Host=host, Origin="http://127.0.0.1").status == 403


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "127.0.0.1"),
        *("127.0.0.1:80", "127.0.0.1:{port}0", "localhost:80@evil", "localhost:{port}@evil", ""),
        *("127.0.0.1:{port}, evil.example", "127.0.0.2:{port}", "0.0.0.0:{port}", "[::1]"),
    ],
)
def test_and_no_other(studio: Studio, host: str) -> None:
    for target in ("/", f"/?token={studio.token}", "/events", "/static/index.html"):
        answer = studio.get(target, Host=host.format(port=studio.port))
        assert (answer.status, answer.body) == (421, b"This is not that host.\n")


def test_one_name_at_a_time(studio: Studio) -> None:
    assert studio.get("/", Host=None).status == 400
    assert studio.get("/", host="evil.example").status == 400
    old = studio.request("/", Host=None).replace(b"HTTP/1.1", b"HTTP/1.0")
    assert studio.raw(old).status == 421


def test_two_names_do_not_pass_even_where_the_server_lets_them() -> None:
    def asked(*hosts: bytes) -> int:
        async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})

        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        headers = [(b"host", host) for host in hosts] + [(b"cookie", b"gradreel-80=secret")]
        scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "headers": headers}
        asyncio.run(Guard(app, 80, "secret")(scope | {"query_string": b""}, receive, send))
        return int(sent[0]["status"])

    assert asked(b"localhost:80") == 200
    assert asked(b"localhost:80", b"localhost:80") == 421
    assert asked(b"localhost:80", b"evil.example") == 421
    assert asked() == 421


def test_a_request_names_a_path(studio: Studio) -> None:
    for target in ("http://evil.example/", f"{studio.origin}/", "*", "evil.example:80"):
        assert studio.get(target).status == 400


def test_the_token_becomes_a_cookie(studio: Studio) -> None:
    answer = studio.get(f"/?token={studio.token}", Cookie=None)
    assert (answer.status, answer.heads["location"]) == (303, "/")
    assert answer.heads["referrer-policy"] == "no-referrer"
    cookie, *rules = answer.heads["set-cookie"].split("; ")
    assert cookie == f"gradreel-{studio.port}={studio.token}"
    assert {rule.lower() for rule in rules} == {"httponly", "path=/", "samesite=strict"}
    assert studio.get("/", Cookie=cookie).body.startswith(b"<!doctype html>")
    assert len(bytes.fromhex(studio.token)) == 16


def test_without_the_secret_there_is_nothing(studio: Studio) -> None:
    name, token = f"gradreel-{studio.port}", studio.token
    cookies = [
        *(None, "", f"{name}=", f"{name}={token[:-1]}", f"{name}={token}0", f"{name}=\xff\xfe"),
        *(f"gradreel={token}", f"{name}={token[::-1]}", token, f"gradreel-1={token}", "=;=;;"),
    ]
    targets = ["/", "/static/index.html", "/file/0", "/events", "/nothing", f"/do?token={token}"]
    for cookie in cookies:
        for target in targets:
            answer = studio.get(target, Cookie=cookie)
            assert answer.status == 403
            assert answer.body == b"Open the address that the studio printed when it started.\n"
        assert studio.do(SELECT, Cookie=cookie).status == 403
    assert not studio.actions


@pytest.mark.parametrize("given", ["", "0", "{token}0", "%ff", "%00", "{token}&token=", "ä"])
def test_a_wrong_token_is_worth_nothing(studio: Studio, given: str) -> None:
    target = f"/?token={given.format(token=studio.token)}"
    if target.isascii():
        answer = studio.get(target, Cookie=None)
        assert answer.status == 403
        assert "set-cookie" not in answer.heads
    else:
        assert studio.get(target, Cookie=None).status == 400


def test_the_token_opens_one_door_only(studio: Studio) -> None:
    for target in ("/events", "/static/index.html", "//", "/file/0"):
        assert studio.get(f"{target}?token={studio.token}", Cookie=None).status == 403


def test_the_token_is_in_no_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act(_action: Any) -> None:
        raise RuntimeError("a fault of ours")

    with running(act) as studio:
        for name in (None, "uvicorn.error", "uvicorn.access", "asyncio"):
            caplog.set_level(logging.DEBUG, name)  # as talkative as can be
        monkeypatch.setattr(logging.getLogger("uvicorn.access"), "propagate", True)
        studio.get(f"/?token={studio.token}", Cookie=None)
        studio.get(f"/?token={studio.token[:-1]}")
        studio.raw(f"GET /?token={studio.token} HTTP/9\r\n\r\n".encode())
        answer = studio.do(SELECT)
    assert (answer.status, json.loads(answer.body)) == (500, {"error": "The studio failed."})
    assert "a fault of ours" in caplog.text
    assert "GET /" in caplog.text
    assert studio.token[:-1] not in caplog.text


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        (403, {"Origin": None}),
        (403, {"Origin": "null"}),
        (403, {"Origin": "https://evil.example"}),
        (403, {"Origin": "http://127.0.0.1"}),
        (403, {"Origin": "http://127.0.0.1:{port}.evil.example"}),
        (403, {"Origin": "http://localhost:{port}"}),  # ours as well, but not the one asked
        (403, {"Origin": "https://127.0.0.1:{port}"}),
        (403, {"origin": "https://evil.example"}),  # a second one
        (403, {"X-Gradreel": None}),
        (403, {"X-Gradreel": "other"}),
        (403, {"Sec-Fetch-Site": "cross-site"}),
        (403, {"Sec-Fetch-Site": "same-site"}),
        (415, {"Content-Type": None}),
        (415, {"Content-Type": "text/plain"}),
        (415, {"Content-Type": "application/x-www-form-urlencoded"}),
        (415, {"Content-Type": "multipart/form-data; boundary=x"}),
        (415, {"Content-Type": "text/plain; application/json"}),
        (411, {"Content-Length": None, "Transfer-Encoding": "chunked"}),
        (411, {"Transfer-Encoding": "chunked"}),
        (411, {"Content-Length": None}),
        (413, {"Content-Length": "65537"}),
        (413, {"Content-Length": "99999999999"}),
        (204, {}),
        (204, {"Sec-Fetch-Site": "same-origin"}),
        (204, {"Content-Type": "Application/JSON; charset=utf-8"}),
    ],
)
def test_only_our_page_acts(studio: Studio, status: int, changes: dict[str, Any]) -> None:
    heads = {name: value and value.format(port=studio.port) for name, value in changes.items()}
    answer = studio.do(SELECT, **heads)
    assert answer.status == status
    assert studio.actions == ([SELECT] if status == 204 else [])
    if status != 204:
        assert list(json.loads(answer.body)) == ["error"]


def test_a_form_of_another_site_does_nothing(studio: Studio) -> None:
    body = b'{"do":"select","short":13,"x":"=1"}'
    form = {"Content-Type": "text/plain", "X-Gradreel": None, "Origin": "https://evil.example"}
    assert studio.do(body, **form).status == 403
    assert studio.do(body, **form | {"Cookie": None}).status == 403
    assert not studio.actions


def test_the_largest_action_is_read_and_a_larger_one_is_not(studio: Studio) -> None:
    body = json.dumps(SELECT).encode()
    assert studio.do(body + b" " * (65536 - len(body))).status == 204
    assert studio.do(body + b" " * (65537 - len(body))).status == 413
    assert studio.do(body + b" " * 5_000_000).status == 413
    assert studio.actions == [SELECT]


def test_reading_does_nothing(studio: Studio) -> None:
    body = json.dumps(SELECT).encode()
    for method in ("GET", "HEAD"):
        request = studio.request("/do", method, body, Content_Length=str(len(body)))
        assert studio.raw(request).status == 405
    for target in ("/", "/events", "/file/0", "/static/index.html"):
        assert studio.raw(studio.request(target, "POST", body)).status == 405
    assert not studio.actions


@pytest.mark.parametrize(
    "method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get", "EVIL"]
)
def test_there_are_three_methods(studio: Studio, method: str) -> None:
    ask = {"Origin": studio.origin, "Access-Control-Request-Method": "POST"}
    for target in ("/", "/do", "/file/0"):
        answer = studio.get(target, method, **ask)
        assert (answer.status, answer.heads["allow"]) == (405, "GET, HEAD, POST")


def test_no_other_site_listens_or_looks(studio: Studio) -> None:
    for target in ("/events", "/file/0", "/static/index.html"):
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
            assert studio.get(target, Origin=origin).status == 403
        for site in ("cross-site", "same-site"):
            assert studio.get(target, Sec_Fetch_Site=site).status == 403
    assert studio.get("/static/index.html", Origin=studio.origin).status == 200
    assert studio.get("/static/index.html", Sec_Fetch_Site="same-origin").status == 200
    assert studio.get("/", Sec_Fetch_Site="cross-site").status == 200  # a link to the page


def test_every_answer_is_guarded(studio: Studio) -> None:
    kept = {name.lower(): value for name, value in ALWAYS.items()}
    answers = [
        studio.get("/"),
        studio.get("/", "HEAD"),
        studio.get(f"/?token={studio.token}"),
        studio.get("/static/index.html"),
        studio.get("/nothing"),
        studio.get("/file/nothing"),
        studio.get("/do"),
        studio.get("/", "PUT"),
        studio.get("/", Cookie=None),
        studio.get("/", Host="evil.example"),
        studio.get("/", Origin="https://evil.example"),
        studio.do(SELECT),
        studio.do(SELECT, Content_Type="text/plain"),
        studio.do(b"{"),
        studio.get("/events", "HEAD"),
    ]
    for answer in answers:
        assert answer.heads.items() >= kept.items()
        assert "server" not in answer.heads
        assert not any(name.startswith("access-control") for name in answer.heads)
    assert {answer.status for answer in answers} == {200, 204, 303, 400, 403, 404, 405, 415, 421}


def test_the_policy_names_no_other_place() -> None:
    policy = dict(rule.split(" ", 1) for rule in ALWAYS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    sources = {source for rule in policy.values() for source in rule.split()}
    assert sources == {"'none'", "'self'", "data:", "blob:"}
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"


def test_websockets_are_plain_requests(studio: Studio) -> None:
    ask = {"Connection": "Upgrade, close", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    answer = studio.get("/events", "HEAD", **ask | {"Sec-WebSocket-Key": "x" * 22 + "=="})
    assert answer.status == 200


def test_whoever_leaves_in_the_middle_leaves_no_trace(
    studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    with studio.connect() as sock:
        sock.sendall(studio.request("/do", "POST", b"{", Content_Length="100"))
    with studio.connect() as sock:
        sock.sendall(studio.request("/")[:-2])
    assert studio.do(SELECT).status == 204
    assert studio.actions == [SELECT]
    assert not caplog.records


def test_nothing_follows_on_a_refused_body(studio: Studio) -> None:
    """A second request hidden in the body of the first is no request."""
    hidden = studio.request("/do", "POST", json.dumps(SELECT).encode())
    with studio.connect() as sock:
        sock.sendall(studio.request("/do", "POST", hidden, Content_Type="text/plain"))
        assert rest_of(sock).count(b"HTTP/1.1 ") == 1
    assert not studio.actions
