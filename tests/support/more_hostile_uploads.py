"""More of what somebody who means harm would send: other kinds in disguise, bombs in corners, papers that act late."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Pdf, String

from engine.errors import FileRefused
from engine.uploads import refusals
from tests.support.uploads import HEIC, ONE_PAGE, by_hand, paper, picture

Sent = tuple[str, str, bytes, type[FileRefused]]


def disguised() -> Iterator[Sent]:
    wrong = refusals.ContentNotAsNamed
    for image_format in ("GIF", "BMP", "TIFF", "WEBP"):
        yield f"a {image_format} called PNG", "kuva.png", picture(image_format), wrong
    yield "a HEIC called JPEG", "kuva.jpg", HEIC, wrong
    yield "a web page in UTF-16 called PDF", "kirje.pdf", "<script>alert(1)</script>".encode("utf-16"), wrong
    yield "a Word document called PDF", "kirje.pdf", _word_document(), wrong
    yield "a packed PDF", "kirje.pdf", gzip.compress(paper()), wrong
    yield "RTF called PDF", "kirje.pdf", b"{\\rtf1\\ansi{\\object\\objocx}}", wrong
    yield "a shortcut called PDF", "kirje.pdf", b"L\0\0\0\x01\x14\x02\0" + bytes(200), wrong
    yield (
        "XML with an entity called PDF",
        "kirje.pdf",
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        wrong,
    )
    yield "a thousand NULs called PNG", "kuva.png", bytes(1000), wrong


def hidden() -> Iterator[Sent]:
    """In a corner of a picture."""
    good = picture("PNG")
    swelling = zlib.compress(bytes(120 * 1024 * 1024), 9)
    yield (
        "a PNG whose colours swell",
        "kuva.png",
        good[:33] + _chunk(b"iCCP", b"x\0\0" + swelling) + good[33:],
        refusals.FileBroken,
    )


def acting() -> Iterator[Sent]:
    acts = refusals.FileActs
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))

    def on_page(**entries: object) -> bytes:
        return paper(
            lambda pdf: pdf.pages[0].obj.update({f"/{name}": value for name, value in entries.items()})
        )

    def of_root(**entries: object) -> bytes:
        return paper(lambda pdf: pdf.Root.update({f"/{name}": value for name, value in entries.items()}))

    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
    yield "a PDF with a script on closing", "kirje.pdf", of_root(AA=Dictionary(WC=script)), acts
    yield (
        "a PDF with a script behind a link",
        "kirje.pdf",
        on_page(Annots=Array([Dictionary({**link, "/A": script})])),
        acts,
    )
    yield (
        "a PDF with a program behind a harmless step",
        "kirje.pdf",
        of_root(
            OpenAction=Dictionary(S=Name.GoTo, D=Array([0]), Next=Dictionary(S=Name.Launch, F=String("cmd")))
        ),
        acts,
    )
    yield (
        "a PDF that opens another inside itself",
        "kirje.pdf",
        of_root(OpenAction=Dictionary(S=Name.GoToE)),
        acts,
    )
    yield (
        "a PDF that fetches data",
        "kirje.pdf",
        of_root(OpenAction=Dictionary(S=Name.ImportData, F=String("x"))),
        acts,
    )
    yield (
        "a PDF that makes a sound",
        "kirje.pdf",
        on_page(Annots=Array([Dictionary({**link, "/A": Dictionary(S=Name.Sound)})])),
        acts,
    )
    yield (
        "a PDF with a room in it",
        "kirje.pdf",
        on_page(Annots=Array([Dictionary(Type=Name.Annot, Subtype=Name("/3D"), Rect=[0, 0, 9, 9])])),
        acts,
    )
    yield (
        "a PDF with a script under a name written in numbers",
        "kirje.pdf",
        by_hand(ONE_PAGE, b"<</S/J#61v#61Script/J#53(x)>>"),
        acts,
    )
    field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(C=script))
    yield (
        "a PDF with a field that calculates",
        "kirje.pdf",
        of_root(AcroForm=Dictionary(Fields=Array([field]))),
        acts,
    )
    pinned = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9])
    yield (
        "a PDF with a file pinned to a page",
        "kirje.pdf",
        paper(lambda pdf: _pin(pdf, pinned)),
        refusals.FileInFile,
    )
    yield (
        "a PDF that is a folder",
        "kirje.pdf",
        of_root(Collection=Dictionary(Type=Name.Collection)),
        refusals.FileInFile,
    )


def endless() -> Iterator[Sent]:
    broken = refusals.FileBroken
    yield (
        "a PDF whose pages hold themselves",
        "kirje.pdf",
        by_hand(b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
        broken,
    )
    looping = paper().replace(b"trailer <<", b"trailer << /Prev 9 ")
    yield "a PDF whose table has no end", "kirje.pdf", looping, broken


def _pin(pdf: Pdf, pinned: Dictionary) -> None:
    held = pdf.make_stream(b"MZ")
    pinned["/FS"] = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=held))
    pdf.pages[0].obj["/Annots"] = Array([pinned])


def _word_document() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return made.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
