"""Rules of languages and teams: later entries agree with earlier ones."""

from collections.abc import Iterator

from .record import Record, answers
from .sentences import label, warning


def contact_language(record: Record) -> Iterator[str]:
    """Warn of a language of contact that changed without an explanation or an interpreter."""
    opening = record.opening or {}
    asked = answers(opening).get("contact_language")
    for form in record.submissions("register"):
        kept = answers(form).get("contact_language")
        helped = answers(form).get("interpreter_needed") == "yes"
        explained = [
            row for row in record.submissions("prepare_resolution") if answers(row).get("explanation_needed")
        ]
        silent = explained and answers(explained[-1]).get("explanation_needed") == "no"
        if asked and kept and asked != kept and silent and not helped:
            text = f"{label('form', opening, 'form_key', 'sent_at')} asks {asked}, {label('register', form)} keeps {kept}"
            yield warning(
                "language-agrees", "746/2011 27 §; 434/2003 26 §", f"{text}, nothing is explained in {asked}"
            )


def team(record: Record) -> Iterator[str]:
    """Warn of a team that the table did not give and nobody chose."""
    given = [
        row.get("result")
        for row in record.rows("decision_evaluations")
        if row.get("decision") == "team_by_region"
    ]
    now = record.case.get("team")
    if (
        given
        and isinstance(given[-1], str)
        and now
        and given[-1] != now
        and not record.events("case_assigned")
    ):
        text = f"case {record.case.get('reference')} is with team {now}, team_by_region gave {given[-1]}"
        yield warning("team-as-tabled", "domain.md 6; law.md G", text)


RULES = (contact_language, team)
