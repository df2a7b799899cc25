"""Any request to the addresses of identification is answered without a fault of ours and lets nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_from_bytes

from flask import Flask

from tests.support.browsing import Visitor
from tests.support.hostile_requests import NASTY
from tests.support.identity_provider import IdentityProvider
from tests.support.reader import applied
from tests.support.story import Story
from tests.webapp.identification.conftest import comes_back, goes_on

POSTED = {
    "go": ("code",),
    "close": ("code",),
    "read": ("key",),
    "letter.pdf": ("key", "document"),
    "end": ("key",),
}
WORDS = "Passini otettiin pois."


def from_everywhere() -> Iterator[dict[str, str]]:
    """Yield another address for each request: the limits are not tested here."""
    for number in range(1, 60_000):
        yield {"REMOTE_ADDR": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"}


def test_no_request_is_a_fault(identifying: Flask, service: IdentityProvider, story: Story) -> None:
    reader = Visitor(identifying)
    own = comes_back(reader, service, goes_on(reader, applied(story, what_happened=WORDS).code))
    known = dict(own.form(-1).form_values())
    places, statuses, asked = from_everywhere(), set[int](), len(service.asked)
    for nasty in NASTY:
        bad = quote_from_bytes(nasty)
        for address, names in POSTED.items():
            for name in names:
                fields = {**known, "document": "0" * 32}
                body = "&".join(f"{key}={value}" for key, value in fields.items() if key != name)
                answer = reader.client.post(
                    f"/fi/more/{address}",
                    data=f"{body}&{name}={bad}",
                    content_type="application/x-www-form-urlencoded",
                    environ_base=next(places),
                )
                statuses.add(answer.status_code)
                assert WORDS.encode() not in answer.get_data(), (address, name, nasty)
        for name in ("state", "code", "iss", "error"):
            query = "&".join(f"{each}={bad if each == name else 'x'}" for each in ("state", "code", "iss"))
            reader.client.set_cookie("i", bad[:300] or "x", path="/i")
            answer = reader.client.get(f"/i?{query}&{name}={bad}", environ_base=next(places))
            statuses.add(answer.status_code)

    assert not {status for status in statuses if status >= 500}
    assert len(service.asked) == asked, "nothing was asked of the service for any of them"
    assert reader.post("/fi/more/read", known).status == 200
