"""Navigate DMN's XML independently of its version's namespace."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)
"""DMN 1.1 to 1.6."""
_NAMES = {f"{{{namespace}}}" for namespace in NAMESPACES}
Xml = etree._Element


def kind(element: Xml) -> str:
    """Return the local name of an element of DMN; "" for comments and foreign elements."""
    tag: object = element.tag  # a comment's is a function, against the stubs
    if not isinstance(tag, str):
        return ""
    namespace, _, name = tag.rpartition("}")
    return name if f"{namespace}}}" in _NAMES else ""


def children(element: Xml, *names: str) -> Iterator[Xml]:
    return (child for child in element if kind(child) in names)


def child(element: Xml, *names: str) -> Xml | None:
    return next(children(element, *names), None)


def text_in(element: Xml | None) -> str:
    """Return the text of the element's `<text>` child; "" if there is none."""
    inner = child(element, "text") if element is not None else None
    return "" if inner is None else "".join(str(part) for part in inner.itertext()).strip()


def attribute(element: Xml | None, name: str) -> str | None:
    found = element.get(name) if element is not None else None
    return str(found) if found is not None else None


def names(root: Xml) -> Iterator[str]:
    """Yield every name that the file gives to an element."""
    for element in root.iter():
        name = element.get("name")
        if name:
            yield str(name)
