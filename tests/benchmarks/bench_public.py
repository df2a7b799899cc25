"""The public side beside the bare page, A B A B in one run: `python -m tests.benchmarks.bench_public`.

A form's page, a step that is kept, an application sent; on SQLite and PostgreSQL, each with one kept connection to the
real server. The bare page stores what was sent in one commit and shows as many bytes; what starts a case is also set
beside the reference that does (`reference.py`). The bars are of processor time, client and server together: the clock on a
machine that others use tells more of them. VIREILLE_BENCH (1 by default) scales the rounds. Fails when a bar is missed.
"""

from __future__ import annotations

import http.client
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import lxml.html

from engine.storage.database import Database
from tests.benchmarks import bare_page
from tests.benchmarks.reference import Reference
from tests.support.browsing import SETTINGS
from tests.support.postgres import Cluster, cluster
from tests.support.server import listening, served_as_in_earnest
from tests.support.world import Template, World, world_on

ROUNDS = max(10, int(300 * float(os.environ.get("VIREILLE_BENCH", "1"))))
WARMING = 5
BARS = {"a form's page": 0.4, "a step kept": 0.25, "an application sent": 0.08}
"""The bare page's processor time by ours: how many of our requests cost as much as one of its. What an application sent does besides: judge, seal, start a process."""


Taken = tuple[float, float]
"""Milliseconds by the clock, and of the processor."""


def now() -> Taken:
    return time.perf_counter() * 1e3, time.process_time() * 1e3


def since(began: Taken) -> Taken:
    clock, processor = now()
    return clock - began[0], processor - began[1]


def middle(taken: list[Taken]) -> Taken:
    return statistics.median(clock for clock, _ in taken), statistics.median(spent for _, spent in taken)


class Browser:
    """One kept connection; each request from another place, as the proxy in front tells it."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._asked = 0
        self.page = b""

    def asks(self, path: str, form: dict[str, str] | None = None) -> Taken:
        self._asked += 1
        place = f"10.{self._asked >> 16}.{self._asked >> 8 & 255}.{self._asked & 255}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": place}
        body = urlencode(form) if form else None
        began = now()
        self._connection.request("POST" if form else "GET", path, body, headers)
        answer = self._connection.getresponse()
        self.page = answer.read()
        if answer.status == 303:
            # A form is answered with the address of its page: both requests are what a step costs.
            self._connection.request("GET", answer.headers["Location"], headers=headers)
            answer = self._connection.getresponse()
            self.page = answer.read()
        took = since(began)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return took


def main() -> int:
    missed = 0
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as folder, cluster(durable=True) as server:
        template = Template(Path(folder))
        for name in ("SQLite", "PostgreSQL"):
            with world(name, template, Path(folder), server) as (own, bare):
                missed += compare(name, own, bare)
    return missed


@contextmanager
def world(name: str, template: Template, folder: Path, server: Cluster) -> Iterator[tuple[World, Database]]:
    if name == "SQLite":
        template.copy(folder / "ours.db")
        urls = f"sqlite:///{folder / 'ours.db'}", f"sqlite:///{folder / 'bare.db'}"
    else:
        urls = server.url(template.copy_on(server)), server.url(server.new_database())
    bare = Database(urls[1])
    bare_page.make_table(bare)
    with world_on(urls[0], folder) as made:
        yield made, bare
    bare.close()


def compare(name: str, own: World, bare: Database) -> int:
    reference = Reference(bare)
    reference.make_tables()
    with ExitStack() as stack:
        address = stack.enter_context(served_as_in_earnest(own.engine, replace(SETTINGS, proxies=1)))
        browser = Browser(address)
        browser.asks("/fi/own/questions")
        size = len(browser.page)
        plain = bare_page.application(bare, size)
        other = Browser(stack.enter_context(listening(lambda _: plain)))
        taken, theirs = measured(browser, other, reference)
    missed = 0
    for what, bar in BARS.items():
        (mine, spent), (floor, least) = middle(taken[what]), middle(theirs[what])
        share = least / spent
        missed += share < bar
        sys.stdout.write(
            f"{name:10} {what:20} ours {1000 / mine:5.0f}/s ({mine:6.2f} ms, CPU {spent:6.2f}), bare {1000 / floor:5.0f}/s "
            f"({floor:6.2f} ms, CPU {least:5.2f}): {floor / mine:.2f} by the clock, {share:.2f} of CPU "
            f"{'ok' if share >= bar else f'UNDER {bar}'}\n"
        )
    (start, least), (sent, spent) = middle(theirs["a case started"]), middle(taken["an application sent"])
    sys.stdout.write(
        f"{name:10} an application sent is {sent / start:.1f} times the bare start of a case, CPU {spent / least:.1f}\n"
    )
    sys.stdout.flush()
    return missed


def measured(
    browser: Browser, other: Browser, reference: Reference
) -> tuple[dict[str, list[Taken]], dict[str, list[Taken]]]:
    own: dict[str, list[Taken]] = defaultdict(list)
    theirs: dict[str, list[Taken]] = defaultdict(list)
    for number in range(ROUNDS + WARMING):
        mine, bare = {}, {}
        bare["a form's page"] = other.asks("/page")
        mine["a form's page"] = browser.asks("/fi/own/questions")
        step = {**hidden(browser.page), "step": "2", "go": "next", "given_names": f"Keksitty {number}"}
        bare["a step kept"] = other.asks("/page", step)
        mine["a step kept"] = browser.asks("/fi/own/questions", step)
        last = {**hidden(browser.page), "step": "check", "go": "send"}
        bare["an application sent"] = other.asks("/page", last)
        mine["an application sent"] = browser.asks("/fi/own/questions", last)
        began = now()
        reference.start()
        bare["a case started"] = since(began)
        if number >= WARMING:
            for what, took in mine.items():
                own[what].append(took)
            for what, took in bare.items():
                theirs[what].append(took)
    return own, theirs


def hidden(page: bytes) -> dict[str, str]:
    tree = lxml.html.document_fromstring(page)
    return {name: tree.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("form_token", "draft")}


if __name__ == "__main__":
    sys.exit(main())
