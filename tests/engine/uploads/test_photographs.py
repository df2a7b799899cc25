"""Photographs inside PDF files, however they are folded: the picture stays point by point, the camera's data goes."""

from __future__ import annotations

import io
import zlib
from base64 import a85encode
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from engine.uploads import cleaned, jpeg, jpeg2000
from engine.uploads.refusals import FileBroken, FileTooHeavy, TooManyPixels
from tests.support.uploads import PLACE, paper, picture, put_picture, telling_jpeg

MOST = 1_000_000
EXIF = b"Exif\0\0" + PLACE


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def points(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.tobytes()


def telling_jpeg2000() -> bytes:
    """A JP2 with a place in its comment and in boxes before, in and behind the picture's own."""
    made = picture("JPEG2000", comment=PLACE)
    assert PLACE in made
    begins = made.index(b"jp2h") - 4
    ends = begins + int.from_bytes(made[begins : begins + 4], "big")
    described = box(b"xml ", PLACE) + box(b"uuid", b"JpgTiffExif->JP2" + EXIF)
    header = box(b"jp2h", made[begins + 8 : ends] + described)
    return made[:begins] + described + header + made[ends:] + described


def hexed(data: bytes) -> bytes:
    return data.hex().encode() + b">"


def in_fives(data: bytes) -> bytes:
    return a85encode(data) + b"~>"


def predicted(data: bytes) -> bytes:
    """Folded as PNG folds its rows: each of 100 bytes behind a zero."""
    rows = [data[at : at + 100].ljust(100, b"\0") for at in range(0, len(data), 100)]
    return zlib.compress(b"".join(b"\0" + row for row in rows))


def same(data: bytes) -> bytes:
    return data


@pytest.mark.parametrize(
    ("filters", "folded", "parameters"),
    [
        (["/DCTDecode"], same, None),
        (["/DCT"], same, None),
        (["/FlateDecode", "/DCTDecode"], zlib.compress, None),
        (["/Fl", "/DCT"], zlib.compress, None),
        (["/ASCIIHexDecode", "/DCTDecode"], hexed, None),
        (["/A85", "/FlateDecode", "/DCTDecode"], lambda data: in_fives(zlib.compress(data)), None),
        (["/FlateDecode", "/DCTDecode"], predicted, [Dictionary(Predictor=15, Columns=100), None]),
        (["/FlateDecode", "/DCTDecode"], zlib.compress, [None, Dictionary(ColorTransform=1)]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) and isinstance(value[0], str) else "",
)
def test_a_photograph_loses_its_place_in_whatever_it_is_folded(
    filters: list[str], folded: Callable[[bytes], bytes], parameters: list[Any] | None
) -> None:
    entries: dict[str, Any] = {"/Filter": Array([Name(name) for name in filters])}
    if parameters:
        entries["/DecodeParms"] = Array(parameters)
    sent = paper(lambda pdf: put_picture(pdf, folded(telling_jpeg()), entries))

    name, transform, made = photograph_in(cleaned("kirje.pdf", sent).content)

    assert name == Name.DCTDecode
    assert PLACE not in made
    assert points(made) == points(telling_jpeg())
    assert transform == (1 if parameters and parameters[-1] else None)


def test_a_filter_of_one_short_name_is_a_filter() -> None:
    sent = paper(lambda pdf: put_picture(pdf, telling_jpeg(), {"/Filter": Name("/DCT")}))

    assert PLACE not in cleaned("kirje.pdf", sent).content


@pytest.mark.parametrize(
    ("filters", "folded"), [(["/JPXDecode"], same), (["/Fl", "/JPXDecode"], zlib.compress)]
)
def test_a_photograph_of_the_newer_kind_loses_its_place(
    filters: list[str], folded: Callable[[bytes], bytes]
) -> None:
    named = Array([Name(name) for name in filters])
    sent = paper(lambda pdf: put_picture(pdf, folded(telling_jpeg2000()), {"/Filter": named}))

    name, _, made = photograph_in(cleaned("kirje.pdf", sent).content)

    assert name == Name.JPXDecode
    assert PLACE not in made
    assert points(made) == points(telling_jpeg2000())


def photograph_in(made: bytes) -> tuple[pikepdf.Object, object, bytes]:
    """Return its filter, what the filter has to know, and its bytes."""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        photograph = pdf.pages[0].obj.Resources.XObject.Photo
        transform = photograph.get("/DecodeParms", Dictionary()).get("/ColorTransform")
        return photograph.Filter, transform, photograph.read_raw_bytes()


# ---------------------------------------------------------------- within a page's text


def inline(filters: bytes, data: bytes) -> bytes:
    return b"q 64 0 0 48 0 0 cm BI /W 64 /H 48 /CS /RGB /BPC 8 /F %b ID %b EI Q BT (jatkuu) Tj ET" % (
        filters,
        data,
    )


PLACES = ["parts of a page", "form", "pattern", "letter", "look", "state"]


@pytest.mark.parametrize(
    ("place", "filters", "data"),
    [
        ("page", b"/DCT", telling_jpeg()),
        ("page", b"/D#43T", telling_jpeg()),
        ("page", b"/DCTDecode", telling_jpeg()),
        ("page", b"[/AHx /DCT]", hexed(telling_jpeg())),
        ("page", b"[/A85 /Fl /DCT]", in_fives(zlib.compress(telling_jpeg()))),
        *((place, b"/DCT", telling_jpeg()) for place in PLACES),
    ],
    ids=range(5 + len(PLACES)),
)
def test_a_photograph_within_a_text_loses_its_place(place: str, filters: bytes, data: bytes) -> None:
    text = inline(filters, data)

    made = cleaned("kirje.pdf", paper(lambda pdf: _write(pdf, place, text))).content

    (photograph,) = _photographs(made)
    assert PLACE not in photograph
    assert points(photograph) == points(telling_jpeg())
    assert PLACE not in unfolded(made)
    assert b"(jatkuu)" in unfolded(made), "what stands behind the picture is lost"


def _write(pdf: pikepdf.Pdf, place: str, text: bytes) -> None:
    page = pdf.pages[0].obj
    if place == "page":
        page.Contents = pdf.make_stream(text)
    elif place == "parts of a page":
        at = text.index(b"/H")
        page.Contents = Array([pdf.make_stream(text[:at]), pdf.make_stream(text[at:])])
    else:
        drawn = pdf.make_stream(text, {"/BBox": [0, 0, 64, 48]})
        if place == "form":
            drawn.Subtype = Name.Form
            page.Resources = Dictionary(XObject=Dictionary(Form=drawn))
        elif place == "pattern":
            drawn.PatternType = 1
            page.Resources = Dictionary(Pattern=Dictionary(P=drawn))
        elif place == "letter":
            font = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=drawn))
            page.Resources = Dictionary(Font=Dictionary(F=font))
        else:
            look = drawn if place == "look" else Dictionary(On=drawn)
            stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[0, 0, 9, 9], AP=Dictionary(N=look))
            page.Annots = Array([stamp])


def _photographs(made: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        texts = [
            each for each in pdf.objects if isinstance(each, pikepdf.Stream) and b"ID " in each.read_bytes()
        ]
        return [
            instruction.iimage.read_raw_bytes()
            for text in texts
            for instruction in pikepdf.parse_content_stream(text)
            if isinstance(instruction, pikepdf.ContentStreamInlineImage)
        ]


def unfolded(made: bytes) -> bytes:
    """The file with nothing compressed but pictures."""
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        pdf.save(
            plain,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return plain.getvalue()


def test_a_drawing_within_a_text_stays_as_it_is() -> None:
    text = b"q BI /W 2 /H 2 /CS /G /BPC 8 ID ab#d\nEI Q"
    sent = paper(lambda pdf: setattr(pdf.pages[0].obj, "Contents", pdf.make_stream(text)))

    with pikepdf.open(io.BytesIO(cleaned("kirje.pdf", sent).content)) as pdf:
        assert pdf.pages[0].obj.Contents.read_bytes() == text


# ---------------------------------------------------------------- JPEG, segment by segment


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xF0, 0xFD, 0xFE])
def test_no_segment_of_an_application_is_left_wherever_it_stands(marker: int, progressive: bool) -> None:
    plain = picture(progressive=progressive)
    telling = segment(marker, EXIF)
    begins = [
        at
        for at in range(len(plain))
        if plain[at : at + 2] in {b"\xff\xda", b"\xff\xc4", b"\xff\xdb", b"\xff\xd9"}
    ]
    assert len(begins) > (12 if progressive else 5)
    for at in begins:
        made = jpeg.bare(plain[:at] + telling + plain[at:], MOST)

        assert PLACE not in made
        assert points(made) == points(plain)


def test_what_follows_a_photograph_is_cut() -> None:
    """A telephone puts a second picture there, with EXIF of its own."""
    made = jpeg.bare(picture() + telling_jpeg(), MOST)

    assert PLACE not in made
    assert made.endswith(b"\xff\xd9")
    assert jpeg.bare(made, MOST) == made


def test_what_stands_between_segments_is_cut() -> None:
    plain = picture(progressive=True)
    for at in (plain.index(b"\xff\xc4"), plain.index(b"\xff\xda"), plain.rindex(b"\xff\xda")):
        assert PLACE not in jpeg.bare(plain[:at] + PLACE + plain[at:], MOST)


def test_a_thumbnail_in_the_header_is_cut_and_the_density_stays() -> None:
    plain = picture(dpi=(300, 300))
    header = plain[:2] + segment(0xE0, plain[6:18] + bytes((1, 5)) + PLACE)
    assert plain[2:4] == b"\xff\xe0"

    made = jpeg.bare(header + plain[20:], MOST)

    assert PLACE not in made
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.info["dpi"] == (300, 300)


def test_the_colours_of_print_stay() -> None:
    """Adobe's segment says how they are stored: without it they come out inverted."""
    made = io.BytesIO()
    Image.new("CMYK", (40, 30), (200, 10, 90, 0)).save(made, "JPEG")
    assert b"Adobe" in made.getvalue()
    at = made.getvalue().index(b"\xff\xee")
    length = int.from_bytes(made.getvalue()[at + 2 : at + 4], "big")
    longer = segment(0xEE, made.getvalue()[at + 4 : at + 2 + length] + PLACE)

    bare = jpeg.bare(made.getvalue()[:at] + longer + made.getvalue()[at + 2 + length :], MOST)

    assert PLACE not in bare
    assert segment(0xEE, made.getvalue()[at + 4 : at + 16]) in bare
    assert points(bare) == points(made.getvalue())


def test_a_photograph_whose_end_is_missing_gets_one() -> None:
    assert jpeg.bare(picture()[:-2], MOST) == jpeg.bare(picture(), MOST)


@pytest.mark.parametrize(
    ("broken", "refused"),
    [
        (b"", FileBroken),
        (b"\xff\xd8", FileBroken),
        (b"\xff\xd8\xff\xd9", FileBroken),
        (b"GIF89a" + picture(), FileBroken),
        (b"GI" + picture()[2:], FileBroken),
        (picture()[:2] + picture(), FileBroken),
        (picture()[:2] + b"\xff\xe1\x00\x01" + picture()[2:], FileBroken),
        (picture()[:2] + b"\xff\xe1\xff\xff" + picture()[2:200], FileBroken),
        (picture()[:2] + segment(0xDC, b"\0\x30") + picture()[2:], FileBroken),
        (picture()[:2] + segment(0xC0, b"\x08\0\x30\0\x40") + picture()[2:], FileBroken),
        (picture()[:2] + segment(0xC0, b"\x08\0\0\0\x40\x01\1\x11\0") + picture()[2:], FileBroken),
        (picture()[:2] + segment(0xC0, b"\x08\xff\xff\xff\xff\x01\1\x11\0") + picture()[2:], TooManyPixels),
        (picture()[:-2] + segment(0xDA, b"\1\1\0\0\x3f\0") * 300, FileTooHeavy),
    ],
    ids=range(13),
)
def test_what_no_reader_shows_is_refused(broken: bytes, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        jpeg.bare(broken, MOST)


# ---------------------------------------------------------------- JPEG 2000, box by box


def test_only_the_boxes_of_a_picture_are_left() -> None:
    made = jpeg2000.bare(telling_jpeg2000(), MOST)

    assert PLACE not in made
    assert not any(kind in made for kind in (b"xml ", b"uuid"))
    assert jpeg2000.bare(made, MOST) == made


@pytest.mark.parametrize("options", [{}, {"tile_size": (16, 16)}, {"irreversible": True}, {"plt": True}])
def test_a_codestream_alone_stays_and_its_comment_goes(options: dict[str, Any]) -> None:
    telling = picture("JPEG2000", no_jp2=True, comment=PLACE, **options)
    assert PLACE in telling

    made = jpeg2000.bare(telling + b"uuid" + PLACE, MOST)

    assert PLACE not in made
    assert points(made) == points(telling)


def test_a_comment_in_a_tile_goes_too() -> None:
    telling = picture("JPEG2000", no_jp2=True)
    tile, data = telling.index(b"\xff\x90\x00\x0a"), telling.index(b"\xff\x93")
    comment = segment(0x64, b"\0\1" + PLACE)
    length = int.from_bytes(telling[tile + 6 : tile + 10], "big") + len(comment)
    header = telling[tile : tile + 6] + length.to_bytes(4, "big") + telling[tile + 10 : data]
    sent = telling[:tile] + header + comment + telling[data:]
    assert points(sent) == points(telling)

    made = jpeg2000.bare(sent, MOST)

    assert PLACE not in made
    assert points(made) == points(telling)


@pytest.mark.parametrize(
    "cut",
    [b"", b"\xff\x4f\xff\x51", telling_jpeg2000()[:60], picture("JPEG2000", no_jp2=True)[:-40], picture()],
)
def test_a_cut_one_is_refused(cut: bytes) -> None:
    with pytest.raises(FileBroken):
        jpeg2000.bare(cut, MOST)


@pytest.mark.parametrize(
    ("place", "size", "refused"),
    [(8, b"\0\1\0\0" * 2, TooManyPixels), (16, b"\0\1\0\0\0\0\0\0", FileBroken)],
    ids=["too many points", "it begins behind its end"],
)
def test_its_size_is_looked_at(place: int, size: bytes, refused: type[Exception]) -> None:
    sent = bytearray(picture("JPEG2000", no_jp2=True))
    sent[place : place + 8] = size

    with pytest.raises(refused):
        jpeg2000.bare(bytes(sent), MOST)
