"""Requests that no page of ours would send, to every address that is open to everyone.

Half of the values they carry exist (a draft, a code, an address, a page's key), so that they get past the first check.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask
from hypothesis import strategies as st
from werkzeug.test import run_wsgi_app

from tests.support.uploads import picture

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "post")
NASTY = (
    b"",
    b"\0",
    b"a\0b",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"\xc3",
    "½²③٣१𝟙".encode(),
    "\u202egpj.exe\u202c".encode(),
    "é\u0301\u0301".encode() * 300,
    b"\r\nSet-Cookie: a=b",
    b"\"'><script>alert(1)</script>",
    b"{{7*7}}%(x)s%s{0}",
    b"../../../../etc/passwd",
    b"typename",
    b"__class__",
    b"true",
    b"NaN",
    b"1e999999",
    b"-0",
    b"9" * 5000,
    b"31.12.9999",
    b"1.1.0001",
    b"29.2.2023",
    b"00000000-0000-7000-8000-000000000000",
    b"' OR 1=1 --",
    b"A" * 60_000,
    b"%" * 500,
    b"&=;" * 200,
)
CONTROLS = [
    "form_token",
    "draft",
    "step",
    "go",
    "show",
    "add_row",
    "remove_row",
    "code",
    "token",
    "key",
    "factor",
    "sure",
    "kind",
    "about",
    "remove",
    "file",
    "username",
    "password",
    "next",
    "consent_given",
]
TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=\xff",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 300,
    "multipart/form-data; boundary=x; charset=utf-16",
    "multipart/mixed; boundary=x",
    "application/json",
    "application/json; charset=utf-32",
    "text/xml",
    "text/plain",
    "application/octet-stream",
    "image/png",
    "",
    ";;;=",
    "*/*",
)
PARTED = "multipart/form-data; boundary=x"
BODIES = (
    b'{"a":' * 2000,
    b"[" * 50_000,
    b'{"typename":"x","typename":1}',
    b"a=1&" * 1500,
    b"=" * 300_000,
    b"--x\r\n" * 2000,
    b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>",
    b"",
)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "Accept-Language": ("ar", "fi;q=nan", "*" * 900, "x" * 5000, "sv;q=-1, ,;", "zz-\xe4"),
    "Accept": ("", "text/html;q=x", "application/json"),
    "Origin": ("null", "https://elsewhere.example", "http://[", "\xff"),
    "Sec-Fetch-Site": ("same-origin", "cross-site", ""),
    "Cookie": ("session=" + "x" * 43, "session=\xff", "notice=.x.y", "=;=;" * 99, "__Host-session=a"),
    "X-Form-Token": ("", "x", "\xe4" * 30),
    "Range": ("bytes=0-", "bytes=9-1", "pages=1"),
    "If-Modified-Since": ("yesterday", "Thu, 99 Foo 2026 99:99:99 GMT"),
    "If-None-Match": ('"', "*"),
    "Content-Encoding": ("gzip", "br"),
    "Content-Length": ("-1", "abc", "99999999999999999999", "0"),
    "Transfer-Encoding": ("chunked", "gzip, chunked"),
    "Host": ("", "[", "elsewhere.example", "a b", "localhost:99999999", "\xe4.example", "::::"),
    "X-Forwarded-For": ("1.2.3.4", "<script>", ""),
    "X-HTTP-Method-Override": ("DELETE",),
    "Authorization": ("Bearer x", "Basic ====", "Digest"),
}
PLACES = ("", "unix:", "fe80::1%eth0", "1.2.3", "::ffff:10.0.0.1")


@dataclass(frozen=True)
class Known:
    """Existing values, by the name under which a page would send them."""

    values: Mapping[str, tuple[str, ...]]
    questions: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    """Each address rule with the method it is for."""
    always: tuple[str, ...] = ("form_token", "draft", "go", "step", "code", "token", "key", "factor")
    """Names that each of these pages sends."""


@dataclass(frozen=True)
class Hostile:
    method: str
    path: bytes
    query: bytes
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    place: str = "10.0.0.1"

    def environ(self) -> dict[str, Any]:
        made = {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path.decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "CONTENT_TYPE": self.kind,
            "REMOTE_ADDR": self.place,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            made[key if key == "CONTENT_LENGTH" else f"HTTP_{key}"] = value
        return made


def answer_to(app: Flask, sent: Hostile) -> tuple[int, dict[str, str], bytes]:
    """Call the application directly, so that nothing tidies the request up on its way."""
    environ = {
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": "",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(sent.body)),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(sent.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **sent.environ(),
    }
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    made = b"".join(body)
    return int(status.partition(" ")[0]), dict(headers), made


def requests(known: Known) -> st.SearchStrategy[Hostile]:
    return st.one_of(_sane(known), _sane(known), _sane(known), _wild(known))


def _sane(known: Known) -> st.SearchStrategy[Hostile]:
    """A request as a page sends it, except for the values of some fields."""
    form = st.builds(_urlencoded, _pairs(known))
    parts = st.builds(_multipart, _pairs(known), _files)
    sent = st.tuples(st.just(TYPES[0]), form) | st.tuples(st.just(PARTED), parts)
    return st.builds(
        lambda rule, sent, place: Hostile(rule[0], rule[1], b"", *sent, place=place),
        st.sampled_from(known.rules).flatmap(
            lambda rule: st.tuples(st.just(rule[0]), _filled(rule[1], known, right=9))
        ),
        sent,
        _places,
    )


def _wild(known: Known) -> st.SearchStrategy[Hostile]:
    body = st.one_of(
        st.builds(_urlencoded, _pairs(known)),
        st.builds(_broken, st.builds(_multipart, _pairs(known), _files), st.integers(0, 400)),
        st.binary(max_size=200),
        st.sampled_from(BODIES),
    )
    return st.builds(
        Hostile,
        st.sampled_from(METHODS),
        st.sampled_from(known.rules).flatmap(lambda rule: _filled(rule[1], known, right=3)),
        st.binary(max_size=30) | st.sampled_from((b"", b"v=1", b"next=//x", b"draft=x&draft=y", b"%ff=%")),
        st.sampled_from((*TYPES, TYPES[0], PARTED)),
        body,
        st.dictionaries(st.sampled_from(sorted(HEADERS)), st.integers(0, 6), max_size=3).map(_headers),
        _places,
    )


hostile_bytes = (
    st.sampled_from(NASTY)
    | st.binary(max_size=12)
    | st.text(max_size=12).map(lambda text: text.encode(errors="surrogatepass"))
)
_places = st.sampled_from(PLACES) | st.integers(0, 2**24).map(
    lambda n: f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
)
_files = st.lists(
    st.tuples(
        hostile_bytes,
        st.sampled_from((b"", b"MZ", b"%PDF-1.7", b"\xff\xd8\xff", picture("PNG", size=(9, 9)))),
    )
    | st.tuples(st.sampled_from((b"kuva.png", b"kirje.pdf", b"kuva.jpg")), st.binary(max_size=40)),
    max_size=1,
)


def _filled(rule: str, known: Known, right: int) -> st.SearchStrategy[bytes]:
    """An address of that rule; each of its variables is wrong once in `right` + 1 times."""
    pieces = []
    for piece in re.split(r"(<[^>]+>)", rule):
        if piece.startswith("<"):
            rightly = [each.encode() for each in known.values[piece[1:-1].rpartition(":")[2]]]
            pieces.append(st.integers(0, right).flatmap(partial(_variable, rightly)))
        else:
            pieces.append(st.just(piece.encode()))
    return st.tuples(*pieces).map(b"".join)


def _variable(rightly: list[bytes], chance: int) -> st.SearchStrategy[bytes]:
    return st.sampled_from(rightly) if chance else hostile_bytes.map(lambda text: text[:2000])


def _pairs(known: Known) -> st.SearchStrategy[list[tuple[bytes, bytes]]]:
    """The fields that every page sends, each wrong once in a while, and some more."""
    needed = [
        st.tuples(
            st.just(name.encode()),
            st.integers(0, 9).flatmap(partial(_variable, [each.encode() for each in known.values[name]])),
        )
        for name in known.always
    ]
    names = st.sampled_from([*CONTROLS, *known.questions]).map(str.encode)
    rows = st.sampled_from(
        (b"children.rows", b"children.0.given_names", b"children.99999999999999.x", b"a..b.")
    )
    more = st.lists(st.tuples(names | rows | hostile_bytes, hostile_bytes), max_size=4)
    return st.tuples(*needed, more).map(lambda made: [*made[:-1], *made[-1]])


def _urlencoded(pairs: list[tuple[bytes, bytes]]) -> bytes:
    return b"&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}".encode() for name, value in pairs)


def _multipart(pairs: list[tuple[bytes, bytes]], files: list[tuple[bytes, bytes]]) -> bytes:
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, value)
        for name, value in pairs
    ]
    parts += [
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n' % (name, content)
        for name, content in files
    ]
    return b"".join(parts) + b"--x--\r\n"


def _broken(whole: bytes, place: int) -> bytes:
    """Return the body cut off, or with a piece missing in the middle."""
    return whole[:-place] if place % 2 else whole[:place] + whole[place + 9 :]


def _headers(chosen: dict[str, int]) -> dict[str, str]:
    return {name: HEADERS[name][which % len(HEADERS[name])] for name, which in chosen.items()}
