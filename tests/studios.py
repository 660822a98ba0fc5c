"""A studio that really runs, and requests to it down to the byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from gradreel.studio.app import serve
from gradreel.studio.asked import Action
from gradreel.studio.board import Board
from gradreel.studio.served import Gallery

Heads = dict[str, str | None]  # None leaves a header out


@dataclass
class Answer:
    status: int
    heads: dict[str, str]
    body: bytes


@dataclass
class Studio:
    url: str
    board: Board
    gallery: Gallery
    actions: list[Action] = field(default_factory=list)

    @property
    def token(self) -> str:
        return self.url.partition("=")[2]

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].partition("/")[0])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, room: int | None = None) -> socket.socket:
        """A connection, with `room` bytes for what has come and is not read."""
        sock = socket.socket()
        if room:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        sock.settimeout(5)
        try:
            sock.connect(("127.0.0.1", self.port))
        except OSError:
            sock.close()
            raise
        return sock

    def request(self, target: str, method: str = "GET", body: bytes = b"", **heads: Any) -> bytes:
        """The bytes of a request of our own page; `heads` are changes to its headers."""
        told: Heads = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": f"gradreel-{self.port}={self.token}",
            "Connection": "close",
        }
        if method == "POST":
            told |= {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                "Origin": self.origin,
                "X-Gradreel": "studio",
            }
        told |= {name.replace("_", "-"): value for name, value in heads.items()}
        lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
        return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("latin-1") + body

    def raw(self, request: bytes) -> Answer:
        with self.connect() as sock:
            with suppress(ConnectionError):  # answered, and hung up, before all was sent
                sock.sendall(request)
            return answer_of(rest_of(sock))

    def get(self, target: str, method: str = "GET", **heads: Any) -> Answer:
        return self.raw(self.request(target, method, **heads))

    def do(self, action: Any, **heads: Any) -> Answer:
        body = action if isinstance(action, bytes) else json.dumps(action).encode()
        return self.raw(self.request("/do", "POST", body, **heads))

    def listen(self, room: int | None = None, **heads: Any) -> socket.socket:
        sock = self.connect(room)
        sock.sendall(self.request("/events", **heads))
        return sock


def rest_of(sock: socket.socket) -> bytes:
    """Everything until the other end hangs up."""
    data = b""
    try:
        while piece := sock.recv(1 << 20):
            data += piece
    except ConnectionResetError:
        pass  # it hung up on what was still being sent
    return data


def answer_of(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    heads = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(first.split()[1]), heads, body)


def heard(sock: socket.socket, until: Callable[[list[Any]], bool]) -> list[Any]:
    """The events that come, until they are as wanted."""
    data, events = b"", list[Any]()
    while not until(events):
        piece = sock.recv(1 << 16)
        assert piece, f"hung up after {events}"
        data += piece
        whole = data.rpartition(b"\n\n")[0]
        events = [
            json.loads(line.removeprefix(b"data: "))
            for line in whole.splitlines()
            if line.startswith(b"data: ")
        ]
    return events


@contextmanager
def running(act: Callable[[Action], None] | None = None, port: int = 0) -> Iterator[Studio]:
    board, gallery = Board(), Gallery()
    actions: list[Action] = []
    with serve(board, gallery, act or actions.append, port) as url:
        yield Studio(url, board, gallery, actions)
