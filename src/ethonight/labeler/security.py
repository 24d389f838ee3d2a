"""What comes before every route: who asks, from where, how much; and the headers that every answer carries."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ethonight.labeler.access import Access

BODY = "ethonight.body"
"""Under this name a request's scope holds its body, which was read whole: routes need not wait for it."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT"})
BODY_BYTES = 1 << 20
IMPORT_BYTES = 64 << 20
_IMPORT = "/api/import"
_OWN_SITES = frozenset({"same-origin", "none"})

_PAGE_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"
)
_HEADERS = {
    "content-security-policy": _PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
"""Every answer carries these, except where a route has set its own."""

_ENTRANCE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="refresh" content="0;url={address}"><title>Ethonight</title></head>
<body><a href="{address}">Open the page</a></body></html>
"""
"""A redirect by the page itself: after a link in a mail, browsers withhold a strict cookie from any other redirect."""


class Guard:
    """ASGI middleware: refuses what does not come from this server's own page, and what is too large or no JSON."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        guarded = _with_headers(send)
        answer = self._refused(scope) or self._entrance(scope)
        if answer is None and scope["method"] in ("POST", "PUT"):
            body = await _body(scope, receive)
            if isinstance(body, Response):
                answer = body
            else:
                scope[BODY] = body
                receive = _replayed(body, receive)
        await (answer or self._app)(scope, receive, guarded)

    def _refused(self, scope: Scope) -> Response | None:
        """Return the answer to a request that must not come through; None where it may."""
        headers, method = Headers(scope=scope), scope["method"]
        if method not in METHODS:
            return _no(405, f"{method} is not done here.", {"allow": ", ".join(sorted(METHODS))})
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._access.knows_host(hosts[0]):
            return _no(403, "This address does not belong to this server. Use the address that 'label' has printed.")
        if not _from_own_page(headers, method, hosts[0]):
            return _no(403, "Another page has sent this; only this server's own page may.")
        if self._access.token and not self._carries_token(headers) and not self._brings_token(scope):
            return _no(403, "Open the whole address that 'label' has printed, with its token.")
        return None

    def _carries_token(self, headers: Headers) -> bool:
        # Other programs on this computer have cookies of their own, in whatever form: they come along, too.
        return self._access.is_token(cookie_parser(headers.get("cookie", "")).get(self._access.cookie, ""))

    def _brings_token(self, scope: Scope) -> bool:
        """Whether this is the first visit, with the printed address."""
        return (
            scope["method"] == "GET" and scope["path"] == "/" and self._access.is_token(_query(scope).get("token", ""))
        )

    def _entrance(self, scope: Scope) -> Response | None:
        """Return the answer to the first visit: the cookie, and on to the address without the token."""
        if not self._access.token or not self._brings_token(scope):
            return None
        rest = urlencode([(name, value) for name, value in _query(scope).items() if name != "token"])
        answer = HTMLResponse(_ENTRANCE.format(address=f"/?{rest}".rstrip("?").replace("&", "&amp;")))
        answer.set_cookie(self._access.cookie, self._access.token, httponly=True, samesite="strict")
        return answer


def _from_own_page(headers: Headers, method: str, host: str) -> bool:
    """Whether a request comes from this server's page, or from a person's own hand (an address typed, a link).

    What changes something must say where it comes from, as every browser does.
    """
    origin = headers.get("origin")
    if origin is None:
        site = headers.get("sec-fetch-site", "none")
        followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        return method in ("GET", "HEAD") and (site in _OWN_SITES or followed)
    return origin.lower() == f"http://{host.lower()}"


async def _body(scope: Scope, receive: Receive) -> bytes | Response:
    """Return the body of a request, or the answer to one that is too long or not JSON."""
    headers = Headers(scope=scope)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _no(415, "Only JSON is taken here (Content-Type: application/json).")
    limit = IMPORT_BYTES if scope["path"] == _IMPORT else BODY_BYTES
    too_long = _no(413, f"This is too much at once; at most {limit >> 20} MB are taken here.")
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > limit:
        return too_long
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return _no(400, "The request broke off.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return too_long
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the body that was read already, then what comes after it."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


def _query(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))


def _no(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers)
