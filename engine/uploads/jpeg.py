"""JPEG pictures inside documents, without what a camera or a program wrote beside the picture. No pixel changes."""

from __future__ import annotations

import re

from engine.uploads.refusals import FileBroken, FileTooHeavy, TooManyPixels

MOST_SCANS = 200
"""A photograph has one, a progressive one about ten. Each costs a reader the whole picture."""
_START, _END = b"\xff\xd8", b"\xff\xd9"
# Inside a scan, FF00 is a byte of the picture and FFD0 to FFD7 are places to begin anew.
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
_EOI, _SCAN, _JFIF, _ADOBE, _COMMENT = 0xD9, 0xDA, 0xE0, 0xEE, 0xFE
_BESIDE = frozenset({*range(0xE0, 0xF0), *range(0xF0, 0xFE), _COMMENT})


def bare(jpeg: bytes, most_points: int) -> bytes:
    """Return the picture alone: tables, frame and scans; from applications only what defines shape and colours.

    Every segment is looked at, those between and after scans too; what follows the picture's end is cut, since
    telephones put a second picture there, with data of its own. Raise FileBroken for what no reader shows.
    """
    if not jpeg.startswith(_START):
        raise FileBroken
    kept, place, scans, marker = bytearray(_START), len(_START), 0, 0
    while found := _MARKER.search(jpeg, place):
        # In a scan this is the picture; between other segments readers skip it.
        kept += jpeg[place : found.start()] if marker == _SCAN else b""
        marker = found[1][0]
        if marker == _EOI:
            break
        content, place = _segment(jpeg, found.end())
        kept += _kept(marker, content, most_points)
        scans += marker == _SCAN
        if scans > MOST_SCANS:
            raise FileTooHeavy
    else:
        kept += jpeg[place:] if marker == _SCAN else b""
    if not scans:
        raise FileBroken
    return bytes(kept + _END)


def _segment(jpeg: bytes, place: int) -> tuple[bytes, int]:
    """Return what the segment holds, and where the next one begins."""
    end = place + int.from_bytes(jpeg[place : place + 2], "big")
    if not place + 2 <= end <= len(jpeg):
        raise FileBroken
    return jpeg[place + 2 : end], end


def _kept(marker: int, content: bytes, most_points: int) -> bytes:
    if marker in _FRAMES:
        _require_size(content, most_points)
    elif marker in _BESIDE:
        content = _shape_and_colours(marker, content)
    elif marker not in _TABLES and not (marker == _SCAN and content):
        raise FileBroken
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content if content else b""


def _shape_and_colours(marker: int, content: bytes) -> bytes:
    if marker == _JFIF and content.startswith(b"JFIF\0") and len(content) >= 14:
        # Version and density; its thumbnail becomes one of no size.
        return content[:12] + bytes(2)
    if marker == _ADOBE and content.startswith(b"Adobe") and len(content) >= 12:
        return content[:12]
    return b""


def _require_size(frame: bytes, most_points: int) -> None:
    if len(frame) < 6 or len(frame) != 6 + 3 * frame[5]:
        raise FileBroken
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if not height or not width:
        raise FileBroken
    if height * width > most_points:
        raise TooManyPixels
