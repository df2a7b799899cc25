"""Good files after cleaning: the picture or the pages, and nothing else."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from engine.uploads import cleaned
from tests.support.uploads import (
    HEIC,
    ONE_PAGE,
    PLACE,
    by_hand,
    paper,
    picture,
    telling_jpeg,
    telling_paper,
    telling_png,
)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize(
    "name, content", [("kuva.jpg", telling_jpeg()), ("kuva.png", telling_png()), ("kuva.HEIC", HEIC)]
)
def test_a_picture_keeps_nothing_of_where_and_with_what_it_was_taken(name: str, content: bytes) -> None:
    assert PLACE in content or b"Kamera" in content, "the sample tells nothing, so nothing is proved"

    made = cleaned(name, content).content

    assert not any(
        sign in made for sign in (PLACE, b"Kamera", b"Exif", b"xmp", b"ICC_PROFILE", b"iCCP", b"tEXt")
    )
    assert dict(opened(made).getexif()) == {}


def test_a_picture_held_sideways_is_turned_because_what_says_so_goes() -> None:
    made = cleaned("kuva.jpg", telling_jpeg())

    assert opened(made.content).size == (48, 64)


def test_a_heic_becomes_a_jpeg_that_every_office_opens() -> None:
    made = cleaned("Passi.HEIC", HEIC)

    assert (made.name, made.media_type) == ("Passi.jpg", "image/jpeg")
    assert opened(made.content).format == "JPEG"
    assert opened(made.content).size == (64, 48)


def test_the_film_a_telephone_puts_behind_a_picture_is_left_out() -> None:
    made = cleaned("kuva.jpg", picture() + b"\0\0\0\x18ftypmp42" + bytes(4000))

    assert b"ftypmp42" not in made.content
    assert opened(made.content).size == (64, 48)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pngs_of_every_kind_stay_readable(mode: str) -> None:
    made = io.BytesIO()
    Image.new(mode, (40, 30)).save(made, "PNG")

    assert opened(cleaned("kuva.png", made.getvalue()).content).size == (40, 30)


def test_a_photograph_in_the_colours_of_print_becomes_one_for_the_screen() -> None:
    made = io.BytesIO()
    Image.new("CMYK", (40, 30)).save(made, "JPEG")

    assert opened(cleaned("kuva.jpeg", made.getvalue()).content).mode == "RGB"


def test_a_paper_keeps_its_pages_and_loses_what_tells_of_its_maker() -> None:
    sent = telling_paper()
    assert PLACE in sent

    made = cleaned("kirje.pdf", sent).content

    assert PLACE not in made
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
        photograph = pdf.pages[0].obj.Resources.XObject.Photo
        assert opened(photograph.read_raw_bytes()).size == (64, 48)
        assert "/Metadata" not in pdf.Root
        assert "/Info" not in pdf.trailer


def test_the_text_of_an_earlier_version_of_a_paper_is_gone() -> None:
    """An incremental save leaves the old text readable in the file."""
    first = by_hand(ONE_PAGE, b"(" + PLACE + b")")
    # Replace the fourth object by an empty text.
    update = b"4 0 obj\n()\nendobj\n"
    table = b"xref\n4 1\n%010d 00000 n \n" % len(first)
    trailer = b"trailer\n<</Size 5/Root 1 0 R/Prev %d>>\n" % first.rindex(b"xref\n0")
    changed = first + update + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(update))
    assert PLACE in changed

    assert PLACE not in cleaned("kirje.pdf", changed).content


def test_a_place_to_open_at_is_no_action() -> None:
    def opens_at_its_page(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])

    assert cleaned("kirje.pdf", paper(opens_at_its_page)).media_type == "application/pdf"


def test_a_long_name_in_any_script_is_kept() -> None:
    assert cleaned("تقرير طبي – päätös.v2.pdf", paper()).name == "تقرير طبي – päätös.v2.pdf"
