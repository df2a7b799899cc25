"""The values that a form's page is built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from forms.circumstances import Choices
from forms.definition import Disclosure, Field
from forms.typed import Sent
from webapp.rendering.forms.parts import Reason, Why
from webapp.rendering.forms.premises import Gates
from webapp.rendering.forms.texts import PAGE_WORDS


@dataclass(frozen=True, slots=True)
class Given:
    """The answers so far, the values that the form's conditions read, and the words of one page."""

    typed: Sent
    sentences: Mapping[str, str]
    scope: Mapping[str, object]
    page_names: frozenset[str]
    """Questions that can change while the page is open."""
    fields: Mapping[str, Field]
    say: Callable[[str], str]
    choices: Choices
    gates: Gates
    is_public: bool
    has_pictures: bool = False
    withheld: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Options that are not offered, by question."""
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    """Fields for the reason of a day, by its question."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Words for the source of a prefilled answer, by its question."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Words of the page under a question, behind those of its form."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """Words of the page under a question, in place of those of its form."""

    def why(self, disclosure: Disclosure) -> Why | None:
        return why_of(disclosure, self.say)


def why_of(disclosure: Disclosure, say: Callable[[str], str], *, of_all: bool = False) -> Why | None:
    """Return the fold-out with reason and readers; None if the disclosure is empty. `of_all` words it for a whole page."""
    if not disclosure:
        return None
    key = "why_and_reader" if disclosure.why and disclosure.reader else "why" if disclosure.why else "reader"
    if of_all and key == "why_and_reader":
        key = "why_and_reader_of_all"
    return Why(say(PAGE_WORDS[key]), disclosure.why, disclosure.reader)
