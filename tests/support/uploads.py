"""Files to send, full of traces of their maker."""

from __future__ import annotations

import io
from base64 import b64decode
from collections.abc import Callable

from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, PngImagePlugin

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text that every scanner reports, by agreement."""
PLACE = b"60.1699N24.9384E"
"""The place of a picture, as the tests write it into every corner that can hold text."""
HEIC = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAADIAAgAAAAACFAABAAAAAAAAAL4AAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAA"
    "ABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAA+G1kYXQAAAAuKAGvWPkS3f+y7kbVH/Z4y8cw1P3aP15Ned3ramU7H1/+Ud/75qd+"
    "3u2hExy09wAAAAZFeGlmAABNTQAqAAAACAADAQ8AAgAAAAcAAAAyATIAAgAAABQAAAA6iCUABAAAAAEAAABOAAAAAEthbWVyYQAA"
    "MjAyNjoxMTowMSAxMDowMDowMAAABAABAAIAAAACTgAAAAACAAUAAAADAAAAhAADAAIAAAACRQAAAAAEAAUAAAADAAAAnAAAAAAA"
    "AAA8AAAAAQAAAAoAAAABAAAAAAAAAAEAAAAYAAAAAQAAADgAAAABAAAAAAAAAAE="
)
"""Sixty-four by forty-eight, with a camera's name and a place in its EXIF."""


def picture(image_format: str = "JPEG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(made, image_format, **options)
    return made.getvalue()


def telling_jpeg() -> bytes:
    """A sideways JPEG with a place in its EXIF, XMP packet, comment and colour profile."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = PLACE.decode(), 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (60.0, 10.0, 11.0), "E", (24.0, 56.0, 18.0)
    exif[0x8825] = gps
    return picture(
        "JPEG",
        exif=exif.tobytes(),
        xmp=b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>",
        comment=PLACE,
        icc_profile=PLACE * 9,
    )


def telling_png(text: str = PLACE.decode()) -> bytes:
    metadata = PngImagePlugin.PngInfo()
    metadata.add_text("Location", text)
    metadata.add_itxt("XML:com.adobe.xmp", PLACE.decode())
    exif = Image.Exif()
    exif[0x010F] = PLACE.decode()
    return picture("PNG", pnginfo=metadata, exif=exif.tobytes(), icc_profile=PLACE * 9)


def paper(change: Callable[[Pdf], object] | None = None, pages: int = 1, **options: object) -> bytes:
    """A PDF after the change."""
    made = io.BytesIO()
    with Pdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        if change is not None:
            change(pdf)
        pdf.save(made, **options)
    return made.getvalue()


def telling_paper() -> bytes:
    """A PDF with its maker's name, an XMP packet, a link, and a photograph that kept its camera's data."""

    def tell(pdf: Pdf) -> None:
        pdf.trailer.Info = Dictionary(Author=String(PLACE.decode()))
        pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>")
        put_picture(pdf, telling_jpeg(), {"/Filter": Name.DCTDecode})
        page = pdf.pages[0]
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=[0, 0, 9, 9],
            A=Dictionary(S=Name.URI, URI=String(f"https://example.invalid/{PLACE.decode()}")),
        )
        page.obj.Annots = Array([pdf.make_indirect(link)])

    return paper(tell)


def put_picture(pdf: Pdf, data: bytes, entries: dict[str, object]) -> None:
    """Draw a picture of sixty-four by forty-eight on the first page."""
    drawn = pdf.make_stream(data)
    drawn.update({"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 64, "/Height": 48})
    drawn.update({"/ColorSpace": Name.DeviceRGB, "/BitsPerComponent": 8, **entries})
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Photo=drawn))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"q 64 0 0 48 0 0 cm /Photo Do Q")


ONE_PAGE = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"


def by_hand(pages: bytes, *more: bytes) -> bytes:
    """A PDF with faults that pikepdf would correct while writing."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        *more,
    ]
    made, places = b"%PDF-1.7\n", []
    for number, each in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(parts) + 1, rows)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(parts) + 1)
    return made + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(made)
