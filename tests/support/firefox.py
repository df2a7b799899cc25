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
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from tests.support.debian import needed
from tests.support.tabs import Tab

PATIENCE: Final = 60.0
"""Seconds until an answer counts as missing. The machine has other work."""
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
    # The session is written while one is still there, as on a long visit.
    "browser.sessionstore.interval": 200,
}
"""No call to its makers, and nothing that changes what it keeps."""
ARROW_DOWN: Final = "\ue015"
LISTENS: Final = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class FirefoxTab(Tab):
    def __init__(self, line: ClientConnection) -> None:
        self._line, self._numbers = line, count(1)
        self._asks("session.new", capabilities={})
        self._asks("session.subscribe", events=["browsingContext.load"])
        self._tab = self._asks("browsingContext.getTree")["contexts"][0]["context"]
        self._loaded = 0

    @property
    def address(self) -> str:
        return str(self._asks("browsingContext.getTree", root=self._tab)["contexts"][0]["url"])

    def opens(self, address: str) -> None:
        self._asks("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def presses(self, selector: str) -> None:
        before = self._loaded
        self.chooses(selector)
        self._waits_past(before)

    def chooses(self, selector: str) -> None:
        self._shows(selector)
        moved = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": self._element(selector)}}  # fmt: skip
        pressed = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._acts({"type": "pointer", "id": "hand", "actions": [moved, *pressed]})

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
        seen = self._loaded
        while self.address != address:
            self._waits_past(seen)
            seen = self._loaded

    def back(self) -> None:
        self._turns(-1)

    def forward(self) -> None:
        self._turns(1)

    def reload(self) -> None:
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
        where = {"context": self._tab, "sandbox": "driver"}
        answer = self._asks("script.evaluate", expression=script, target=where, awaitPromise=False)
        return str(answer["result"]["value"])

    def _element(self, selector: str) -> dict[str, str]:
        wanted = {"type": "css", "value": selector}
        found = self._asks("browsingContext.locateNodes", context=self._tab, locator=wanted, maxNodeCount=1)
        assert found["nodes"], f"no {selector} on {self.address}"
        return {"sharedId": found["nodes"][0]["sharedId"]}

    def _acts(self, *actions: Mapping[str, Any]) -> None:
        self._asks("input.performActions", context=self._tab, actions=actions)

    def _shows(self, selector: str) -> None:
        found = f"document.querySelector({json.dumps(selector)})"
        self._evaluates(f"{found}?.scrollIntoView({{block: 'center', behavior: 'instant'}}) || ''")

    def _turns(self, pages: int) -> None:
        # Answered once the page shows, from the server or from memory.
        self._asks("browsingContext.traverseHistory", context=self._tab, delta=pages)

    def _waits_past(self, loaded: int) -> None:
        while self._loaded == loaded:
            self._hears()

    def _asks(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := self._hears()).get("id") != number:
            pass
        assert answer["type"] == "success", f"{method}: {answer.get('error')}: {answer.get('message')}"
        return answer["result"]

    def _hears(self) -> Mapping[str, Any]:
        heard: Mapping[str, Any] = json.loads(self._line.recv(timeout=PATIENCE))
        if heard.get("method") == "browsingContext.load" and heard["params"]["context"] == self._tab:
            self._loaded += 1
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
