"""What leads out of a PDF file, or tells who made it and where: removed, and looked for once more in what is written."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Stream, String

_TELL_OF_THE_MAKER = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/CreatorInfo")
_TELL_OF_A_PLACE = ("/Measure", "/PtData", "/LGIDict")
_LEAD_OUT = (
    "/Ref",
    "/OPI",
    "/Alternates",
    "/Threads",
    "/SpiderInfo",
    "/URLS",
    "/IDS",
    "/AlternatePresentations",
)
_SIGNED = ("/DSS", "/Perms", "/Legal", "/SV", "/SigFlags")
_REMOVED = (*_TELL_OF_THE_MAKER, *_TELL_OF_A_PLACE, *_LEAD_OUT, *_SIGNED)
_OF_A_COMMENT = ("/T", "/M", "/NM", "/RC", "/CreationDate")
_FILES = ("/F", "/UF", "/FS", "/DOS", "/Mac", "/Unix")


def remove_traces(found: Dictionary | Stream) -> None:
    """Remove addresses, other files, signatures and what tells of the maker. Text and pictures stay."""
    if str(found.get("/S")) == "/URI":
        found["/URI"] = String("")
    elif isinstance(found.get("/URI"), Dictionary):
        # The address that every link of the document begins with.
        del found["/URI"]
    _remove(found, _REMOVED)
    if found.get("/Type") == Name.Page:
        _remove(found, ("/B",))
    if found.get("/O") == Name.UserProperties:
        _remove(found, ("/P",))
    if "/Rect" in found and "/Subtype" in found:
        # A field's name is no author: its form needs it.
        named = found.get("/Subtype") == Name.Widget
        _remove(found, _OF_A_COMMENT[1:] if named else _OF_A_COMMENT)
    if _is_signature(found.get("/V")):
        _remove(found, ("/V",))


def names_a_file(found: Dictionary | Stream) -> bool:
    """Return True if a reader may fetch something for this from outside the document."""
    if isinstance(found, Stream) and ("/F" in found or "/FFilter" in found):
        return True
    if str(found.get("/Type")) in {"/Filespec", "/F"}:
        return True
    return any(isinstance(found.get(key), String) for key in _FILES)


def _is_signature(value: object) -> bool:
    return isinstance(value, Dictionary) and (
        "/ByteRange" in value or str(value.get("/Type")) in {"/Sig", "/DocTimeStamp"}
    )


def _remove(found: Dictionary | Stream, names: tuple[str, ...]) -> None:
    for name in names:
        if name in found:
            del found[name]
