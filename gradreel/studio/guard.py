"""Who may talk to the studio: the page that this program opened, and nothing else.

Every site that is open in a browser can send requests to this machine, and make names of its own
point at it. So a request has to name us as its host, bring the secret of this run, and come from
our own page where it changes anything. The secret arrives in the first address, and lives on in a
cookie that no script can read and no other site can send.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("localhost", "127.0.0.1", "[::1]")
METHODS = ("GET", "HEAD", "POST")
MOST = 64 * 1024  # bytes of a request's body
HINT = "Open the address that the studio printed when it started."

ALWAYS = {  # on every answer, unless it says otherwise itself
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

log = logging.getLogger(__name__)


class Guard:
    """Stands before `app`, which listens on `port`; `token` is the secret of this run."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in NAMES}
        self._cookie = f"gradreel-{port}"  # cookies ignore ports, and two studios may be open
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        request, token = Request(scope), None
        if scope["path"] == "/":
            token = request.query_params.get("token")
        scope["query_string"] = b""  # nobody needs it any more, and logs shall not have it
        try:
            await self._answer(request, token)(scope, receive, guarded)
        except ClientDisconnect:
            pass
        except Exception:
            log.exception("The studio could not answer.")
            if not begun:
                await _refusal(request, 500, "The studio failed.")(scope, receive, guarded)

    def _answer(self, request: Request, token: str | None) -> ASGIApp:
        """The application, if nothing speaks against the request."""
        for holds, status, why in self._objections(request, token):
            if holds:
                return _refusal(request, status, why)
        if token is None:
            return self._app
        welcome = RedirectResponse("/", status_code=303)  # takes the token out of the address bar
        welcome.set_cookie(self._cookie, self._token, httponly=True, samesite="strict")
        return welcome

    def _objections(self, request: Request, token: str | None) -> Iterator[tuple[bool, int, str]]:
        """(whether it holds, status, reason), each only asked when none before it holds."""
        said = request.headers
        hosts = said.getlist("host")
        yield len(hosts) != 1 or hosts[0] not in self._hosts, 421, "This is not that host."
        yield not request.scope["raw_path"].startswith(b"/"), 400, "A request names a path."
        yield request.method not in METHODS, 405, "The studio has no such method."

        ours, origins = f"http://{hosts[0]}", said.getlist("origin")
        yield any(origin != ours for origin in origins), 403, "Another site asks."
        # A link may lead to the page itself from anywhere.
        sites = said.getlist("sec-fetch-site") if request.scope["path"] != "/" else []
        yield any(site not in ("same-origin", "none") for site in sites), 403, "Another site asks."
        given = request.cookies.get(self._cookie, "") if token is None else token
        yield not secrets.compare_digest(given.encode(), self._token.encode()), 403, HINT

        if request.method == "POST":
            kind, _, _ = said.get("content-type", "").partition(";")
            yield kind.strip().lower() != "application/json", 415, "An action is JSON."
            # No form can set a header, and a script of another site must ask first, in vain.
            yield said.get("x-gradreel") != "studio", 403, "X-Gradreel is missing."
            yield not origins, 403, "Origin is missing."
            length = said.get("content-length", "")
            unmeasured = "transfer-encoding" in said or not length.isdecimal()
            yield unmeasured, 411, "Content-Length is missing."
            yield int(length) > MOST, 413, f"An action has at most {MOST} bytes."


def _refusal(request: Request, status: int, why: str) -> Response:
    """People read what they open, the page reads what it posts."""
    headers = {"Allow": ", ".join(METHODS)} if status == 405 else None
    if request.method == "POST":
        return JSONResponse({"error": why}, status, headers)
    return PlainTextResponse(f"{why}\n", status, headers)
