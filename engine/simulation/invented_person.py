"""One invented person behind all answers in a case, so that what people say and staff record fits together.

Which way the case goes is left to chance: what is enough, who answers, what is sent back, what the court says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from engine.domain.ages import age_on
from engine.domain.law import ADULT_AGE, HEARD_AGE
from engine.simulation.open_form import OpenForm
from engine.simulation.sample_answers import PROOFS
from forms.definition import Field, Kind
from forms.random_answers import Typed, random_answers
from forms.texts import date_as_typed, to_date

GIVEN: Final = (
    "Aino",
    "Bela",
    "Cai",
    "Dara",
    "Elif",
    "Farid",
    "Goran",
    "Hoa",
    "Ines",
    "Jalo",
    "Lumi",
    "Onni",
)
FAMILY: Final = ("Keksitty", "Kuviteltu", "Sepitetty", "Esimerkki", "Tarinainen", "Olematon")
LANGUAGES: Final = ("fi", "sv", "en", "ru", "ar", "so", "vi", "uk")
SPOKEN_HERE: Final = ("fi", "sv", "en")
REGIONS: Final = ("south", "east", "west", "north", "aland")
STAYS: Final = {
    "municipality": ("citizen", "resident"),
    "permit": ("permit",),
    "asylum": ("asylum_seeker", "temporary_protection"),
    "none": ("no_right",),
}
"""A person's own word for their stay in Finland, and the words that staff record for it."""
ADDRESSES: Final = {
    "phone": ("phone", "+358 50 000 {number}"),
    "sms": ("sms_phone", "+358 50 000 {number}"),
    "email": ("email", "{number}@example.invalid"),
    "post": ("postal_address", "Esimerkkitie {number}, 00000 Esimerkkilä"),
    "via_person": ("contact_person_name", "Ystävä {number}"),
}
YEAR: Final = timedelta(days=365.25)
SOON: Final = (3, 21)
"""Days from the act to a day that it sets for somebody."""


CONSIDERED: Final = ("made", "to_be_made", "not_needed")
"""Answers about a notification to child welfare where there is a child."""


@dataclass(frozen=True, slots=True)
class InventedPerson:
    facts: Mapping[str, tuple[str, ...]]
    """Answers that are true of the person, by the question that asks them."""
    of_children: Mapping[str, tuple[str, ...]]
    """Answers that are true of each child of theirs, where a case is the child's."""

    @classmethod
    def of(cls, seed: int, day: date) -> InventedPerson:
        """Return the person of a seed, as old as they are on that day."""
        rng = Random(f"person {seed}")  # noqa: S311 - chance, not secrecy
        age = rng.randint(7, 17) if rng.random() < 0.15 else rng.randint(18, 60)
        born_on = day - age * YEAR - timedelta(days=rng.randint(1, 300))
        parts = (
            _identity(rng, born_on),
            _ways(rng),
            _age(rng, age),
            _stay(rng),
            _tests(rng),
            (children := _children(rng, day, age)),
        )
        return cls(_as_typed(*parts), _as_typed(_of_children(rng, day, str(children["children.born_on"]))))

    def answers(self, form: OpenForm, rng: Random) -> Typed:
        """Return answers that fit the person, on days that fit the day of answering; the rest by chance."""
        return random_answers(
            form.definition,
            rng,
            today=form.today,
            given=form.scope,
            choices=form.choices,
            known={**dict(_days(form, rng)), **self._facts(form), **_as_the_case_stands(form)},
        )

    def _facts(self, form: OpenForm) -> Mapping[str, tuple[str, ...]]:
        is_childs = form.scope.get("is_child") is True and self.facts["is_child"] == ("no",)
        facts = {**self.facts, **self.of_children} if is_childs else self.facts
        age = age_on(form.today, to_date(facts["born_on"][0]))
        # A case may last so long that the child has to be heard (746/2011 5 §), or comes of age and speaks alone.
        if age >= HEARD_AGE and _is_unheard(facts):
            facts = {**facts, "child_heard": ("heard",)}
        return {**facts, "representative_state": ("not_needed",)} if age >= ADULT_AGE else facts


Facts = dict[str, str | tuple[str, ...]]


def _is_unheard(facts: Mapping[str, tuple[str, ...]]) -> bool:
    return facts.get("child_heard") == ("under_12",)


def _as_typed(*parts: Facts) -> Mapping[str, tuple[str, ...]]:
    return {
        name: (value,) if isinstance(value, str) else value for part in parts for name, value in part.items()
    }


def _of_children(rng: Random, day: date, born: str) -> Facts:
    """Return what is true of a child: their age, and that a parent speaks for them."""
    age = age_on(day, to_date(born))
    facts = _age(rng, age)
    maturity = "no" if age < HEARD_AGE else "partly"
    return facts | {"born_on": born, "minor_maturity": maturity, "consent_by": "guardian"}


def _identity(rng: Random, born_on: date) -> Facts:
    family, language = rng.choice(FAMILY), rng.choice(LANGUAGES)
    region = rng.choice(REGIONS)
    return {
        "given_names": rng.choice(GIVEN),
        "family_name": family,
        "children.family_name": family,
        "guardian_given_names": rng.choice(GIVEN),
        "guardian_family_name": family,
        "born_on": date_as_typed(born_on),
        "contact_language": language,
        "consent_language": language,
        "explanation_language": language,
        "explanation_needed": "no" if language in ("fi", "sv") else "yes",
        "interpreter_needed": "no" if language in SPOKEN_HERE else "yes",
        "interpreter_used": "none" if language in SPOKEN_HERE else "remote",
        "decision_language": "sv" if language == "sv" else "fi",
        "language": "sv" if language == "sv" else "fi",
        "resolution_language": "sv" if language == "sv" else "fi",
        "region": region,
    }


def _ways(rng: Random) -> Facts:
    safe = tuple(way for way in ADDRESSES if rng.random() < 0.5) or ("phone",)
    number = f"{rng.randint(1, 9999):04}"
    addresses = {name: address.format(number=number) for name, address in ADDRESSES.values()}
    return {"safe_channels": safe, **addresses}


def _age(rng: Random, age: int) -> Facts:
    is_child = age < 18
    facts: Facts = {"is_under_18": "yes" if is_child else "no", "is_child": "yes" if is_child else "no"}
    if not is_child:
        return facts | {
            "concerns_child": "no",
            "minor_maturity": "not_minor",
            "consent_by": "person",
            "representative_state": "not_needed",
            "child_welfare_considered": "no_child",
        }
    return facts | {
        "concerns_child": "yes",
        "minor_maturity": rng.choice(("yes", "partly")),
        "consent_by": "person_and_guardian",
        "representative_state": rng.choice(("guardian", "representative")),
        "child_heard": rng.choice(("heard", "offered")) if age >= 12 else "under_12",
        "child_welfare_considered": rng.choice(CONSIDERED),
    }


def _stay(rng: Random) -> Facts:
    stay = rng.choice(tuple(STAYS))
    status = rng.choice(STAYS[stay])
    return {
        "stay_situation": stay,
        "stay_status": status,
        "organiser": "county" if stay == "municipality" else "nas",
        "domicile": "Keksilä" if stay == "municipality" else "",
        "court_checked": "Tarkistettu tuomioistuimen sivulta tänään",
        "in_finland": "yes",
        "child_in_finland": "yes",
        "competence": "ours" if rng.random() < 0.9 else "transfer",
        "children.in_finland": "yes",
    }


def _tests(rng: Random) -> Facts:
    """The tests of 35 §, the same for all who judge them."""
    is_victim, needs_help = rng.random() < 0.8, rng.random() < 0.85
    # Who meets the tests of 1 mom. is admitted under it, whatever they asked for.
    ground = "35_2" if rng.random() < 0.5 and not (is_victim and needs_help) else "35_1"
    passes = needs_help and (is_victim or ground == "35_2")
    return {
        "ground": ground,
        "ground_assessed": ground,
        "oral_ground": ground,
        "may_be_victim": "yes" if is_victim else "no",
        "assists_investigation": "yes" if ground == "35_2" else "no",
        "needs_help": "yes" if needs_help else "no",
        "needs_special_help": "yes" if needs_help else "no",
        "oral_decision": "admitted" if passes else "not_given",
        "outcome_proposed": f"admitted_{ground}" if passes else "not_admitted",
        "in_danger": (danger := "yes" if rng.random() < 0.2 else "no"),
        "still_in_danger": danger,
        "accommodation_needed": "yes" if rng.random() < 0.2 else "no",
    }


def _children(rng: Random, day: date, age: int) -> Facts:
    """Born after their parent was grown."""
    has_children = age >= 20 and rng.random() < 0.3
    born_on = day - rng.randint(1, max(1, min(17, age - 18))) * YEAR
    facts: Facts = {
        "has_children": "yes" if has_children else "no",
        "children.born_on": date_as_typed(born_on),
    }
    return facts | ({"child_welfare_considered": rng.choice(CONSIDERED)} if has_children else {})


def _as_the_case_stands(form: OpenForm) -> Facts:
    """Return what staff answer from the case: the class that the table proposes, the way that was chosen for a letter."""
    proposed, way = form.scope.get("case_class"), form.scope.get("channel_now")
    known: Facts = {}
    if form.definition.key == "triage_override" and proposed:
        known |= {"case_class": (str(proposed),), "differs": ("no",)}
    if form.definition.key == "record_delivery" and way in PROOFS:
        known |= {"delivery_channel": (str(way),), "proof": (PROOFS[str(way)],)}
    return known


def _days(form: OpenForm, rng: Random) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the dates: an act was done today, and a thing asked of somebody is due in some weeks."""
    for name, question in _questions(form):
        if question.kind is Kind.DATE:
            days = 0 if question.limits.not_future or name == "reflection_from" else rng.randint(*SOON)
            days = rng.randint(30, 150) if name == "reflection_until" else days
            yield name, (date_as_typed(form.today + timedelta(days=days)),)


def _questions(form: OpenForm) -> Iterator[tuple[str, Field]]:
    for question in form.definition.fields:
        yield question.key, question
        for column in question.fields:
            yield f"{question.key}.{column.key}", column
