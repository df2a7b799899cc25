"""Changes between two rounds of a letter: each line that went or came, under its heading, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.wording import Section, Wording
from engine.domain.wording_changes import changes_between

LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=4).map(tuple)
SECTIONS = st.lists(
    st.builds(
        Section, st.sampled_from(["reasons", "facts"]), st.sampled_from([None, "Otsikko"]), LINES, LINES
    ),
    max_size=4,
).map(tuple)
LETTERS = st.builds(Wording, st.just("fi"), st.just("Päätös"), SECTIONS)


def test_a_reason_that_was_written_anew_stands_beside_the_old_one_and_the_annex_too() -> None:
    annex = Wording("fi", "Valitusosoitus", (Section("time", "Valitusaika", ("30 päivää",)),))
    before = Wording("fi", "Päätös", (Section("why", "Perustelut", ("Eka.", "Toka.")),), annexes=(annex,))
    after = Wording("fi", "Päätös", (Section("why", "Perustelut", ("Eka.", "Uusi.")),))
    assert [(each.heading, each.lines) for each in changes_between(before, after)] == [
        ("Perustelut", (("removed", "Toka."), ("added", "Uusi."))),
        ("", (("removed", "Valitusosoitus"),)),
        ("Valitusaika", (("removed", "Valitusaika"), ("removed", "30 päivää"))),
    ]


@given(before=LETTERS, after=LETTERS)
def test_only_a_letter_that_says_the_same_has_no_changes(before: Wording, after: Wording) -> None:
    def words_in(letter: Wording) -> dict[str, list[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for each in letter.sections:
            heading = (each.heading,) if each.heading else ()
            if lines := (*heading, *each.paragraphs, *each.items):
                found.setdefault(each.key, []).append(lines)
        return found

    assert changes_between(before, before) == ()
    if not changes_between(before, after):
        assert words_in(before) == words_in(after)
    changed = [line for each in changes_between(before, after) for line in each.lines]
    for kind, letter in (("removed", before), ("added", after)):
        words = {line for every in words_in(letter).values() for lines in every for line in lines}
        assert {line for what, line in changed if what == kind} <= words
