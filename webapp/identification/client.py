"""HTTP requests to the provider: short, small, and without redirects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from time import monotonic
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from webapp.identification.errors import ProviderAway

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
IN_ALL_SECONDS = 10.0
MOST_BYTES = 128 * 1024
"""A discovery document takes some kilobytes, a key set hardly more."""
_PIECE = 16 * 1024
Answer = Mapping[str, object]


class Client:
    """An HTTP client that all threads share."""

    def __init__(self) -> None:
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)

    def read(self, address: str) -> Answer:
        return self._ask("GET", address, {})

    def send(self, address: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, {**headers, **form}, urlencode(fields))

    def _ask(self, method: str, address: str, headers: Mapping[str, str], body: str | None = None) -> Answer:
        # Nothing compressed: a small answer must not grow while it is unpacked.
        asking = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        try:
            answer = self._pool.request(
                method, address, headers=asking, body=body, redirect=False, preload_content=False
            )
            try:
                content = _bounded(answer)
            finally:
                # Closed, not kept: the unread end of one answer must not become the beginning of the next.
                answer.close()
        except (HTTPError, OSError, ValueError) as failed:
            raise ProviderAway from failed
        if answer.status != 200:
            raise ProviderAway(str(answer.status))
        return _object(content)


def _bounded(answer: urllib3.BaseHTTPResponse) -> bytes:
    until, body = monotonic() + IN_ALL_SECONDS, b""
    while piece := answer.read1(_PIECE, decode_content=False):
        body += piece
        if len(body) > MOST_BYTES or monotonic() > until:
            raise ProviderAway
    return body


def _object(body: bytes) -> Answer:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as unreadable:
        raise ProviderAway from unreadable
    if not isinstance(answer, dict):
        raise ProviderAway
    return answer
