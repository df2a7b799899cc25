"""Debian's Firefox, driven by WebDriver BiDi: for what it keeps on the disk.

Playwright speaks BiDi too, but begins with a command that Debian's release does not know.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from tests.support.debian import needed
from tests.support.tabs import Tab

PATIENCE: Final = 60.0
"""Seconds until an answer counts as missing. The machine has other work."""
TICK: Final = 0.05
PRESSED_AGAIN: Final = 10.0
"""Seconds after which a press that led nowhere is made again."""
PREFERENCES: Final[Mapping[str, object]] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.tabs.remote.separatePrivilegedContentProcess": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.ipc.processPrelaunch.enabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "fi",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    # A page drops clicks and keys until it was painted some times, which takes long on a busy machine.
    "dom.input_events.security.minNumTicks": 0,
    "dom.input_events.security.minTimeElapsedInMS": 0,
    # The session is written while one is still there, as on a long visit.
    "browser.sessionstore.interval": 200,
}
"""No call to its makers, and nothing that changes what it keeps."""
SHOWN: Final = """(() => {
    const element = globalThis.wanted = document.querySelector(%s);
    element.scrollIntoView({block: 'center', behavior: 'instant'});
    const {x, y, width, height} = element.getBoundingClientRect();
    return JSON.stringify([Math.round(x + width / 2), Math.round(y + height / 2)]);
})()"""
"""Its middle, once it is scrolled into view."""
PRESSED: Final = """(() => {
    const element = globalThis.wanted;
    if (element && ['radio', 'checkbox'].includes(element.type)) return element.checked;
    return !element || element === document.activeElement;
})()"""
"""True once the pressed element is chosen or has the focus, or another page is there."""
UNDER_THE_HAND: Final = "globalThis.wanted.matches(':hover')"
ARROW_DOWN: Final = "\ue015"
LISTENS: Final = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class FirefoxTab(Tab):
    def __init__(self, line: ClientConnection) -> None:
        self._line, self._numbers = line, count(1)
        self._asks("session.new", capabilities={})
        self._asks("session.subscribe", events=["browsingContext.load"])
        self._tab = self._asks("browsingContext.getTree")["contexts"][0]["context"]
        self._driver = {"context": self._tab, "sandbox": "driver"}

    @property
    def address(self) -> str:
        return str(self._asks("browsingContext.getTree", root=self._tab)["contexts"][0]["url"])

    def opens(self, address: str) -> None:
        self._asks("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def presses(self, selector: str) -> None:
        with self._leaving(selector):
            self.chooses(selector)

    def chooses(self, selector: str) -> None:
        assert self.has(selector), f"no {selector} on {self.address}"
        # Firefox scrolls to the caret a frame after something was typed: the element may slip from under the hand.
        # While the page before goes, the element has no place and the hand nothing to move over.
        pressed = False
        for _ in self._trying():
            if pressed and self._holds("!globalThis.wanted", gone=True):
                # The press before led to another page, which came only now.
                break
            if not self._reaches(selector):
                continue
            pressed = True
            if self._points("pointerDown", "pointerUp") and self._holds(PRESSED, gone=True):
                break

    def writes(self, selector: str, text: str) -> None:
        self.chooses(selector)
        self.types(*text)

    def types(self, *keys: str) -> None:
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._acts({"type": "key", "id": "keys", "actions": strokes})

    def takes(self, selector: str, file: Path) -> None:
        self._asks("input.setFiles", context=self._tab, element=self._element(selector), files=[str(file)])

    def picks(self, selector: str) -> None:
        self._evaluates(f"document.querySelector({json.dumps(selector)}).focus() || ''")
        self.types(ARROW_DOWN)

    def arrives(self, address: str) -> None:
        for _ in self._trying():
            if self.address == address:
                break

    def back(self) -> None:
        self._turns(-1)

    def forward(self) -> None:
        self._turns(1)

    def reload(self) -> None:
        with self._leaving():
            self._asks("browsingContext.reload", context=self._tab, wait="complete")

    def source(self) -> str:
        return self._evaluates("document.documentElement.outerHTML")

    def quits(self) -> None:
        """Close as people do, so that all it keeps is written."""
        self._asks("browser.close")

    def _finds(self, selector: str, what: str) -> str:
        return self._evaluates(f"document.querySelector({json.dumps(selector)})?.{what} || ''")

    def _evaluates(self, script: str) -> str:
        """Evaluate in a sandbox of the driver's: it works where the page itself may run nothing."""
        answer = self._asks("script.evaluate", expression=script, target=self._driver, awaitPromise=False)
        return str(answer["result"]["value"])

    def _reaches(self, selector: str) -> bool:
        """Scroll it into view and move the hand over it, unless it cannot be found or reached now."""
        shown = SHOWN % json.dumps(selector)
        answer = self._answered("script.evaluate", expression=shown, target=self._driver, awaitPromise=False)
        if answer["type"] == "error" or answer["result"]["type"] != "success":
            return False
        x, y = json.loads(answer["result"]["result"]["value"])
        moved = self._points("pointerMove", x=x, y=y, origin="viewport")
        return moved and self._holds(UNDER_THE_HAND, gone=False)

    def _element(self, selector: str) -> dict[str, str]:
        wanted = {"type": "css", "value": selector}
        found = self._asks("browsingContext.locateNodes", context=self._tab, locator=wanted, maxNodeCount=1)
        assert found["nodes"], f"no {selector} on {self.address}"
        return {"sharedId": found["nodes"][0]["sharedId"]}

    def _acts(self, *actions: Mapping[str, Any]) -> None:
        self._asks("input.performActions", context=self._tab, actions=actions)

    def _points(self, *kinds: str, **where: Any) -> bool:
        """Return whether it could be done: not while a page goes or comes."""
        acts = [{"type": kind, **({} if where else {"button": 0}), **where} for kind in kinds]
        pointer = {"type": "pointer", "id": "hand", "actions": acts}
        answer = self._answered("input.performActions", context=self._tab, actions=[pointer])
        return bool(answer["type"] == "success")

    def _turns(self, pages: int) -> None:
        # Answered before the page shows, if it is not in memory.
        with self._leaving():
            self._asks("browsingContext.traverseHistory", context=self._tab, delta=pages)

    @contextmanager
    def _leaving(self, pressed: str = "") -> Iterator[None]:
        """Wait at the end until another page is there, whole. This one is known by a number in the driver's sandbox. A button may
        take the focus and slip away before the hand comes up: it is pressed again, as people do."""
        number = next(self._numbers)
        self._evaluates(f"globalThis.page = {number}")
        yield
        past = f"globalThis.page !== {number} && document.readyState === 'complete'"
        again = monotonic() + PRESSED_AGAIN
        for _ in self._trying():
            if self._holds(past, gone=False):
                break
            if pressed and monotonic() > again and self._holds(f"globalThis.page === {number}", gone=False):
                again = monotonic() + PRESSED_AGAIN
                self.chooses(pressed)

    def _holds(self, script: str, *, gone: bool) -> bool:
        """Return the script's truth; `gone` if the page went while it was asked, or another came that knows nothing of it."""
        answer = self._answered("script.evaluate", expression=script, target=self._driver, awaitPromise=False)
        if answer["type"] == "error" or answer["result"]["type"] != "success":
            return gone
        return bool(answer["result"]["result"]["value"])

    def _trying(self) -> Iterator[None]:
        """Go on at each word from the browser, and some twenty times a second."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            yield
            with suppress(TimeoutError):
                self._hears(TICK)
        raise AssertionError(f"{self.address} stays: {self.source()}")

    def _asks(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        answer = self._answered(method, **parameters)
        assert answer["type"] == "success", f"{method}: {answer.get('error')}: {answer.get('message')}"
        return answer["result"]

    def _answered(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := self._hears(PATIENCE)).get("id") != number:
            pass
        return answer

    def _hears(self, patience: float) -> Mapping[str, Any]:
        heard: Mapping[str, Any] = json.loads(self._line.recv(timeout=patience))
        return heard


@contextmanager
def firefox(folder: Path, *, scripts: bool) -> Iterator[FirefoxTab]:
    """A browser as on somebody's computer, with this folder, closed at the end so that all it keeps is written."""
    where = needed("Firefox", "firefox-esr", _executable)
    folder.mkdir()
    wanted = {**PREFERENCES, "javascript.enabled": scripts}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items()]
    (folder / "user.js").write_text("".join(lines))
    command = [str(where), "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(folder)]
    # Its cache may lie elsewhere than its profile: everything is below one home.
    running = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOME": str(folder)},
    )
    try:
        with connect(f"{_address_of(running)}/session", max_size=None, compression=None) as line:
            tab = FirefoxTab(line)
            yield tab
            tab.quits()
        running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
        running.communicate()


def _address_of(running: subprocess.Popen[str]) -> str:
    assert running.stderr is not None
    for line in running.stderr:
        if listens := LISTENS.search(line):
            return listens[1]
    raise AssertionError("Firefox ended before it listened")


def _executable() -> Path | None:
    found = shutil.which("firefox-esr")
    return Path(found) if found else None
