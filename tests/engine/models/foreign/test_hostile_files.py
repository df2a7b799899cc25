"""Any file at all is refused with a sentence or imported with findings, in a child process with limits."""

from __future__ import annotations

import pytest

from engine import isolation
from engine.bpmn.checks import check_bundle
from engine.bpmn.drawings import read_drawings
from engine.models.imports.file_import import FileRefused, read_apart
from tests.engine.bpmn.refused import REFERENCES
from tests.engine.models.foreign.hostile import OPENED, REFUSED, asking, model
from tests.engine.models.foreign.shapes import Writer, choice
from tests.engine.models.foreign.styles import STYLES
from tests.engine.models.foreign.test_foreign_files import contents

DIAGRAMS = (".bpmn", ".xml")
WORDS = {"utf16.bpmn", "latin1.bpmn", "windows.bpmn", "utf32.bpmn", "says-utf16-is-utf8.bpmn"}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_apart(name, REFUSED[name])
    assert refused.value.message.endswith((".", "?"))
    assert refused.value.found.code != "refused_cost", "it was stopped instead of understood"
    for language in ("sv", "en"):
        assert refused.value.sentence_in(language) != refused.value.sentence_in("fi")


@pytest.mark.parametrize("name", OPENED)
def test_it_comes_in_and_the_gate_says_what_is_wrong(name: str) -> None:
    imported = read_apart(name, OPENED[name])
    imported.content.decode()
    if name.endswith(DIAGRAMS):
        read_drawings({"p.bpmn": imported.content})
        found = check_bundle({"p.bpmn": imported.content}, REFERENCES)
        assert any(each.severity == "error" for each in found)
        assert all(each.sentence.strip() and each.way_out.strip() for each in found)
        assert len(found) <= 201


@pytest.mark.parametrize("name", sorted(WORDS))
def test_letters_are_the_same_in_every_encoding(name: str) -> None:
    content = read_apart(name, OPENED[name]).content
    assert "Käsittele ääkköset".encode() in content
    assert b'encoding="UTF-8"' in content.replace(b"'", b'"')


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_nothing_is_lost_by_changing_the_encoding(encoding: str) -> None:
    data = choice(Writer(STYLES[0], drawn=True))
    renamed = data.decode().replace("UTF-8", encoding.upper().removesuffix("-SIG"), 1)
    assert contents(read_apart("x.bpmn", renamed.encode(encoding)).content) == contents(data)


def test_reading_for_more_than_two_seconds_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that never answers looks to the caller like one that the system stops."""
    isolation.end_all()
    monkeypatch.setattr("engine.models.imports.file_import.PATIENCE", 0)
    with pytest.raises(FileRefused, match="2 s"):
        read_apart("x.bpmn", model().encode())


def test_a_file_much_too_large_is_not_even_sent_to_the_child() -> None:
    with pytest.raises(FileRefused, match="megatavu"):
        read_apart("x.bpmn", b"<" * 3_000_000)


@pytest.mark.parametrize(
    "text, language, feel",
    [
        ("${amount &gt; 100 &amp;&amp; kind == 'a'}", "JUEL", 'amount > 100 and kind = "a"'),
        ("#{!done}", "JUEL", "not(done)"),
        ("=amount &gt; 100", "FEEL, Camunda 8", "amount > 100"),
        ("return amount &gt; 1;", "Java", 'amount > 100 and state = "open"'),
        ("getDataObject('case')/total &gt; 1", "XPath", 'amount > 100 and state = "open"'),
        ("a === 1 || b", "JavaScript", "a = 1 or b"),
        ("execution.getVariable('x') == 1", "Groovy", None),
    ],
)
def test_an_expression_of_another_tool_is_named_with_its_feel(
    text: str, language: str, feel: str | None
) -> None:
    found = check_bundle({"p.bpmn": model(asking(text)).encode()}, REFERENCES)
    (renamed,) = (each for each in found if each.code == "other_language")
    assert renamed.values["language"] == language
    if feel is not None:
        assert renamed.values["example"] == feel


@pytest.mark.parametrize(
    "text",
    ['channel = "a &amp;&amp; b"', 'channel = "return x;"', 'contains(channel, "===")', "channel &gt;= 1"],
)
def test_our_own_language_is_never_taken_for_another(text: str) -> None:
    found = check_bundle({"p.bpmn": model(asking(text)).encode()}, REFERENCES)
    assert "other_language" not in {each.code for each in found}
