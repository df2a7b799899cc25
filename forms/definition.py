"""A form as frozen values: its questions, their order and their conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Protocol

CLASSES = ("identity", "contact", "narrative", "decision")
"""The classes case data is sealed in."""

PARTIES = ("person", "speaker", "child", "referrer", "unsafe")
"""The people whose details answers are: the person whom the case concerns, the one who applies for a child, a child, a referrer,
someone to be kept away from the person."""

RECORDS = ("identity", "contact")
"""The records that the party register keeps of each party."""

ANSWERS = "answers"
"""Says of a question that its answer stays with what was sent."""

SKIPS = ("dont_know", "dont_want")
"""The answers that say no answer is given."""

PICTURES = ("call", "message", "mail", "letter", "person")
"""The pictures that a form may show beside an option in the easy way; the web draws them."""

RESERVED = frozenset({"typename"})
"""Names SpiffWorkflow's serializer would take as its own; no key that is sent may be one of them, or begin with ``_``."""

MOST_TEXT = 20_000
"""Characters that a text holds at most when the form sets no lower limit."""


def is_reserved(name: str) -> bool:
    """Return True if a name may not be sent as a key, at any depth."""
    return name in RESERVED or name.startswith("_")


class Condition(Protocol):
    """A FEEL expression, parsed by the caller: this package does not know FEEL."""

    @property
    def names(self) -> frozenset[str]:
        """The free names it reads."""

    def evaluate(self, scope: Mapping[str, object]) -> object:
        """Return its value with the names' values from `scope`."""


class Kind(StrEnum):
    """The kinds of question, in form-js' words."""

    TEXTFIELD = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    SELECT = "select"
    CHECKLIST = "checklist"
    DATE = "datetime"
    FILES = "filepicker"
    ROWS = "dynamiclist"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    value: str
    label: str
    note: str = ""
    picture: str = ""
    """The name of a picture that the easy way shows beside it."""
    is_retired: bool = False
    """Read in older answers, and chosen no more."""


@dataclass(frozen=True, slots=True)
class Limits:
    min_length: int | None = None
    max_length: int = MOST_TEXT
    pattern: str | None = None
    text_type: str | None = None
    """``email`` or ``phone``."""
    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int | None = None
    increment: Decimal | None = None
    not_future: bool = False
    not_past: bool = False
    is_birth: bool = False
    """A day of birth: its year is never guessed."""
    is_near: bool = False
    """A day of the present: within a year before today and five after it."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The reason for a question, and who reads its answer."""

    why: str = ""
    reader: str = ""

    def __bool__(self) -> bool:
        return bool(self.why or self.reader)


@dataclass(frozen=True, slots=True)
class RegisterPlace:
    """The place of an answer in the party register."""

    party: str
    record: str
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question."""

    key: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    """The name under which the page brings the options; ``person`` or ``person:<role>`` are staff."""
    hidden_when: tuple[Condition, ...] = ()
    """Its own condition and those of the groups around it; one that holds hides it."""
    limits: Limits = Limits()
    default: str | None = None
    sealing_class: str = "narrative"
    place: RegisterPlace | None = None
    stays_with_answers: bool = False
    """The form says that no register keeps the answer."""
    is_variable: bool = False
    skips: tuple[str, ...] = ()
    is_easy: bool = False
    """Asked in the easy way, for people who read little."""
    takes_estimate: bool = False
    """Words will do for the day, kept as an estimate."""
    sensitive: bool = False
    disclosure: Disclosure = Disclosure()
    many: bool = False
    """Several files."""
    columns: tuple[Component, ...] = ()
    """The components of each row of a repeating list."""
    order: tuple[str, ...] = ()
    """The questions of a row, each after those its conditions read."""
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The questions in each row; none for a question that is no list."""
        return tuple(fields_of(self.columns))

    @property
    def alone(self) -> str:
        """The value of the option that is chosen without others, as `nobody`; empty if each goes with each."""
        return self.properties.get("alone", "")

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options that may be chosen."""
        return tuple(option for option in self.options if not option.is_retired)

    @property
    def takes_several(self) -> bool:
        return self.kind is Kind.CHECKLIST or (self.kind is Kind.FILES and self.many)

    @property
    def is_choice(self) -> bool:
        return self.kind in {Kind.RADIO, Kind.SELECT, Kind.CHECKLIST}


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one heading."""

    label: str
    hint: str = ""
    components: tuple[Component, ...] = ()
    hidden_when: tuple[Condition, ...] = ()
    disclosure: Disclosure = Disclosure()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Words between the questions, in Markdown."""

    markdown: str
    hidden_when: tuple[Condition, ...] = ()
    disclosure: Disclosure = Disclosure()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Separator:
    """A line or a gap between questions."""

    is_line: bool = True


Component = Field | Group | Text | Separator


def fields_of(components: Sequence[Component]) -> Iterator[Field]:
    """Yield the questions among the components, including those in groups, but not those in rows of lists."""
    for component in components:
        if isinstance(component, Field):
            yield component
        elif isinstance(component, Group):
            yield from fields_of(component.components)


def _read_by_conditions(components: Sequence[Component]) -> Iterator[str]:
    for component in components:
        if isinstance(component, Separator):
            continue
        yield from (name for condition in component.hidden_when for name in condition.names)
        if isinstance(component, Field):
            yield from _read_by_conditions(component.columns)
        elif isinstance(component, Group):
            yield from _read_by_conditions(component.components)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a form that is filled in page by page."""

    number: int
    name: str
    """Short, for the progress line."""
    title: str
    """The page's heading."""
    components: tuple[Component, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(fields_of(self.components))


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """A form. It is compared by identity: what is compiled from it is cached by identity."""

    key: str
    title: str
    steps: tuple[Step, ...]
    intro: str = ""
    is_public: bool = False
    language: str = "fi"
    order: tuple[str, ...] = ()
    """The top questions, each after those its conditions read."""
    given_names: frozenset[str] = frozenset()
    """Names that its conditions read beyond its questions: variables of the case, to be given with the answers."""

    @cached_property
    def components(self) -> tuple[Component, ...]:
        return tuple(component for step in self.steps for component in step.components)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The top-level questions in the order they are asked."""
        return tuple(fields_of(self.components))

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        return {field.key: field for field in self.fields}

    @cached_property
    def variable_names(self) -> frozenset[str]:
        """The questions whose answers a process may read."""
        return frozenset(field.key for field in self.fields if is_variable(field))

    @cached_property
    def decisive(self) -> frozenset[str]:
        """The questions whose answers may decide whether others are asked: those that conditions read, and lists."""
        every = [*self.fields, *(column for field in self.fields for column in field.fields)]
        read = {name for field in every for condition in field.hidden_when for name in condition.names}
        return frozenset(field.key for field in self.fields if field.key in read or field.kind is Kind.ROWS)

    @cached_property
    def condition_names(self) -> frozenset[str]:
        """The names that its conditions read: its own questions, and variables of the case."""
        return frozenset(_read_by_conditions(self.components))

    @cached_property
    def option_sources(self) -> frozenset[str]:
        """The names of the sources from which the caller must bring options."""
        every = [*self.fields, *(column for field in self.fields for column in field.fields)]
        return frozenset(field.options_from for field in every if field.options_from)

    @property
    def reads_variables(self) -> bool:
        """True if showing or checking the form needs the case's variables."""
        return bool(self.given_names) or any(not is_staff(source) for source in self.option_sources)

    def step(self, number: int) -> Step:
        """Return the step with this number, counted from 1."""
        return self.steps[number - 1]


def is_staff(source: str) -> bool:
    """Return True if a source of options is staff: ``person``, or ``person:<role>``."""
    return source.partition(":")[0] == "person"


def is_variable(field: Field) -> bool:
    """Return True if a process may read the answer or, of a list, any part of its rows."""
    return field.is_variable or any(column.is_variable for column in field.fields)


@lru_cache(maxsize=64)
def without(definition: FormDefinition, keys: frozenset[str]) -> FormDefinition:
    """Return the form without some questions, for when their promise cannot be kept. No condition may read them.

    Cached, because compiled schemas are cached by the form's identity.
    """
    steps = (replace(step, components=_without(step.components, keys)) for step in definition.steps)
    order = tuple(key for key in definition.order if key not in keys)
    return replace(definition, steps=tuple(steps), order=order)


def _without(components: tuple[Component, ...], keys: frozenset[str]) -> tuple[Component, ...]:
    return tuple(
        replace(component, components=_without(component.components, keys))
        if isinstance(component, Group)
        else component
        for component in components
        if not (isinstance(component, Field) and component.key in keys)
    )


@lru_cache(maxsize=64)
def as_answered(definition: FormDefinition, answered: frozenset[str]) -> FormDefinition:
    """Return the form with the questions that were asked when these were answered, for when the variables of that moment are gone.

    A condition on a variable that let through an answered question hid nothing; questions behind any other such condition are
    left out. A day that had to be to come may have passed. What rows read stays in `given_names`. Cached like `without`.
    """
    names = definition.given_names
    passed = {
        condition
        for key in answered & definition.by_key.keys()
        for condition in definition.by_key[key].hidden_when
        if condition.names & names
    }
    steps = tuple(
        replace(step, components=tuple(_passing(step.components, names, passed))) for step in definition.steps
    )
    kept = {field.key: field for step in steps for field in step.fields}
    in_rows = {
        name
        for field in kept.values()
        for column in field.fields
        for condition in column.hidden_when
        for name in condition.names
    }
    order = tuple(key for key in definition.order if key in kept)
    return replace(definition, steps=steps, order=order, given_names=names & in_rows)


def _passing(
    components: Sequence[Component], names: frozenset[str], passed: Set[Condition]
) -> Iterator[Component]:
    for component in components:
        if isinstance(component, Separator):
            yield component
            continue
        reading = {condition for condition in component.hidden_when if condition.names & names}
        if not reading <= passed:
            continue
        conditions = tuple(each for each in component.hidden_when if each not in reading)
        if isinstance(component, Group):
            inside = tuple(_passing(component.components, names, passed))
            if component.components and not inside:
                continue
            yield replace(component, hidden_when=conditions, components=inside)
        elif isinstance(component, Field):
            limits = replace(component.limits, not_past=False)
            columns = tuple(_passing(component.columns, frozenset(), passed))
            yield replace(component, hidden_when=conditions, limits=limits, columns=columns)
        else:
            yield replace(component, hidden_when=conditions)
