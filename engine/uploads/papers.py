"""PDF files: refuse active content, rewrite the rest without its history, its maker's data and ways out.

Runs only in the child process. Every stream is unfolded once, within bounds: a bomb is found here, not by who opens it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream

from engine.uploads.inline_pictures import make_texts_bare
from engine.uploads.references import names_a_file, remove_traces
from engine.uploads.refusals import FileActs, FileBroken, FileInFile, FileLocked, FileTooHeavy, TooManyPages
from engine.uploads.streams import MOST_ALTOGETHER, made_bare

MOST_PAGES = 300
MOST_OBJECTS = 200_000
_ACTS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/Rendition"}
)
_HOLDS_FILES = frozenset({"/EmbeddedFiles", "/EF", "/AF", "/Collection"})
_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/GoTo3DView",
        "/SetOCGState",
        "/Trans",
        "/ResetForm",
        "/Hide",
        "/Named",
    }
)

# qpdf opens the source of random numbers when it first meets a locked document, and keeps it open: behind the cage it
# could not be opened any more.
with Pdf.new() as _locked:
    _locked.save(io.BytesIO(), encryption=pikepdf.Encryption(owner="", user=""))


def rewritten(content: bytes) -> bytes:
    try:
        with Pdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            _require_openable(pdf)
            _make_bare(pdf)
            made = _written(pdf)
        with Pdf.open(io.BytesIO(made), attempt_recovery=False) as again:
            _require_closed(again)
        return made
    except PasswordError as locked:
        raise FileLocked from locked
    except (PdfError, pikepdf.DataDecodingError, ValueError, KeyError, TypeError, AttributeError) as broken:
        raise FileBroken from broken


def _require_openable(pdf: Pdf) -> None:
    if pdf.is_encrypted:
        raise FileLocked
    if not 1 <= _pages(pdf) <= MOST_PAGES:
        raise TooManyPages


def _make_bare(pdf: Pdf) -> None:
    unfolded = 0
    for found in _everything(pdf):
        _require_harmless(found)
        remove_traces(found)
        make_texts_bare(pdf, found)
        if isinstance(found, Stream):
            unfolded += made_bare(found)
        if unfolded > MOST_ALTOGETHER:
            raise FileTooHeavy


def _require_closed(pdf: Pdf) -> None:
    """Require of what is written, whatever was removed before, that nothing in it acts or leads out."""
    for found in _everything(pdf):
        _require_harmless(found)
        if names_a_file(found):
            raise FileActs


def _require_harmless(found: Dictionary | Stream) -> None:
    names = set(found.keys())
    if names & _HOLDS_FILES or found.get("/Type") == Name.EmbeddedFile:
        raise FileInFile
    if names & _ACTS or _acts(found):
        raise FileActs


def _pages(pdf: Pdf) -> int:
    """Return the number of pages: checked first as declared, then counted one by one, since the declared number may be false."""
    declared = pdf.Root.Pages.get("/Count", 0)
    if int(declared) > MOST_PAGES:
        raise TooManyPages
    return len(pdf.pages)


def _everything(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Yield every dictionary, also those that no page refers to, within a budget."""
    seen = 0
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    while waiting:
        each = waiting.pop()
        seen += 1
        if seen > MOST_OBJECTS:
            raise TooManyPages
        if isinstance(each, Dictionary | Stream):
            yield each
            waiting += [value for value in _values(each) if not value.is_indirect]
        elif isinstance(each, Array):
            # Numbers and names come out as plain Python values; only what holds something is looked into.
            waiting += [
                value
                for value in list(each)
                if isinstance(value, Array | Dictionary | Stream) and not value.is_indirect
            ]


def _values(holder: Dictionary | Stream) -> Iterator[Object]:
    for key in holder.keys():  # noqa: SIM118 - a PDF dictionary iterates otherwise
        value = holder[key]
        if isinstance(value, Object):
            yield value


def _acts(found: Dictionary | Stream) -> bool:
    if str(found.get("/S")) in _ACTIONS or str(found.get("/Subtype")) in {
        "/RichMedia",
        "/Movie",
        "/Screen",
        "/3D",
    }:
        return True
    # A place to open at is harmless; an action may be anything.
    opening = found.get("/OpenAction")
    return isinstance(opening, Dictionary) and str(opening.get("/S")) != "/GoTo"


def _written(pdf: Pdf) -> bytes:
    # The first half of the identifier would be the original's.
    for name in ("/Info", "/ID"):
        if name in pdf.trailer:
            del pdf.trailer[name]
    made = io.BytesIO()
    # Only what the pages need is written: earlier versions of the document are not.
    pdf.save(made, deterministic_id=True, fix_metadata_version=False)
    return made.getvalue()
