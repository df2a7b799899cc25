"""The server as `vireille serve` runs it: the caller's address, and nobody kept out by others."""

from __future__ import annotations

import http.client
import secrets
import socket
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import lxml.html

from tests.support.browsing import SETTINGS
from tests.support.server import served_as_in_earnest
from tests.support.world import World
from webapp.http.bodies import MOST_READ
from webapp.http.limits import CODES

FILM = 150 * 1024 * 1024
SCENE = bytes(10 * 1024 * 1024)


def guesses(address: str, forwarded: str) -> int:
    """Guess a code once and return the status of the answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", "/fi/code")
    page = lxml.html.fromstring(connection.getresponse().read())
    token = page.xpath("//input[@name='form_token']/@value")[0]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": forwarded}
    connection.request(
        "POST",
        "/fi/code",
        urlencode({"form_token": token, "code": f"{secrets.randbelow(10**16):016}"}),
        headers,
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_behind_the_proxy_one_guesser_does_not_lock_the_others_out(world: World) -> None:
    with served_as_in_earnest(world.engine, replace(SETTINGS, proxies=1)) as address:
        # The client's own claim stands in front of the address our proxy saw, and counts for nothing.
        for number in range(CODES.times):
            assert guesses(address, f"203.0.113.{number}, 192.0.2.1") == 303

        assert guesses(address, "198.51.100.7, 192.0.2.1") == 429
        assert guesses(address, "192.0.2.2") == 303


def test_without_a_proxy_a_forwarded_address_counts_for_nothing(world: World) -> None:
    with served_as_in_earnest(world.engine, SETTINGS) as address:
        for number in range(CODES.times):
            assert guesses(address, f"192.0.2.{number}") == 303

        assert guesses(address, "192.0.2.99") == 429


def test_hundreds_of_idle_connections_keep_nobody_out(world: World) -> None:
    with ExitStack() as stack:
        address = stack.enter_context(served_as_in_earnest(world.engine, SETTINGS))
        place = urlsplit(address)
        for _ in range(300):
            stack.enter_context(socket.create_connection((place.hostname or "", place.port or 0), timeout=60))

        assert guesses(address, "") == 303


def test_an_immense_body_is_answered_before_it_is_read(world: World) -> None:
    with served_as_in_earnest(world.engine, SETTINGS) as address:
        for path in ("/sv/own/files", "/sv/code"):
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
            connection.putrequest("POST", path)
            connection.putheader("Content-Type", "multipart/form-data; boundary=x")
            connection.putheader("Content-Length", str(MOST_READ + 1))
            connection.endheaders()

            # The answer is there before any byte of the body has been sent.
            answer = connection.getresponse()
            page = lxml.html.fromstring(answer.read())
            connection.close()
            assert (answer.status, page.findtext(".//h1")) == (413, "Det du skickade är för stort")
            assert page.xpath("//main//a[starts-with(@href, 'tel:')]")
            # On a page that takes files, a text was hardly too long.
            words = page.find(".//main").text_content()
            assert ("högst 10 megabyte" in words) is path.endswith("/files")
            assert ("Förkorta texten" in words) is not path.endswith("/files")
            assert page.get("lang") == "sv"
            assert answer.headers["Connection"] == "close"


def test_a_film_picked_by_mistake_is_read_past_and_costs_nothing_that_was_written(world: World) -> None:
    with served_as_in_earnest(world.engine, SETTINGS) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        connection.request("GET", "/sv/own/questions")
        led = connection.getresponse()
        led.read()
        connection.request("GET", led.headers["Location"])
        page = lxml.html.fromstring(connection.getresponse().read())
        brought = {
            name: page.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("form_token", "draft")
        }
        fields = {**brought, "about": "Hyreskontraktet"}
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()
        ]
        film = '--x\r\nContent-Disposition: form-data; name="file"; filename="film.mp4"\r\n\r\n'
        head, tail = "".join([*parts, film]).encode(), b"\r\n--x--\r\n"

        connection.putrequest("POST", "/sv/own/files")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", str(len(head) + FILM + len(tail)))
        connection.endheaders(head)
        for _ in range(FILM // len(SCENE)):
            connection.send(SCENE)
        written = largest_hidden_file()
        connection.send(tail)

        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303
        connection.close()
        connection.request("GET", answer.headers["Location"])
        page = lxml.html.fromstring(connection.getresponse().read())
        connection.close()
        assert "Det du skickade är för stort" in page.text_content()
        assert page.xpath("//main//input[@name='draft']/@value")[0] == brought["draft"]
        assert written < len(SCENE)


def largest_hidden_file() -> int:
    """Return the bytes of the largest file without a name that this process, with the server in it, writes."""
    found = [0]
    for place in Path("/proc/self/fd").iterdir():
        # Other threads open and close their files meanwhile.
        with suppress(FileNotFoundError):
            if str(place.readlink()).endswith(" (deleted)"):
                found.append(place.stat().st_size)
    return max(found)
