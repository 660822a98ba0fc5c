"""What happens, told to every open page.

An event tells how something is now, so only the last of each kind matters. A page that comes late
or reads slowly is sent those, and nothing ever waits for it or grows with what it has missed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

MOST = 32  # pages
BEAT = 10.0  # seconds after which a page hears that we are still there
PATIENCE = 20.0  # seconds in which a page has to take what it is sent

STREAM = "text/event-stream"
OF_A_SHORT = {"short", "still", "clip", "draft", "findings", "final"}
ENDS = {"cleared": "error", "idle": "working"}  # what an event takes back

Subject = tuple[str, int | None]


class Board:
    """The last event of each kind. Answers `/events`; `post` may be called from any thread."""

    def __init__(self) -> None:
        self._events: dict[Subject, bytes] = {}
        self._pages: set[_Page] = set()
        self._lock = Lock()

    def post(self, event: Mapping[str, Any]) -> None:
        """Tell every page, and those to come."""
        kind = event["kind"]
        subject = ENDS.get(kind, kind), event["short"] if kind in OF_A_SHORT else None
        line = f"data: {json.dumps(event, allow_nan=False)}\n\n".encode()
        with self._lock:
            self._events[subject] = line
            for page in self._pages:
                page.loop.call_soon_threadsafe(page.take, subject, line)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await Response(media_type=STREAM)(scope, receive, send)
            return
        page = self._enter()
        if page is None:
            await PlainTextResponse("Too many pages are open.\n", 503)(scope, receive, send)
            return
        leaving = asyncio.create_task(page.leave_with(receive))
        try:
            headers = Headers({"Content-Type": STREAM}).raw
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while not page.gone:
                body = await page.news()
                async with asyncio.timeout(PATIENCE):
                    await send({"type": "http.response.body", "body": body, "more_body": True})
        except TimeoutError:
            pass  # it asks again when it wakes up
        finally:
            leaving.cancel()
            with self._lock:
                self._pages.discard(page)

    def _enter(self) -> _Page | None:
        """A page that knows of everything so far, if there is room for one more."""
        with self._lock:
            if len(self._pages) >= MOST:
                return None
            page = _Page(dict(self._events))
            self._pages.add(page)
            return page


class _Page:
    """One that listens, and what it has yet to be told. Lives in the server's thread."""

    def __init__(self, untold: dict[Subject, bytes]) -> None:
        self.loop = asyncio.get_running_loop()
        self.gone = False
        self._untold = untold
        self._stir = asyncio.Event()
        self._stir.set()  # tells it at once that it is heard

    def take(self, subject: Subject, line: bytes) -> None:
        self._untold.pop(subject, None)  # so that what came last is told last
        self._untold[subject] = line
        self._stir.set()

    async def news(self) -> bytes:
        """Everything untold, or a comment when there is nothing for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT):
                await self._stir.wait()
        self._stir.clear()
        lines = b"".join(self._untold.values())
        self._untold.clear()
        return lines or b":\n\n"

    async def leave_with(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self._stir.set()
