"""JPEG 2000 pictures inside documents, without what a camera or a program wrote beside the picture. No pixel changes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.uploads.refusals import FileBroken, TooManyPixels

_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_FILE_TYPE = b"\0\0\0\x1cftypjpx \0\0\0\0jp2 jpx jpxb"
_OF_THE_PICTURE = frozenset({b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef"})
_CODESTREAM = b"\xff\x4f\xff\x51"
_SIZE, _COMMENT, _TILE, _DATA, _END = 0x51, 0x64, 0x90, 0x93, b"\xff\xd9"
_HEADERS = frozenset(
    {
        0x50,
        _SIZE,
        0x52,
        0x53,
        0x55,
        0x56,
        0x57,
        0x58,
        0x59,
        0x5C,
        0x5D,
        0x5E,
        0x5F,
        0x60,
        0x61,
        0x63,
        _COMMENT,
    }
)
"""Capabilities, profile, size, coding, quantisation, order and packed headers; the comment is emptied."""


def bare(picture: bytes, most_points: int) -> bytes:
    """Return the picture's own boxes, with the comments in its codestream blank. Raise FileBroken for what can't be followed."""
    if picture.startswith(_CODESTREAM):
        return _blank(picture, most_points)
    if not picture.startswith(_SIGNATURE):
        raise FileBroken
    header, codestream = b"", b""
    for kind, content in _boxes(picture):
        if kind == b"jp2h" and not header:
            header = b"".join(_box(*inner) for inner in _boxes(content) if inner[0] in _OF_THE_PICTURE)
        elif kind == b"jp2c" and not codestream:
            codestream = _blank(content, most_points)
    if not header or not codestream:
        raise FileBroken
    return _SIGNATURE + _FILE_TYPE + _box(b"jp2h", header) + _box(b"jp2c", codestream)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(content):
        length, begins = int.from_bytes(content[place : place + 4], "big"), place + 8
        if length == 1:
            length, begins = int.from_bytes(content[place + 8 : place + 16], "big"), place + 16
        end = place + length if length else len(content)
        if not begins <= end <= len(content):
            raise FileBroken
        yield content[place + 4 : place + 8], content[begins:end]
        place = end


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _blank(codestream: bytes, most_points: int) -> bytes:
    """Blank the comments where they stand: the lengths of tiles count them. Cut what follows the end."""
    if not codestream.startswith(_CODESTREAM):
        raise FileBroken
    made, place = bytearray(codestream), 2
    while made[place : place + 2] != _END:
        if made[place : place + 2] != bytes((0xFF, _TILE)):
            place = _header(made, place, most_points)
            continue
        begins = place
        place = _header(made, place, most_points)
        while made[place : place + 2] != bytes((0xFF, _DATA)):
            place = _header(made, place, most_points)
        place = _tile_end(made, begins, place + 2)
        if place == len(made):
            made += _END
    return bytes(made[: place + 2])


def _header(made: bytearray, place: int, most_points: int) -> int:
    """Look at one segment of a header. Return where the next one begins."""
    if place + 4 > len(made) or made[place] != 0xFF or made[place + 1] not in _HEADERS | {_TILE}:
        raise FileBroken
    marker, end = made[place + 1], place + 2 + int.from_bytes(made[place + 2 : place + 4], "big")
    if not place + 4 <= end <= len(made):
        raise FileBroken
    if marker == _COMMENT:
        made[place + 4 : end] = bytes(end - place - 4)
    elif marker == _SIZE:
        _require_size(bytes(made[place + 4 : end]), most_points)
    return end


def _require_size(size: bytes, most_points: int) -> None:
    width, height, left, top = (int.from_bytes(size[at : at + 4], "big") for at in (2, 6, 10, 14))
    if width <= left or height <= top:
        raise FileBroken
    if (width - left) * (height - top) > most_points:
        raise TooManyPixels


def _tile_end(made: bytearray, begins: int, data: int) -> int:
    length = int.from_bytes(made[begins + 6 : begins + 10], "big")
    if not length:
        # The last one may leave its length open. No byte after FF in the data is larger than 8F.
        found = made.find(_END, data)
        return found if found >= 0 else len(made)
    if not data <= begins + length <= len(made):
        raise FileBroken
    return begins + length
