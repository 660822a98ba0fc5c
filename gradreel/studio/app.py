"""The studio behind one address of this machine, from when it is entered until it is left."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from gradreel.errors import ConfigError, GradreelError
from gradreel.studio.asked import Action, asked
from gradreel.studio.board import Board
from gradreel.studio.guard import Guard
from gradreel.studio.served import Gallery

HERE = "127.0.0.1"  # nobody else's machine gets this far
PORT = 7313  # the same at every start, so that pages which are still open find it again
TRIES = 50  # ports, from the one that was asked for
PAGE = Path(__file__).parent / "page"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@contextmanager
def serve(
    board: Board, gallery: Gallery, act: Callable[[Action], None], port: int = 0
) -> Iterator[str]:
    """Answer while inside, in a thread of its own, at the address that this yields: with the port
    that is really used, the first free one from `port`, and the secret that lets a browser in.

    `act` is given every action, one at a time, in a thread of its own. It is to note it and return;
    what it raises as a `GradreelError` is told to the page.
    """
    with _listening(port) as sock:
        port = sock.getsockname()[1]
        token = secrets.token_hex(16)
        config = uvicorn.Config(
            Guard(application(board, gallery, act), port, token),
            loop="asyncio", http="h11", ws="none", lifespan="off",
            access_log=False, log_config=None, log_level="critical",  # the guard logs faults
            proxy_headers=False, server_header=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = _Server(config)
        thread = Thread(target=server.run, args=([sock],), name="studio", daemon=True)
        thread.start()
        try:
            yield f"http://{HERE}:{port}/?token={token}"
        finally:
            server.should_exit = True
            thread.join()


def application(board: Board, gallery: Gallery, act: Callable[[Action], None]) -> ASGIApp:
    """Everything that the page may ask for, without the guard."""
    names = {path.name: path for path in PAGE.iterdir() if path.suffix in TYPES}
    turn = asyncio.Lock()

    def page(request: Request) -> Response:
        path = names.get(request.path_params.get("name", "index.html"))
        if path is None:
            return PlainTextResponse("Not found\n", 404)
        return Response(path.read_bytes(), media_type=TYPES[path.suffix])

    async def do(request: Request) -> Response:
        try:
            action = asked(await request.body())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        try:
            async with turn:
                await asyncio.to_thread(act, action)
        except GradreelError as error:
            return JSONResponse({"error": str(error)}, 409)
        return Response(status_code=204)

    routes = [
        Route("/", page),
        Route("/static/{name}", page),
        Route("/file/{id}", gallery, methods=["GET"]),
        Route("/events", board, methods=["GET"]),
        Route("/do", do, methods=["POST"]),
    ]
    return Router(routes, redirect_slashes=False)


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Hang up on whoever is still there: pages listen without end."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def _listening(port: int) -> socket.socket:
    """A socket that listens on `port`, else on the next that is free; 0 is any."""
    for number in range(port, min(port + TRIES, 65536)):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((HERE, number))
            sock.listen()  # two may bind a port, only one can listen
        except OSError as error:
            sock.close()
            if error.errno != errno.EADDRINUSE:
                raise ConfigError(
                    f"port {number} cannot be used: {error.strerror}.", fix="Give another port."
                ) from error
        else:
            return sock
    raise ConfigError(f"no port from {port} on is free.", fix="Give another port.")
