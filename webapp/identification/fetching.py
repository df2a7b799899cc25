"""Asking the provider: short, small, and never anywhere else than was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from time import monotonic
from typing import Any
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


class Fetching:
    """One for all threads."""

    def __init__(self) -> None:
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)

    def read(self, address: str) -> Mapping[str, Any]:
        return self._ask("GET", address, {})

    def send(self, address: str, told: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, {**headers, **form}, urlencode(told))

    def _ask(
        self, method: str, address: str, headers: Mapping[str, str], body: str | None = None
    ) -> Mapping[str, Any]:
        # Nothing compressed: a small answer must not grow in our hands.
        asking = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        try:
            answer = self._pool.request(
                method, address, headers=asking, body=body, redirect=False, preload_content=False
            )
            try:
                told = _bounded(answer)
            finally:
                # Closed, not kept: what was not read to its end must not be taken for the beginning of another answer.
                answer.close()
        except (HTTPError, OSError, ValueError) as failed:
            raise ProviderAway from failed
        if answer.status != 200:
            raise ProviderAway(str(answer.status))
        return _object(told)


def _bounded(answer: urllib3.BaseHTTPResponse) -> bytes:
    until, body = monotonic() + IN_ALL_SECONDS, b""
    while piece := answer.read1(_PIECE, decode_content=False):
        body += piece
        if len(body) > MOST_BYTES or monotonic() > until:
            raise ProviderAway
    return body


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as unreadable:
        raise ProviderAway from unreadable
    if not isinstance(told, dict):
        raise ProviderAway
    return told
