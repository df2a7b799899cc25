"""The parts of a form's page, ready for a template: plain values in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup


def anchor(path: str) -> str:
    """Return the id of a question's element."""
    return "q-" + path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Why:
    """The fold-out with the reason for a question and the readers of its answer."""

    summary: str
    why: str
    reader: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose, with the parts that it opens."""

    id: str
    name: str
    value: str
    label: str
    note: str = ""
    is_checked: bool = False
    is_quiet: bool = False
    """A way not to answer: smaller, never hidden."""
    marks: Sequence[str] = ()
    """Classes that join it to the parts it shows or hides elsewhere on the page."""
    picture: str = ""
    """The name of a picture beside it."""
    more: tuple[Part, ...] = ()
    """Parts right under it that show when it is chosen."""


@dataclass(frozen=True, slots=True)
class DayReasons:
    """Words of the field in which staff give the reason for a day, and what they have typed in it, by path."""

    label: str
    hint: str
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """The field under a day that stands before its neighbour."""

    name: str
    label: str
    hint: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `shape` is text, textarea, select, radios, checks, tick or file."""

    shape: str
    id: str
    name: str
    label: str
    hint: str = ""
    only_if: str = ""
    problem: str = ""
    is_optional: bool = False
    is_required: bool = False
    is_marked: bool = False
    """Says that it is needed: on public forms, where most questions are not."""
    is_inner: bool = False
    """Stands inside a choice or a row: drawn smaller."""
    is_heading: bool = False
    """Is the heading of the page, which has no other."""
    value: str = ""
    css: str = "input"
    input_type: str = "text"
    input_mode: str = ""
    is_multiple: bool = False
    in_columns: bool = False
    choices: tuple[Choice, ...] = ()
    skips: tuple[Choice, ...] = ()
    why: Why | None = None
    reason: Reason | None = None
    can_wait: bool = False
    """Folded away on the page of an urgent call."""
    source: str = ""
    """The source of the answer on the page, while nobody has changed it."""

    @property
    def is_grouped(self) -> bool:
        """True if it is a fieldset with a legend."""
        return self.shape in {"radios", "checks"}

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the field."""
        ends = [("hint", self.hint), ("if", self.only_if), ("problem", self.problem)]
        return " ".join(f"{self.id}-{end}" for end, text in ends if text)


@dataclass(frozen=True, slots=True)
class Gated:
    """A part that answers elsewhere on the page show or hide. All its gates must be open."""

    gates: tuple[str, ...]
    note: str
    """The condition in words, for browsers that can't hide it."""
    part: Part
    shape: str = "gated"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a repeating list."""

    number: int
    label: str
    remove_value: str
    remove_label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class RowList:
    """A repeating list."""

    id: str
    name: str
    label: str
    add_label: str
    hint: str = ""
    only_if: str = ""
    problem: str = ""
    is_inner: bool = False
    is_heading: bool = False
    why: Why | None = None
    can_wait: bool = False
    source: str = ""
    rows: tuple[FormRow, ...] = ()
    shape: str = "rows"

    @property
    def described_by(self) -> str:
        return " ".join(
            f"{self.id}-{end}" for end, text in (("hint", self.hint), ("problem", self.problem)) if text
        )


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under a heading."""

    label: str
    parts: tuple[Part, ...]
    hint: str = ""
    only_if: str = ""
    warning: str = ""
    why: Why | None = None
    shape: str = "group"


@dataclass(frozen=True, slots=True)
class Prose:
    """Text between the questions."""

    html: Markup
    only_if: str = ""
    why: Why | None = None
    shape: str = "prose"


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a gap."""

    is_line: bool
    shape: str = "line"


Part = Question | RowList | Section | Prose | Line | Gated


@dataclass(frozen=True, slots=True)
class PageStep:
    """One step of the form, shown as a page or a section."""

    number: int
    name: str
    title: str
    hint: Markup
    warning: str
    why: Why | None
    parts: tuple[Part, ...] = ()
    gate: str = ""
    """The gate of the text that begins the step holds for the whole step."""
    has_heading: bool = False
    """One of its questions is the heading of the page."""
    over: str = ""
    """Words that stand small over that question."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form, or one step of it, for a template."""

    key: str
    language: str
    title: str
    intro: str
    steps: tuple[PageStep, ...]
    problems: tuple[tuple[str, str], ...]
    """For the summary at the top: the id of the question, and the sentence."""
    has_files: bool = False

    @property
    def step(self) -> PageStep:
        """The only step of the page."""
        return self.steps[0]

    @property
    def is_sectioned(self) -> bool:
        """True if its steps need headings of their own."""
        return len(self.steps) > 1
