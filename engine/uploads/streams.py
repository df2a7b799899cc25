"""Streams of PDF files: their filters named in full, what they unfold to within bounds, their photographs bare."""

from __future__ import annotations

from itertools import zip_longest

from pikepdf import (
    Array,
    Dictionary,
    Name,
    Pdf,
    PdfError,
    Stream,
    StreamDecodeLevel,
    settings,
)

from engine.uploads import jpeg, jpeg2000
from engine.uploads.refusals import FileBroken, FileLocked, FileTooHeavy, TooManyPixels

MOST_UNFOLDED = 128 * 1024 * 1024
"""Bytes of one stream. A page in colour at 600 dots an inch has 104 million."""
MOST_ALTOGETHER = 1024 * 1024 * 1024
MOST_POINTS = 4 * 64_000_000
_MOST_BYTES_A_POINT = 8
_ROWS_MAY_BE_PADDED = 64 * 1024
_SHORT = {
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}
_FOLDING = frozenset({"/ASCIIHexDecode", "/ASCII85Decode", "/LZWDecode", "/FlateDecode", "/RunLengthDecode"})
_PHOTOGRAPHS = {"/DCTDecode": jpeg.bare, "/JPXDecode": jpeg2000.bare}
_DRAWN = frozenset({"/CCITTFaxDecode", "/JBIG2Decode", *_PHOTOGRAPHS})
_OF_A_FILTER = ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns", "/EarlyChange")

# For the whole process, which reads this one file.
settings.set_qpdf_limits(
    flate_max_memory=MOST_UNFOLDED,
    run_length_max_memory=MOST_UNFOLDED,
    png_max_memory=MOST_UNFOLDED,
    tiff_max_memory=MOST_UNFOLDED,
)


def made_bare(stream: Stream) -> int:
    """Rewrite the stream without its camera's data if it is a photograph. Return how many bytes it unfolds to."""
    filters = filters_of(stream)
    points = _points(stream) if stream.get("/Subtype") == Name.Image else None
    if filters and filters[-1] in _PHOTOGRAPHS:
        photograph = bare_photograph(filters, stream, stream.read_raw_bytes())
        stream.write(photograph, filter=Name(filters[-1]), decode_parms=colours_of(stream, filters))
        return len(photograph)
    if filters and filters[-1] in _DRAWN:
        return len(_unfolded(filters[:-1], stream, stream.read_raw_bytes()))
    length = len(content_of(stream))
    if points is not None and length > points * _MOST_BYTES_A_POINT + _ROWS_MAY_BE_PADDED:
        raise FileTooHeavy
    return length


def filters_of(holder: Dictionary | Stream) -> list[str]:
    """Return the full names of the filters, outermost first. A picture's own can only be the last one."""
    given = holder.get("/Filter")
    if given is None:
        return []
    if not isinstance(given, Name | Array):
        raise FileBroken
    names = [
        _SHORT.get(str(name), str(name)) for name in ([given] if isinstance(given, Name) else list(given))
    ]
    if "/Crypt" in names:
        raise FileLocked
    if set(names[:-1]) - _FOLDING or set(names[-1:]) - _FOLDING - _DRAWN:
        raise FileBroken
    return names


def bare_photograph(filters: list[str], holder: Dictionary | Stream, raw: bytes) -> bytes:
    """Return the photograph alone, no longer folded. `holder` describes it: the stream itself, or a picture in a line."""
    return _PHOTOGRAPHS[filters[-1]](_unfolded(filters[:-1], holder, raw), MOST_POINTS)


def colours_of(holder: Dictionary | Stream, filters: list[str]) -> Dictionary | None:
    """Return what the photograph's own filter has to know: how its colours are to be read."""
    given = _parameters(holder, filters)[-1]
    transform = given.get("/ColorTransform") if given is not None else None
    return Dictionary(ColorTransform=int(transform)) if transform is not None else None


def content_of(stream: Stream) -> bytes:
    """Return what the stream holds, unfolded. Raise FileTooHeavy if that is more than a reader should have to take."""
    return _unfolded(filters_of(stream), stream, stream.read_raw_bytes())


def _points(picture: Stream) -> int:
    points = int(picture.get("/Width", 0)) * int(picture.get("/Height", 0))
    if points > MOST_POINTS:
        raise TooManyPixels
    return points


def _unfolded(folding: list[str], holder: Dictionary | Stream, raw: bytes) -> bytes:
    """Undo these filters in a stream of their own: qpdf undoes all of a stream's or none, and of a stream in a file it
    does not say why it could not."""
    if not folding:
        return raw
    with Pdf.new() as scratch:
        folded = scratch.make_stream(raw)
        folded["/Filter"] = Array([Name(name) for name in folding])
        folded["/DecodeParms"] = Array([_numbers(given) for given in _parameters(holder, folding)])
        try:
            content = folded.read_bytes(StreamDecodeLevel.specialized)
        except (PdfError, RuntimeError) as failed:
            raise (FileTooHeavy if "memory limit" in str(failed) else FileBroken) from failed
    if len(content) > MOST_UNFOLDED:
        raise FileTooHeavy
    return content


def _parameters(holder: Dictionary | Stream, filters: list[str]) -> list[Dictionary | None]:
    """Return the parameters of each filter, as many as there are filters."""
    given = holder.get("/DecodeParms")
    each = list(given) if isinstance(given, Array) else [given]
    return [
        parameters if isinstance(parameters, Dictionary) else None
        for parameters, _ in zip_longest(each[: len(filters)], filters)
    ]


def _numbers(given: Dictionary | None) -> Dictionary | None:
    numbers = {key: int(given[key]) for key in _OF_A_FILTER if key in given} if given is not None else {}
    return Dictionary(numbers) if numbers else None
