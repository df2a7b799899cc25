"""XML input: documents that are read, and documents refused with a sentence."""

from __future__ import annotations

import gzip

import pytest

from engine.xml import DEEPEST, LARGEST, MOST_ELEMENTS, XmlRefused, parse

DOCTYPE = '<?xml version="1.0" encoding="{0}"?><!DOCTYPE a [<!ENTITY x "y">]><a/>'


def test_a_plain_document_is_read() -> None:
    root = parse(b'<?xml version="1.0" encoding="UTF-8"?><!-- made by hand --><a b="1"><c>\xc3\xa4</c></a>')
    assert (root.tag, root.get("b"), root[0].text) == ("a", "1", "ä")


def test_utf_16_is_read() -> None:
    assert parse('<?xml version="1.0" encoding="UTF-16"?><a>ä</a>'.encode("utf-16")).text == "ä"


@pytest.mark.parametrize(
    ("reason", "data"),
    [
        ("doctype", DOCTYPE.format("UTF-8").encode()),
        ("doctype", DOCTYPE.format("UTF-16").encode("utf-16")),
        ("doctype", b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>'),
        ("doctype", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
        ("doctype", b"<!DOCTYPE a><a/>"),
        ("not_xml", b"<a>&x;</a>"),
        ("not_xml", b""),
        ("not_xml", b"<?xml version='1.0'?>"),
        ("not_xml", b"<a>\x00</a>"),
        ("not_xml", b"<a><b></a>"),
        ("not_xml", b"PK\x03\x04 a spreadsheet"),
        ("not_xml", gzip.compress(b"<a/>", mtime=0)),
        ("instruction", b"<?xml-stylesheet href='a.xsl'?><a/>"),
        ("instruction", b"<a><b><?php echo 1 ?></b></a>"),
        ("instruction", b"<a/><?after all?>"),
        ("xinclude", b'<a xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="/etc/passwd"/></a>'),
        ("too_large", b"<a>" + b" " * LARGEST + b"</a>"),
        ("too_many", b"<a>" + b"<b/>" * MOST_ELEMENTS + b"</a>"),
        ("too_deep", b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1)),
        ("not_xml", b"<a>" * 5_000 + b"</a>" * 5_000),
        ("encoding", '<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>'.encode("latin-1")),
    ],
)
def test_constructs_that_could_hide_something_are_refused_by_name(reason: str, data: bytes) -> None:
    with pytest.raises(XmlRefused) as refused:
        parse(data)
    assert refused.value.reason == reason
    assert refused.value.message.endswith(".")


def test_entities_that_grow_are_never_expanded() -> None:
    lines = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(XmlRefused) as refused:
        parse(f'<!DOCTYPE a [<!ENTITY x0 "ha">{lines}]><a>&x9;</a>'.encode())
    assert refused.value.reason in {"doctype", "not_xml"}


def test_the_refusal_names_the_line_of_the_first_error() -> None:
    with pytest.raises(XmlRefused, match="rivillä 3") as refused:
        parse(b"<a>\n<b/>\n<c></a>")
    assert refused.value.line == 3


def test_the_largest_that_is_allowed_is_read() -> None:
    assert len(parse(b"<a>" + b"<b/>" * (MOST_ELEMENTS - 1) + b"</a>")) == MOST_ELEMENTS - 1
    assert parse(b"<a>" * DEEPEST + b"</a>" * DEEPEST) is not None
