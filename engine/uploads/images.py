"""Redraws pictures, so that only the picture is stored. Runs only in the child process."""

from __future__ import annotations

import io

import pillow_heif
from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

from engine.uploads.kinds import FileKind
from engine.uploads.refusals import FileBroken, TooManyPixels

MOST_PIXELS = 64_000_000
_QUALITY = 90
_FORMATS = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.HEIC: "HEIF"}
_DRAWN_AS = {"1", "L", "LA", "RGB", "RGBA", "I;16"}

# Pillow imports these when a picture first asks for them, which is too late: the child can open no file by then.
PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin)
Image.preinit()
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pillow_heif.register_heif_opener(thumbnails=False, aux_images=False, depth_images=False)


def redrawn(kind: FileKind, content: bytes) -> bytes:
    """Return the picture without place, camera, author, comment or thumbnail. A HEIC becomes a JPEG."""
    try:
        file = Image.open(io.BytesIO(content), formats=[_FORMATS[kind]])
    except Image.DecompressionBombError as immense:
        raise TooManyPixels from immense
    with file as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise TooManyPixels
        if not width or not height:
            raise FileBroken
        opened.load()
        # How the camera was held is known only from the data that goes: turn the picture itself.
        picture = ImageOps.exif_transpose(opened)
    if kind is FileKind.PNG:
        return _saved(_plain(picture), "PNG", compress_level=6)
    grey = picture.mode in {"1", "L"}
    return _saved(picture.convert("L" if grey else "RGB"), "JPEG", quality=_QUALITY, subsampling=0)


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in _DRAWN_AS:
        return picture
    return picture.convert("RGBA" if "transparency" in picture.info else "RGB")


def _saved(picture: Image.Image, image_format: str, **options: int) -> bytes:
    # Pillow would write `info` (comment, colour profile, text chunks) again.
    picture.info.clear()
    made = io.BytesIO()
    picture.save(made, image_format, **options)
    return made.getvalue()
