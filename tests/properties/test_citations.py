"""Citations of law: what is written in a form that occurs is read back, section by section."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.bootstrap import shipped_files
from engine.models.citations import Section, read_citations, section_of
from engine.models.section_places import records_of

NOTATION = records_of(shipped_files()).notation
OWN = "746/2011"
NAMED = {
    "434/2003": ("hallintolaki", "hallintolain", "Hallintolaissa", "förvaltningslagen"),
    "301/2004": ("ulkomaalaislaki", "ulkomaalaislain", "utlänningslagen"),
    "417/2007": ("lastensuojelulaki", "lastensuojelulain", "barnskyddslagen"),
}
ENGLISH = {
    "434/2003": "Administrative Procedure Act",
    "301/2004": "Aliens Act",
    "417/2007": "Child Welfare Act",
}
AND = {"fi": ("ja", "tai", "sekä"), "sv": ("och", "eller", "samt"), "en": ("and", "or")}
MOMENTS = (
    "",
    " 1 mom.",
    " 1 momentti",
    " 2 mom. 10 kohta",
    " 1, 2 ja 4 momentti",
    ":n",
    ":n 1 tai 2 momentin",
)
FILLING = ("", "Laki sanoo: ", "Ilman viivytystä (", "Tulkintamme. ", "Kello 15:10 alkaen, 30 päivää, ")
numbers = st.integers(1, 250)
letters = st.sampled_from("abcdefgh")


@st.composite
def items(draw: st.DrawFn) -> tuple[str, list[str]]:
    """One item of a list, as written, and the sections it stands for."""
    first = draw(numbers)
    kind = draw(st.sampled_from(["plain", "letter", "range", "letters", "both"]))
    dash = draw(st.sampled_from(["-", "–"]))
    if kind == "plain":
        return str(first), [str(first)]
    letter = draw(letters)
    if kind == "letter":
        return f"{first} {letter}", [f"{first} {letter}"]
    if kind == "range":
        last = first + draw(st.integers(1, 9))
        return f"{first}{dash}{last}", [str(each) for each in range(first, last + 1)]
    end = chr(ord(letter) + draw(st.integers(1, 4)))
    written = f"{first} {letter}{dash}{end}" if kind == "letters" else f"{first} {letter}{dash}{first} {end}"
    return written, [f"{first} {chr(each)}" for each in range(ord(letter), ord(end) + 1)]


@st.composite
def lists(draw: st.DrawFn, language: str) -> tuple[str, list[str]]:
    found = draw(st.lists(items(), min_size=1, max_size=4))
    written = found[0][0]
    for place, (item, _numbers) in enumerate(found[1:], 2):
        is_last = place == len(found)
        written += f" {draw(st.sampled_from(AND[language]))} {item}" if is_last else f", {item}"
    return written, [number for _item, listed in found for number in listed]


@st.composite
def citations(draw: st.DrawFn) -> tuple[str, list[Section]]:
    """One citation with its statute, as written, and its sections."""
    language = draw(st.sampled_from(["fi", "fi", "sv", "en"]))
    statute = draw(st.sampled_from(sorted(NAMED)))
    written, listed = draw(lists(language))
    sections = [Section(statute, each) for each in listed]
    if language == "en":
        word = draw(st.sampled_from(["section", "sections"]))
        named = draw(st.sampled_from([ENGLISH[statute], f"Act {statute}", f"{ENGLISH[statute]} ({statute})"]))
        before = f"{named}, {word} {written}"
        return draw(st.sampled_from([before, f"{word} {written} of the {ENGLISH[statute]}"])), sections
    name = draw(st.sampled_from(NAMED[statute]))
    ways = [statute, f"({statute})", f"{name} {statute}", f"{name} ({statute})", name]
    signed = f"{written} §{draw(st.sampled_from(MOMENTS))}"
    if language == "sv":
        return draw(
            st.sampled_from([f"{way} {signed}" for way in ways] + [f"{written} § i {name} ({statute})"])
        ), sections
    return f"{draw(st.sampled_from(ways))} {signed}", sections


@given(st.lists(st.tuples(st.sampled_from(FILLING), citations()), min_size=1, max_size=4))
def test_what_is_written_is_read_back(written):
    text = "; ".join(before + citation for before, (citation, _sections) in written)
    wanted = {section for _before, (_citation, sections) in written for section in sections}

    found = read_citations(text, NOTATION)

    assert set(found.sections) == wanted
    assert found.unread == ()


@given(citations(), lists("fi"))
def test_a_section_without_its_statute_is_of_the_one_named_last_or_of_the_own_act(cited, listed):
    citation, sections = cited
    written, numbers = listed

    alone = read_citations(f"Peruste ({written} §).", NOTATION)
    after = read_citations(f"{citation}. Samoin tehdään aina ({written} §).", NOTATION)

    assert set(alone.sections) == {Section(OWN, each) for each in numbers}
    statute = sections[0].statute
    assert set(after.sections) == {*sections, *(Section(statute, each) for each in numbers)}


@given(
    st.integers(1, 48),
    st.integers(1, 30),
    st.sampled_from(["RL", "rikoslaki", "rikoslaki 39/1889", "39/1889"]),
)
def test_a_chapter_and_its_section_are_one_section(chapter, number, name):
    for written in (
        f"{name} {chapter}:{number}",
        f"{name} {chapter} luku {number} §",
        f"{name} {chapter} luvun {number} §:n",
    ):
        assert read_citations(written, NOTATION).sections == (Section("39/1889", f"{chapter}:{number}"),)
    assert read_citations(f"{name} {chapter} luku", NOTATION).sections == (
        Section("39/1889", f"{chapter} luku"),
    )


@given(
    st.one_of(
        numbers.map(str),
        st.tuples(numbers, letters).map(lambda each: f"{each[0]} {each[1]}"),
        st.just("15:10"),
        st.just("20 luku"),
        st.just(""),
    )
)
def test_a_section_is_read_from_its_key(number):
    section = Section("434/2003", number)

    assert section_of(section.written) == section
