"""PDF files: refuse active content, rewrite the rest without its history and its maker's data.

Runs only in the child process. qpdf (through pikepdf) decodes no page's content: a bomb inside a stream stays asleep.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream

from engine.uploads.refusals import FileActs, FileBroken, FileInFile, FileLocked, TooManyPages, TooManyPixels

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
_TELLS_OF_ITS_MAKER = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")


# qpdf opens the source of random numbers when it first meets a locked document, and keeps it open: behind the cage it
# could not be opened any more.
with Pdf.new() as _locked:
    _locked.save(io.BytesIO(), encryption=pikepdf.Encryption(owner="", user=""))


def rewritten(content: bytes) -> bytes:
    try:
        with Pdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            _require_harmless(pdf)
            return _written(pdf)
    except PasswordError as locked:
        raise FileLocked from locked
    except (PdfError, pikepdf.DataDecodingError, ValueError, KeyError, TypeError, AttributeError) as broken:
        raise FileBroken from broken


def _require_harmless(pdf: Pdf) -> None:
    if pdf.is_encrypted:
        raise FileLocked
    if not 1 <= _pages(pdf) <= MOST_PAGES:
        raise TooManyPages
    for found in _everything(pdf):
        names = set(found.keys())
        if names & _HOLDS_FILES or found.get("/Type") == Name.EmbeddedFile:
            raise FileInFile
        if names & _ACTS or _acts(found):
            raise FileActs
        _disarm(found)


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


def _disarm(found: Dictionary | Stream) -> None:
    """Remove the address of links and the maker's data."""
    if str(found.get("/S")) == "/URI":
        found["/URI"] = pikepdf.String("")
    for name in _TELLS_OF_ITS_MAKER:
        if name in found:
            del found[name]
    if isinstance(found, Stream) and str(found.get("/Subtype")) == "/Image":
        _bare_picture(found)


def _bare_picture(image: Stream) -> None:
    """Remove the camera's data from a photograph inside the document."""
    if int(image.get("/Width", 0)) * int(image.get("/Height", 0)) > 4 * 64_000_000:
        raise TooManyPixels
    if str(image.get("/Filter")) == "/DCTDecode":
        parms = image.get("/DecodeParms")
        image.write(
            without_camera_data(image.read_raw_bytes()),
            filter=Name.DCTDecode,
            decode_parms=parms if isinstance(parms, Dictionary | Array) else None,
        )


def without_camera_data(jpeg: bytes) -> bytes:
    """Drop comments and application segments, except Adobe's, which defines the colours."""
    kept, place = bytearray(jpeg[:2]), 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF and jpeg[place + 1] != 0xDA:
        marker = jpeg[place + 1]
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if not (marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE)):
            kept += jpeg[place:end]
        place = max(end, place + 4)
    return bytes(kept + jpeg[place:])


def _written(pdf: Pdf) -> bytes:
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    made = io.BytesIO()
    # Only what the pages need is written: earlier versions of the document are not.
    pdf.save(made, deterministic_id=True, fix_metadata_version=False)
    return made.getvalue()
