"""What a person takes along as a file."""

from __future__ import annotations

import io
import unicodedata
from urllib.parse import quote

from flask import Response, send_file

PLAIN = "document"


def pdf(content: bytes, name: str) -> Response:
    """Older browsers read only a plain name, and of one in another script nothing would be left but ".pdf"."""
    sent = send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")
    if not unicodedata.normalize("NFKD", name).encode("ascii", "ignore"):
        own = {"filename*": f"UTF-8''{quote(name)}.pdf"}
        sent.headers.set("Content-Disposition", "attachment", filename=f"{PLAIN}.pdf", **own)
    return sent
