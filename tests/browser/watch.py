"""What a page did wrong: console errors, and requests to any host but its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route

LOCAL_SCHEMES = frozenset({"file", "data", "blob"})


@dataclass
class Watch:
    """Listens to every page of a context; `home` is the one host that is asked."""

    home: str = ""
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        """Listen from now on."""
        context.route("**/*", self._gate)
        context.on("page", self._listen)

    def _gate(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in LOCAL_SCHEMES or address.netloc == self.home:
            route.continue_()
        else:
            self.strangers.append(route.request.url)
            route.abort()

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", lambda ws: self._socket(ws.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self.errors.append(f"{message.text} ({place})")

    def _socket(self, url: str) -> None:
        if urlsplit(url).netloc != self.home:
            self.strangers.append(url)
