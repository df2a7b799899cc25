"""The server as `vireille serve` runs it: who asks, and who keeps whom out."""

from __future__ import annotations

import http.client
import socket
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import lxml.html

from tests.support.browsing import SETTINGS
from tests.support.server import served_as_in_earnest
from tests.support.world import World
from webapp.cli import MOST_READ
from webapp.http.limits import CODES


def guesses(address: str, told_by_proxy: str) -> int:
    """One guess at a code; the status it was answered with."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", "/fi/code")
    page = lxml.html.fromstring(connection.getresponse().read())
    token = page.xpath("//input[@name='form_token']/@value")[0]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": told_by_proxy}
    connection.request("POST", "/fi/code", urlencode({"form_token": token, "code": "1" * 16}), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_behind_a_proxy_of_ours_one_guesser_does_not_lock_the_others_out(world: World) -> None:
    with served_as_in_earnest(world.engine, replace(SETTINGS, proxies=1)) as address:
        # What the client itself claims stands in front of what our proxy saw, and counts for nothing.
        for number in range(CODES.times):
            assert guesses(address, f"203.0.113.{number}, 192.0.2.1") == 422

        assert guesses(address, "198.51.100.7, 192.0.2.1") == 429
        assert guesses(address, "192.0.2.2") == 422


def test_without_a_proxy_of_ours_nobody_says_who_they_are(world: World) -> None:
    with served_as_in_earnest(world.engine, SETTINGS) as address:
        for number in range(CODES.times):
            assert guesses(address, f"192.0.2.{number}") == 422

        assert guesses(address, "192.0.2.99") == 429


def test_hundreds_of_idle_connections_keep_nobody_out(world: World) -> None:
    with ExitStack() as stack:
        address = stack.enter_context(served_as_in_earnest(world.engine, SETTINGS))
        place = urlsplit(address)
        for _ in range(300):
            stack.enter_context(socket.create_connection((place.hostname or "", place.port or 0), timeout=60))

        assert guesses(address, "") == 422


def test_what_is_immense_is_refused_before_any_of_it_is_read(world: World) -> None:
    with served_as_in_earnest(world.engine, SETTINGS) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        connection.putrequest("POST", "/fi/own/files")
        connection.putheader("Content-Length", str(MOST_READ + 1))
        connection.endheaders()

        # No byte of the body has been sent, and the answer is there.
        assert connection.getresponse().status == 413
        connection.close()
