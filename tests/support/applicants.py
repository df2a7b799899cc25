"""People who apply through a server that dies under their hands, as a browser lets them: what got no answer is sent again."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from threading import Event, Semaphore
from urllib.parse import urlencode, urlsplit

import lxml.html
from lxml.html import HtmlElement

LONGEST = 60
"""Seconds that an answer may take, and a new server to come up."""
AWAY = 503


class Unanswered(Exception):
    """The connection broke: nobody knows whether it was done."""


@dataclass
class Applicant:
    number: int
    address: str
    is_up: Event
    shown: Semaphore
    """Released with every receipt that is shown."""
    receipts: list[str] = field(default_factory=list)
    """The code of every receipt that was shown."""
    presses: int = 0
    """Of the button that sends, also those that got no answer."""
    last: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"Keksitty {self.number}"

    def applies(self) -> None:
        """Opens the form, tells a name, sends it."""
        page = self._until_answered("GET", "/fi/own/questions")
        typed = {**_hidden(page), "step": "2", "given_names": self.name, "go": "next"}
        page = self._until_answered("POST", "/fi/own/questions", typed)
        self.last = {**_hidden(page), "step": "check", "go": "send"}
        self.sends()

    def sends(self) -> None:
        """Until a receipt is shown."""
        page = self._until_answered("POST", "/fi/own/questions", self.last)
        self.receipts.append("".join(page.find_class("code")[0].text_content().split()))
        self.shown.release()

    def _until_answered(self, method: str, path: str, form: dict[str, str] | None = None) -> HtmlElement:
        while True:
            assert self.is_up.wait(timeout=LONGEST), "no server came up"
            if form is self.last:
                self.presses += 1
            try:
                status, body = self._asks(method, path, form)
            except Unanswered:
                continue
            if status == AWAY:
                # The page says so, carries what was typed and asks to press again.
                continue
            if status == 303:
                method, path, form = "GET", body, None
                continue
            assert status == 200, f"{self.name}: {status} {lxml.html.fromstring(body).findtext('.//h1')}"
            return lxml.html.document_fromstring(body)

    def _asks(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=LONGEST)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            # Each at a place of their own, as the proxy in front tells it: how many may apply from one is limited.
            "X-Forwarded-For": f"10.0.{self.number // 250}.{self.number % 250}",
        }
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            shown = answer.read().decode()
            # A form is answered with the address of its page.
            return answer.status, answer.headers["Location"] if answer.status == 303 else shown
        except (OSError, http.client.HTTPException) as broken:
            raise Unanswered from broken
        finally:
            connection.close()


def _hidden(page: HtmlElement) -> dict[str, str]:
    return {name: page.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("form_token", "draft")}
