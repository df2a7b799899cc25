"""Pages drawn as pictures in a cage: of our own letters, of pictures, and of files that are none."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from engine.letters.picturing import NotDrawn, drawn_page


def paper(pages: int) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(made)
    return made.getvalue()


def test_each_page_is_a_picture_until_there_is_none() -> None:
    first, second = (drawn_page(paper(2), "application/pdf", page) for page in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.has_next, second.has_next) == (True, False)
    with Image.open(io.BytesIO(first.picture)) as drawn:
        assert drawn.format == "PNG"
        assert drawn.width < drawn.height
    assert drawn_page(paper(2), "application/pdf", 3) is None
    assert drawn_page(paper(2), "application/pdf", 0) is None
    picture = drawn_page(first.picture, "image/png", 1)
    assert picture is not None
    assert not picture.has_next
    assert drawn_page(first.picture, "image/png", 2) is None


@pytest.mark.parametrize(
    "content, media_type",
    [(b"%PDF-1.4 \xff", "application/pdf"), (b"", "image/png"), (b"text", "text/plain")],
    ids=["broken", "empty", "text"],
)
def test_what_is_no_picture_and_no_paper_is_refused_with_a_sentence(content: bytes, media_type: str) -> None:
    with pytest.raises(NotDrawn):
        drawn_page(content, media_type, 1)
