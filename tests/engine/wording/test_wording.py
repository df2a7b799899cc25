"""Prepared texts filled with values: conditions, slots, what is missing, and values that look like templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.wording import LanguageMissing, ValuesMissing, compose, missing_values, sketch


def text(*sections: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = {"name": "Nimi", "reasons": "Perustelut", "note": "Huomautus"}
    return {
        "key": "t",
        "values": names,
        "optional": ["note"],
        "fi": {"title": "Otsikko", "sections": list(sections)},
        **more,
    }


def section(**values: Any) -> dict[str, Any]:
    return {"key": "s", **values}


GIVEN = {"name": "Keksitty Henkilö", "reasons": "Yksi.\n\nKaksi\nsamaa.\r\n\r\nKolme.", "note": ""}


def test_a_value_stands_in_its_sentence_and_alone_it_may_be_many_paragraphs() -> None:
    made = compose(text(section(paragraphs=["Hei {name}!", "{reasons}"])), "fi", GIVEN)
    assert made.sections[0].paragraphs == ("Hei Keksitty Henkilö!", "Yksi.", "Kaksi samaa.", "Kolme.")


def test_a_list_takes_one_item_a_line() -> None:
    made = compose(text(section(items=["{reasons}"])), "fi", GIVEN)
    assert made.sections[0].items == ("Yksi.", "Kaksi", "samaa.", "Kolme.")


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (["name"], True),
        (["note"], False),
        (["!note"], True),
        (["!name"], False),
        (["name=Keksitty Henkilö"], True),
        (["name=toinen"], False),
        (["name!=toinen"], True),
        (["name", "note"], False),
        ([], True),
    ],
)
def test_a_section_stands_when_all_its_conditions_hold(when: list[str], shown: bool) -> None:
    made = compose(text(section(paragraphs=["Kyllä."], when=when)), "fi", GIVEN)
    assert bool(made.sections) is shown


def test_a_section_that_says_nothing_takes_its_heading_along() -> None:
    assert compose(text(section(heading="Huom", paragraphs=["{note}"])), "fi", GIVEN).sections == ()


def test_every_missing_value_is_named_at_once() -> None:
    with pytest.raises(ValuesMissing) as refused:
        compose(text(section(paragraphs=["x"])), "fi", {"name": " "})
    assert refused.value.names == ("name", "reasons")


def test_a_sketch_shows_an_ellipsis_where_a_value_is_owed() -> None:
    made = sketch(text(section(paragraphs=["Hei {name}", "{reasons}", "{note}"])), "fi", {})
    assert made.sections[0].paragraphs == ("Hei …", "…")


def test_a_language_the_text_lacks_is_refused() -> None:
    with pytest.raises(LanguageMissing):
        compose(text(section(paragraphs=["x"])), "en", GIVEN)


def test_a_frame_takes_the_chosen_parts_in_their_order_and_annexes_apart() -> None:
    frame = text(
        section(paragraphs=["Alku."]), {"key": "slot", "place": "grounds"}, section(paragraphs=["Loppu."])
    )
    del frame["fi"]["title"]
    parts = [
        text(section(paragraphs=["Toinen."]), kind="part", place="grounds"),
        text(section(paragraphs=["Ensimmäinen."]), kind="part", place="grounds"),
        text(section(paragraphs=["Muualla."]), kind="part", place="elsewhere"),
        text(section(paragraphs=["Liite."]), kind="annex"),
    ]
    del parts[1]["fi"]["title"]
    made = compose(frame, "fi", GIVEN, parts)
    assert made.paragraphs == ("Alku.", "Toinen.", "Ensimmäinen.", "Loppu.")
    assert made.title == "Otsikko"
    assert [annex.paragraphs for annex in made.annexes] == [("Liite.",)]


def test_the_letter_needs_the_values_of_its_parts() -> None:
    part = {"kind": "part", "values": {"court": "Tuomioistuin"}, "fi": {}}
    assert missing_values(text(), GIVEN, [part]) == ("court",)


@given(st.text(max_size=200))
def test_a_value_is_never_read_as_a_template(written: str) -> None:
    values = {"name": f"{{reasons}}{written}", "reasons": "SALAINEN"}
    made = compose(text(section(paragraphs=["A {name} B"])), "fi", values)
    assert "SALAINEN" not in " ".join(made.paragraphs)
    assert "{reasons}" in " ".join(made.paragraphs)
