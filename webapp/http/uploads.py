"""Bodies with files: kept in memory, never in a temporary file. One that is too large is answered with the same page again."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING
from urllib.parse import quote_from_bytes

from flask import Request, g, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BODY_LIMIT = 24 * 1024 * 1024
"""Two of the largest files and what is typed beside them."""
HEAD = 64 * 1024
"""Bytes of a body that is too large in which the fields before its first file stand."""
_ASCII = bytes(range(128))
_MOST_FIELDS_BEFORE = 100


class RequestInMemory(Request):
    """A request whose uploads stay in memory: no file from outside is on a disk unencrypted, not even for a moment."""

    def __init__(self, environ: WSGIEnvironment, *others: bool) -> None:
        super().__init__(environ, *others)
        # Servers hand on raw bytes that no address may hold; read as text they would end in a 500.
        self.query_string = quote_from_bytes(self.query_string, safe=_ASCII).encode()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def is_too_large() -> bool:
    """Return True if only the fields before the files were read, because the body is too large."""
    return bool(g.get("body_too_large"))


def read_beginning() -> None:
    """Read the fields before the first file of a body that is too large: enough to show the same page again.

    A film picked by mistake then costs a sentence beside the field and none of the text.
    """
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise RequestEntityTooLarge
    head = request.environ["wsgi.input"].read(HEAD)
    if not head:
        raise RequestEntityTooLarge
    request.__dict__["form"] = ImmutableMultiDict(_fields_in(head, boundary.encode()))
    request.__dict__["files"] = ImmutableMultiDict[str, object]()
    g.body_too_large = True


def _fields_in(head: bytes, boundary: bytes) -> MultiDict[str, str]:
    decoder = MultipartDecoder(boundary, max_form_memory_size=HEAD, max_parts=_MOST_FIELDS_BEFORE)
    found: MultiDict[str, str] = MultiDict()
    try:
        decoder.receive_data(head)
        name, value = "", b""
        while True:
            event = decoder.next_event()
            if isinstance(event, Field):
                name, value = event.name, b""
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data:
                    found.add(name, value.decode(errors="replace"))
            elif isinstance(event, File | NeedData | Epilogue):
                return found
    except (ValueError, RequestEntityTooLarge):
        return found
