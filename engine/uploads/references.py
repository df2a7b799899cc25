"""Ways out of a PDF file, and traces of its maker and place: removed, and looked for once more in the written file."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Stream, String

_TELL_OF_THE_MAKER = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/CreatorInfo")
_TELL_OF_A_PLACE = ("/Measure", "/PtData", "/LGIDict")
_WAYS_OUT = (
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
_REMOVED = frozenset({*_TELL_OF_THE_MAKER, *_TELL_OF_A_PLACE, *_WAYS_OUT, *_SIGNED})
_OF_A_COMMENT = frozenset({"/T", "/M", "/NM", "/RC", "/CreationDate"})
_FILES = frozenset({"/F", "/UF", "/FS", "/DOS", "/Mac", "/Unix"})


def remove_traces(found: Dictionary | Stream) -> None:
    """Remove addresses, other files, signatures and what tells of the maker. Text and pictures stay."""
    if str(found.get("/S")) == "/URI":
        found["/URI"] = String("")
    names = set(found.keys())
    for name in names & (_REMOVED | _removed_here(found, names)):
        del found[name]


def _removed_here(found: Dictionary | Stream, names: set[str]) -> set[str]:
    """Return the names that stand for something else elsewhere."""
    removed: set[str] = set()
    if {"/Rect", "/Subtype"} <= names:
        # A field's name is no author: its form needs it.
        removed |= _OF_A_COMMENT - ({"/T"} if found.get("/Subtype") == Name.Widget else set())
    if found.get("/Type") == Name.Page:
        removed.add("/B")
    if found.get("/O") == Name.UserProperties:
        removed.add("/P")
    if isinstance(found.get("/URI"), Dictionary):
        # The address that every link of the document begins with.
        removed.add("/URI")
    if _is_signature(found.get("/V")):
        removed.add("/V")
    return removed


def names_a_file(found: Dictionary | Stream) -> bool:
    """Return True if a reader may fetch something for this from outside the document."""
    names = set(found.keys())
    if isinstance(found, Stream) and names & {"/F", "/FFilter"}:
        return True
    if str(found.get("/Type")) in {"/Filespec", "/F"}:
        return True
    return any(isinstance(found.get(name), String) for name in names & _FILES)


def _is_signature(value: object) -> bool:
    return isinstance(value, Dictionary) and (
        "/ByteRange" in value or str(value.get("/Type")) in {"/Sig", "/DocTimeStamp"}
    )
