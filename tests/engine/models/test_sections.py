"""The register of sections: everything that the shipped bundle cites, and the file that says what is checked."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from engine.bootstrap import shipped_files
from engine.models.citations import Notation, Section, read_citations
from engine.models.comparing import Words, compare
from engine.models.gate import unreadable
from engine.models.section_places import records_of, register_of
from engine.models.sections import SECTIONS, Check, SectionsRefused, read_sections, with_checks

FILES = shipped_files()
READ = re.compile(r"\.(bpmn|dmn|form|toml)$|^guardrails\.json$")
CHECK = Check(date(2026, 11, 2), "Jaana Juristi")
THIRTY_FIVE = Section("746/2011", "35")


def test_no_citation_of_the_bundle_is_missed():
    """Each section sign belongs to a citation, and no file yields fewer of them than it has."""
    register = register_of(FILES, Words())

    assert register.unread == ()
    assert register.unreadable == ()
    cited = {place.path for each in register.sections for place in each.places}
    with_signs = {path for path, data in FILES.items() if READ.search(path) and "§" in data.decode()}
    assert with_signs <= cited


def test_every_cited_statute_is_listed_and_nothing_ships_as_checked():
    register = register_of(FILES, Words())

    assert {each.section.statute for each in register.sections} <= set(register.names)
    assert records_of(FILES).checked == {}


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("746/2011 35 §", ("form", "forms/assessment.form", "Otetaan asiakkaaksi", "")),
        ("434/2003 59 §", ("table", "delivery/delivery_channels.dmn", "", "Rivi")),
        ("39/1889 20 luku", ("part", "forms/parts/offence_limb.form", "", "")),
        ("808/2019 122 §", ("diagram", "appeal_period/process.bpmn", "", "")),
        ("301/2004 191 §", ("texts", "reflection_period/texts/reflection_notice.toml", "", "")),
        ("731/1999 6 §", ("guardrails", "guardrails.json", "", "")),
    ],
)
def test_a_place_is_named_in_words(section, place):
    kind, path, _detail, row = place
    (cited,) = (each for each in register_of(FILES, Words()).sections if each.section.written == section)

    found = [each for each in cited.places if each.path == path]

    assert found
    assert {each.kind for each in found} == {kind}
    assert all(each.name and each.anchor for each in found)
    assert all(each.detail.startswith(row) for each in found)


def test_a_text_that_names_no_statute_means_the_own_act_and_without_one_is_unread():
    nobody = Notation(frozenset(), (), None)

    assert read_citations("35 § 1 momentti", nobody).sections == ()
    assert read_citations("35 § 1 momentti", nobody).unread == ("35 § 1 momentti",)


def test_a_check_outlives_the_text_that_cites_the_section():
    content = with_checks(FILES[SECTIONS], [THIRTY_FIVE, Section("434/2003", "999")], CHECK)

    register = register_of({**FILES, SECTIONS: content}, Words())

    checked = {each.section: each for each in register.sections if each.check}
    assert checked[THIRTY_FIVE].check == CHECK
    assert checked[THIRTY_FIVE].places
    assert checked[Section("434/2003", "999")].places == ()
    back = read_sections(with_checks(content, checked, None))
    assert back.checked == {}


@pytest.mark.parametrize(
    "content",
    [
        b"[",
        b"{}",
        b'{"default": "1/2000", "statutes": {}, "checked": {}}',
        b'{"default": null, "statutes": {"x": {}}, "checked": {}}',
        b'{"default": null, "statutes": {}, "checked": {"35": {"on": "2026-11-02", "by": "J"}}}',
        b'{"default": null, "statutes": {}, "checked": {"746/2011 35 \xc2\xa7": {"on": "eilen", "by": "J"}}}',
        b'{"default": null, "statutes": {}, "checked": {"746/2011 35 \xc2\xa7": {"on": "2026-11-02", "by": ""}}}',
    ],
)
def test_the_gate_names_a_file_that_cannot_be_read(content):
    with pytest.raises(SectionsRefused):
        read_sections(content)

    (found,) = unreadable({SECTIONS: content})

    assert (found.code, found.severity, found.values["file"]) == ("unreadable", "error", SECTIONS)


def test_a_comparison_says_who_checked_what_and_when():
    after = {**FILES, SECTIONS: with_checks(FILES[SECTIONS], [THIRTY_FIVE], CHECK)}

    (part,) = compare(FILES, after).parts

    (change,) = part.changes
    assert (part.kind, change.state, change.name) == ("sections", "added", "746/2011 35 §")
    assert [each.after for each in change.details] == ["2.11.2026, Jaana Juristi"]


def test_a_changed_statute_is_a_change_too():
    file = json.loads(FILES[SECTIONS])
    file["statutes"]["808/2019"]["fi"] = "laki"

    (part,) = compare(FILES, {**FILES, SECTIONS: json.dumps(file).encode()}).parts

    assert [each.name for each in part.changes] == ["808/2019"]
