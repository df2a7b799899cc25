"""Strict reading of JSON from outside: anything that two readers could understand differently is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Request

from forms.definition import is_reserved
from webapp.api.problems import NotJson, Unacceptable, Unreadable
from webapp.rendering.words.catalogues import marked

MOST_DEPTH = 12
LONGEST_NUMBER = 40
_BAD_TEXT = re.compile("[\x00\ud800-\udfff]")
RESERVED = marked("Tietoa ei voi nimetä näin.")
BAD_TEXT = marked("Tekstissä on merkkejä, joita ei voi tallentaa.")


def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object in a request. Raise NotJson, Unreadable, or Unacceptable with a sentence for each place."""
    if request.mimetype != "application/json":
        raise NotJson
    try:
        data = json.loads(
            request.get_data(cache=False).decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_constant=_no_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(data, dict):
        raise Unreadable
    problems = dict(_refused(data, "", MOST_DEPTH))
    if problems:
        raise Unacceptable(problems)
    return data


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(name: str) -> float:
    """Refuse NaN and the infinities, which are no JSON."""
    raise ValueError(name)


def _int(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number too long")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if len(text) > LONGEST_NUMBER or number in (float("inf"), float("-inf")):
        raise ValueError("a number too long or too large")
    return number


def _refused(value: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth < 0:
        raise Unreadable
    if isinstance(value, Mapping):
        yield from _refused_entries(value, path, depth)
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from _refused(inside, f"{path}.{index}", depth - 1)
    elif isinstance(value, str) and _BAD_TEXT.search(value):
        yield path, BAD_TEXT


def _refused_entries(value: Mapping[str, object], path: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, inside in value.items():
        if _BAD_TEXT.search(name):
            yield path, BAD_TEXT
            continue
        here = f"{path}.{name}" if path else name
        if is_reserved(name):
            yield here, RESERVED
        yield from _refused(inside, here, depth - 1)
