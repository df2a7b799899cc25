"""Photographs written into the text of a page (BI, ID, EI) instead of beside it, without their camera's data."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Pdf,
    Stream,
    parse_content_stream,
    settings,
    unparse_content_stream,
)

from engine.uploads.refusals import FileBroken
from engine.uploads.streams import bare_photograph, colours_of, content_of, filters_of

_Instruction = ContentStreamInstruction | ContentStreamInlineImage


def make_texts_bare(pdf: Pdf, holder: Dictionary | Stream) -> None:
    """Rewrite what a page, form, pattern, letter or comment draws, if a photograph is written into it."""
    contents = holder.get("/Contents")
    if isinstance(contents, Stream | Array):
        # A page's parts are read as one text: a picture may begin in one and end in the next.
        parts = [contents] if isinstance(contents, Stream) else list(contents)
        bare = _bare(b"\n".join(content_of(part) for part in parts if isinstance(part, Stream)))
        if bare is not None:
            holder["/Contents"] = pdf.make_stream(bare)
    for drawn in _drawn(holder):
        bare = _bare(content_of(drawn))
        if bare is not None:
            drawn.write(bare)


def _drawn(holder: Dictionary | Stream) -> Iterator[Stream]:
    if isinstance(holder, Stream) and (
        holder.get("/Subtype") == Name.Form or holder.get("/PatternType") == 1
    ):
        yield holder
    for key in ("/CharProcs", "/AP"):
        looks = holder.get(key)
        if isinstance(looks, Dictionary):
            yield from _streams(looks)


def _streams(looks: Dictionary) -> Iterator[Stream]:
    """Yield the looks; those of a button are one level further down, by its state."""
    for look in looks.values():
        states = look.values() if isinstance(look, Dictionary) else [look]
        yield from (each for each in states if isinstance(each, Stream))


def _bare(text: bytes) -> bytes | None:
    """Return the text with its photographs bare, or None if it has none."""
    # A name may be written in numbers: /D#43T.
    if b"BI" not in text or not any(sign in text for sign in (b"/DCT", b"/JPX", b"#")):
        return None
    with Pdf.new() as scratch:
        instructions = _instructions(scratch, text)
        bare = _written(instructions)
        # A reader recognises the end of a picture by its bytes: read again, the stream must give the same instructions.
        if bare is not None and len(_instructions(scratch, bare)) != len(instructions):
            raise FileBroken
    return bare


def _instructions(scratch: Pdf, text: bytes) -> list[_Instruction]:
    faults = settings.qpdf_limit_errors()
    instructions = parse_content_stream(scratch.make_stream(text))
    # Too many faults end the reading, silently.
    if settings.qpdf_limit_errors() != faults:
        raise FileBroken
    return instructions


def _written(instructions: list[_Instruction]) -> bytes | None:
    made: list[bytes] = []
    between: list[_Instruction] = []
    for each in instructions:
        photograph = _photograph(each) if isinstance(each, ContentStreamInlineImage) else None
        if photograph is None:
            between.append(each)
        else:
            made += [unparse_content_stream(between), photograph]
            between = []
    return b"\n".join([*made, unparse_content_stream(between)]) if made else None


def _photograph(written: ContentStreamInlineImage) -> bytes | None:
    picture = written.iimage
    entries = picture.obj
    if not isinstance(entries, Dictionary):
        raise FileBroken
    filters = filters_of(entries)
    if filters[-1:] == ["/JPXDecode"]:
        raise FileBroken
    if filters[-1:] != ["/DCTDecode"]:
        return None
    photograph = bare_photograph(filters, entries, picture.read_raw_bytes())
    colours = colours_of(entries, filters)
    entries["/Filter"] = Name.DCTDecode
    for key in ("/DecodeParms", "/Length"):
        if key in entries:
            del entries[key]
    if colours is not None:
        entries["/DecodeParms"] = colours
    described = entries.unparse().removeprefix(b"<<").removesuffix(b">>")
    return b"BI\n" + described + b"\nID " + photograph + b"\nEI"


# pikepdf imports what it needs for these pictures with the first one, which is too late behind the cage.
_bare(b"BI /W 1 /H 1 /CS /G /BPC 8 ID #\nEI")
