"""Files that somebody who means harm would send. Nothing here can hurt anyone."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import PngImagePlugin

from engine.errors import FileRefused
from engine.uploads import refusals
from tests.support.more_hostile_uploads import acting, disguised, endless, hidden
from tests.support.uploads import EICAR, HEIC, ONE_PAGE, by_hand, paper, picture


@dataclass(frozen=True)
class Hostile:
    """A file that must not be stored, and the sentence it is refused with."""

    what: str
    name: str
    content: bytes
    refused: type[FileRefused]

    def __str__(self) -> str:
        return self.what


def corpus() -> Iterator[Hostile]:
    yield from _wrong_names()
    yield from _not_what_they_say()
    yield from _broken()
    yield from _two_in_one()
    yield from _too_much()
    yield from _acting_papers()
    for more in (disguised, hidden, acting, endless):
        yield from (Hostile(*each) for each in more())


def _wrong_names() -> Iterator[Hostile]:
    good = picture()
    for what, name in {
        "a path upwards": "../../etc/kuva.jpg",
        "a path on Windows": "..\\..\\kuva.jpg",
        "an absolute path": "/etc/kuva.jpg",
        "a NUL": "kuva\x00.jpg",
        "a line break": "kuva\r\nSet-Cookie: a=b.jpg",
        "text turned right to left": "kuva\u202egpj.jpg",
        "an invisible character": "ku\u200bva.jpg",
        "a device": "C:kuva.jpg",
        "a stream": "kuva.jpg:sala.jpg",
        "nothing but an ending": ".jpg",
        "spaces and an ending": "   .jpg",
        "a name of two hundred letters": "k" * 200 + ".jpg",
        "a program in disguise": "kuva.exe.jpg",
        "a web page in disguise": "kuva.html.jpg",
        "markup": "<img src=x onerror=alert(1)>.jpg",
        "half a character": "kuva\ud800.jpg",
        "a wildcard": "*.jpg",
    }.items():
        yield Hostile(what, name, good, refusals.FileNameRefused)
    for what, name in {
        "a program": "kuva.exe",
        "an SVG": "kuva.svg",
        "a GIF": "kuva.gif",
        "a web page": "sivu.html",
        "a Word document": "kirje.docx",
        "a Word document with macros": "kirje.docm",
        "an archive": "kuvat.zip",
        "no ending": "kuva",
        "an ending with a space": "kuva.jpg ",
    }.items():
        yield Hostile(what, name, good, refusals.KindNotTaken)


def _not_what_they_say() -> Iterator[Hostile]:
    wrong = refusals.ContentNotAsNamed
    yield Hostile("EICAR called a picture", "kuva.jpg", EICAR, wrong)
    yield Hostile("EICAR called a document", "kirje.pdf", EICAR, wrong)
    yield Hostile("a PNG called JPEG", "kuva.jpg", picture("PNG"), wrong)
    yield Hostile("a JPEG called PDF", "kirje.pdf", picture(), wrong)
    yield Hostile("a PDF called PNG", "kuva.png", paper(), wrong)
    yield Hostile(
        "an SVG with a script, called PNG",
        "kuva.png",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        wrong,
    )
    yield Hostile("a web page called PDF", "kirje.pdf", b"<html><script>alert(1)</script></html>", wrong)
    yield Hostile("a program called JPEG", "kuva.jpg", b"MZ\x90\x00" + bytes(400), wrong)
    yield Hostile("a program of Linux called PNG", "kuva.png", b"\x7fELF" + bytes(400), wrong)
    yield Hostile("an archive called PDF", "kirje.pdf", _archive(), wrong)
    yield Hostile("PostScript called PDF", "kirje.pdf", b"%!PS-Adobe-3.0\n", wrong)
    yield Hostile("an AVIF called HEIC", "kuva.heic", b"\0\0\0\x1cftypavif" + bytes(200), wrong)
    yield Hostile("a film called HEIC", "kuva.heic", b"\0\0\0\x1cftypisom" + bytes(200), wrong)
    yield Hostile("a PDF behind a page of junk", "kirje.pdf", b"junk" * 100 + paper(), wrong)
    yield Hostile("a shell script called JPEG", "kuva.jpg", b"#!/bin/sh\nrm -rf /\n", wrong)


def _broken() -> Iterator[Hostile]:
    yield Hostile("nothing at all", "kuva.jpg", b"", refusals.EmptyFile)
    broken = refusals.FileBroken
    yield Hostile("a JPEG cut short", "kuva.jpg", picture(size=(400, 300))[:900], broken)
    yield Hostile("a PNG cut short", "kuva.png", picture("PNG")[:70], broken)
    yield Hostile("a HEIC cut short", "kuva.heic", HEIC[:500], broken)
    yield Hostile("a PDF cut short", "kirje.pdf", paper()[:300], broken)
    yield Hostile("only a JPEG's first bytes", "kuva.jpg", b"\xff\xd8\xff\xe0", broken)
    yield Hostile("only a PNG's first bytes", "kuva.png", b"\x89PNG\r\n\x1a\n", broken)
    yield Hostile("a PNG of no size", "kuva.png", _png_that_says(0, 0), broken)
    yield Hostile("a PNG whose text swells", "kuva.png", _png_with_swelling_text(), broken)
    yield Hostile("a PDF of nothing but its first line", "kirje.pdf", b"%PDF-1.7\n%%EOF", broken)
    yield Hostile("a PDF without its table", "kirje.pdf", paper().replace(b"startxref", b"startxxxx"), broken)


def _two_in_one() -> Iterator[Hostile]:
    two = refusals.FileInFile
    yield Hostile("a JPEG that is an archive too", "kuva.jpg", picture() + _archive(), two)
    yield Hostile("a PNG that is an archive too", "kuva.png", picture("PNG") + _archive(), two)
    yield Hostile("a PDF that is an archive too", "kirje.pdf", paper() + _archive(), two)
    yield Hostile("a HEIC that is an archive too", "kuva.heic", HEIC + _archive(), two)
    yield Hostile(
        "a JPEG with a web page behind it", "kuva.jpg", picture() + b"<html><script>alert(1)</script>", two
    )
    yield Hostile(
        "a JPEG with a web page in its comment",
        "kuva.jpg",
        picture(comment=b"<script>alert(1)</script>"),
        two,
    )
    yield Hostile("a PNG with PHP in its text", "kuva.png", _png_with_text("<?php system($_GET['c']);"), two)
    yield Hostile("a JPEG with a program behind it", "kuva.jpg", picture() + b"MZ\x90\x00" + bytes(200), two)
    yield Hostile("a PNG with a PDF behind it", "kuva.png", picture("PNG") + paper(), two)
    yield Hostile("a JPEG with a PDF in its comment", "kuva.jpg", picture(comment=b"%PDF-1.7 1 0 obj"), two)
    yield Hostile("a JPEG with a RAR behind it", "kuva.jpg", picture() + b"Rar!\x1a\x07\x00" + bytes(99), two)
    yield Hostile("a PDF with something behind its end", "kirje.pdf", paper() + b"\nsecond stage", two)


def _too_much() -> Iterator[Hostile]:
    yield Hostile("eleven megabytes", "kuva.jpg", picture() + bytes(11 * 1024 * 1024), refusals.FileTooLarge)
    yield Hostile(
        "a PNG of a hundred megapixels", "kuva.png", _huge_png(10_000, 10_000), refusals.TooManyPixels
    )
    yield Hostile(
        "a PNG that says it is immense", "kuva.png", _png_that_says(60_000, 60_000), refusals.TooManyPixels
    )
    yield Hostile(
        "a PDF of three hundred and one pages", "kirje.pdf", paper(pages=301), refusals.TooManyPages
    )
    yield Hostile(
        "a PDF that counts a hundred thousand pages",
        "kirje.pdf",
        by_hand(b"<</Type/Pages/Count 100000/Kids[3 0 R]>>"),
        refusals.TooManyPages,
    )
    yield Hostile("a PDF that swells while it is read", "kirje.pdf", _swelling_paper(), refusals.FileBroken)


def _acting_papers() -> Iterator[Hostile]:
    acts = refusals.FileActs
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))

    def opens_with(action: Dictionary) -> bytes:
        return paper(lambda pdf: pdf.Root.update({"/OpenAction": action}))

    yield Hostile("a PDF with a script on opening", "kirje.pdf", opens_with(script), acts)
    yield Hostile(
        "a PDF that starts a program",
        "kirje.pdf",
        opens_with(Dictionary(S=Name.Launch, F=String("cmd.exe"))),
        acts,
    )
    yield Hostile(
        "a PDF that opens a page on the net",
        "kirje.pdf",
        opens_with(Dictionary(S=Name.URI, URI=String("https://example.invalid/"))),
        acts,
    )
    yield Hostile(
        "a PDF that sends its form",
        "kirje.pdf",
        opens_with(Dictionary(S=Name.SubmitForm, F=String("https://example.invalid/"))),
        acts,
    )
    yield Hostile(
        "a PDF that reaches for another file",
        "kirje.pdf",
        opens_with(Dictionary(S=Name.GoToR, F=String("//example.invalid/share"))),
        acts,
    )
    names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
    yield Hostile(
        "a PDF with a script among its names",
        "kirje.pdf",
        paper(lambda pdf: pdf.Root.update({"/Names": names})),
        acts,
    )
    yield Hostile(
        "a PDF with a script on a page",
        "kirje.pdf",
        paper(lambda pdf: pdf.pages[0].obj.update({"/AA": Dictionary(O=script)})),
        acts,
    )
    yield Hostile(
        "a PDF with a script in a compressed object",
        "kirje.pdf",
        paper(
            lambda pdf: pdf.Root.update({"/OpenAction": pdf.make_indirect(script)}),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
        acts,
    )
    yield Hostile(
        "a PDF with a script no page refers to",
        "kirje.pdf",
        by_hand(ONE_PAGE, b"<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        acts,
    )
    yield Hostile(
        "a PDF with a form of its own kind (XFA)",
        "kirje.pdf",
        paper(lambda pdf: pdf.Root.update({"/AcroForm": Dictionary(XFA=String("<xdp/>"))})),
        acts,
    )
    film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9])
    yield Hostile(
        "a PDF with a film in it",
        "kirje.pdf",
        paper(lambda pdf: pdf.pages[0].obj.update({"/Annots": Array([film])})),
        acts,
    )
    yield Hostile("a PDF with a file in it", "kirje.pdf", paper(_attaches), refusals.FileInFile)
    locked = refusals.FileLocked
    yield Hostile(
        "a PDF with a password",
        "kirje.pdf",
        paper(encryption=pikepdf.Encryption(owner="a", user="b")),
        locked,
    )
    yield Hostile(
        "a PDF locked without a password",
        "kirje.pdf",
        paper(encryption=pikepdf.Encryption(owner="a", user="")),
        locked,
    )


def _attaches(pdf: Pdf) -> None:
    pdf.attachments["ohjelma.exe"] = b"MZ"


def _swelling_paper() -> bytes:
    """An object stream of two megabytes that unfolds to eight gigabytes, more than its reader may have."""
    packer = zlib.compressobj(9)
    once = packer.compress(bytes(16 * 1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = once + once[2:] * 511
    holder = b"5 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    made = b"%PDF-1.7\n"
    place = len(made)
    made += holder + packed + b"\nendstream\nendobj\n"
    rows = [(0, 0, 65535), (2, 5, 0), (2, 5, 0), (2, 5, 0), (2, 5, 0), (1, place, 0), (1, len(made), 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    xref = b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
    return made + xref + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(made)


def _archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("ohjelma.exe", b"MZ")
    return made.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_that_says(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b""))
        + _chunk(b"IEND", b"")
    )


def _huge_png(width: int, height: int) -> bytes:
    """A picture with really as many points as its header states: a hundred megabytes in a few kilobytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes((width + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _png_with_text(text: str) -> bytes:
    metadata = PngImagePlugin.PngInfo()
    metadata.add_text("Comment", text)
    return picture("PNG", pnginfo=metadata)


def _png_with_swelling_text() -> bytes:
    good = picture("PNG")
    text = b"Comment\0\0" + zlib.compress(bytes(80 * 1024 * 1024), 9)
    return good[:33] + _chunk(b"zTXt", text) + good[33:]
