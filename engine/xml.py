"""Parses XML from outside. Everything dangerous in it is refused, not ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from engine.errors import Invalid

LARGEST: Final = 1_000_000
"""Bytes."""
MOST_ELEMENTS: Final = 20_000
DEEPEST: Final = 64
ENCODINGS: Final = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"})
_XINCLUDE: Final = "{http://www.w3.org/2001/XInclude}"


class XmlRefused(Invalid):
    sentence = "Tiedostoa ei voi lukea turvallisesti."

    def __init__(self, reason: str, message: str, line: int | None = None) -> None:
        super().__init__(message, reason=reason, line=line)
        self.reason = reason
        self.line = line


def parse(data: bytes, *, keep_cdata: bool = False) -> etree._Element:
    """Return the root element. Nothing is fetched, expanded or executed. Raise XmlRefused.

    `keep_cdata`: keep CDATA sections, for a file that is written out again as it came.
    """
    if len(data) > LARGEST:
        raise XmlRefused("too_large", "Tiedosto on liian suuri: enintään yksi megatavu luetaan.")
    root = _read(data, keep_cdata=keep_cdata)
    _refuse_declarations(root.getroottree().docinfo)
    _refuse_shape(root)
    return root


def _read(data: bytes, *, keep_cdata: bool) -> etree._Element:
    # A parser holds state and may not be shared between threads, so each document gets its own.
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        strip_cdata=not keep_cdata,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        line = broken.lineno or None
        where = f" Ensimmäinen virhe on rivillä {line}." if line else ""
        raise XmlRefused("not_xml", f"Tiedosto ei ole ehjää XML:ää.{where}", line) from None
    # lxml answers None, against its stubs, when a document holds nothing but a declaration.
    if root is None:
        raise XmlRefused("not_xml", "Tiedostossa ei ole yhtään elementtiä.")
    return root


def _refuse_declarations(docinfo: Any) -> None:
    # Any: lxml's stubs know no DTD. The document is asked, because "<!DOCTYPE" is not found in UTF-16 bytes.
    if docinfo.internalDTD is not None:
        raise XmlRefused("doctype", "Tiedostossa on DOCTYPE-määrittely. Poista se.", 1)
    encoding = (docinfo.encoding or "utf-8").lower()
    if encoding not in ENCODINGS:
        raise XmlRefused(
            "encoding", f"Merkistöä {encoding[:40]} ei lueta. Tallenna tiedosto UTF-8-muodossa.", 1
        )


def _refuse_shape(root: etree._Element) -> None:
    elements = 0
    for node, depth in _nodes(root):
        line: Any = node.sourceline  # the stubs leave its type open
        if isinstance(node, etree._ProcessingInstruction):
            raise XmlRefused("instruction", "Tiedostossa on käsittelyohje (<?...?>). Poista se.", line)
        if isinstance(node, etree._Entity):
            raise XmlRefused("entity", "Tiedostossa on nimetty merkkiviittaus. Kirjoita merkki itse.", line)
        if isinstance(node, etree._Comment):
            continue
        elements += 1
        if elements > MOST_ELEMENTS:
            raise XmlRefused("too_many", "Tiedostossa on liikaa elementtejä.", line)
        if depth > DEEPEST:
            raise XmlRefused("too_deep", "Elementtejä on sisäkkäin liian monta.", line)
        if str(node.tag).startswith(_XINCLUDE):
            raise XmlRefused("xinclude", "Tiedosto yrittää liittää toisen tiedoston (XInclude).", line)


def _nodes(root: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    """Yield every node with its depth, siblings of the root included. Without recursion, since the input may be deep."""
    yield from ((node, 0) for node in root.itersiblings(preceding=True))
    yield from ((node, 0) for node in root.itersiblings())
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in node)
