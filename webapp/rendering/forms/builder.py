"""Turns components of a form into parts of a page. A dependent question goes inside the choice that opens it.

A gate is a CSS class that shows or hides a part by an answer elsewhere on the page (`premises.Gates`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.conditions import is_hidden
from forms.definition import Component, Condition, Field, Group, Kind, Separator, Text, fields_of
from forms.typed import ROWS, SKIP, row_count
from forms.views import WORDS
from webapp.rendering.forms.given import Given
from webapp.rendering.forms.looks import SHAPES, TYPES, css_of, in_columns, input_mode
from webapp.rendering.forms.parts import (
    Choice,
    FormRow,
    Gated,
    Line,
    Part,
    Prose,
    Question,
    RowList,
    Section,
    anchor,
)
from webapp.rendering.forms.premises import (
    Premise,
    names_in,
    needs_any_answer,
    opens_without,
    own_conditions,
    premises_of,
    ways_of,
)
from webapp.rendering.forms.texts import PAGE_WORDS, markdown
from webapp.rendering.words.labels import ONLY_IF_ANSWERED, ONLY_IF_IN_CASE


@dataclass(slots=True)
class _Block:
    """The components that follow a question with choices and depend on it: those inside a choice, and the others."""

    inside: dict[str, list[Component]] = field(default_factory=dict)
    after: list[Component] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds the parts of one place: a step, a group, a row, the inside of a choice."""

    given: Given
    prefix: str = ""
    around: tuple[Condition, ...] = ()
    settled: frozenset[str] = frozenset()
    """Questions whose answer is certain in this place."""
    sure: Mapping[str, object] = field(default_factory=dict)
    """The certain answers."""
    is_inner: bool = False

    def parts(self, components: Sequence[Component]) -> tuple[Part, ...]:
        drawn: list[Part] = []
        rest = [component for component in components if not self._is_decided_away(component)]
        while rest:
            first, count = rest[0], 1
            if isinstance(first, Field) and (first.is_choice or first.kind is Kind.CHECKBOX):
                count, block = self._block(first, rest)
                drawn.append(self._with_dependants(first, block))
                rest[count:count] = block.after
            else:
                drawn.append(self._gated(first))
            rest = rest[count:]
        return tuple(drawn)

    # --- dependencies

    def _is_decided_away(self, component: Component) -> bool:
        """Return True for a component that answers on other pages hide."""
        conditions = own_conditions(component, self.around)
        decided = [one for one in conditions if not one.names & self._open_names()]
        return is_hidden(decided, {**self.given.scope, **self.sure})

    def _open_names(self) -> frozenset[str]:
        return (self.given.page_names | frozenset(self._columns())) - self.settled

    def _columns(self) -> Mapping[str, Field]:
        """Return the questions of the row that this place belongs to, by key; empty outside rows."""
        asked = self.given.fields.get(self.prefix.partition(".")[0]) if self.prefix else None
        return {column.key: column for column in asked.fields} if asked else {}

    def _names(self, component: Component) -> frozenset[str]:
        return names_in(own_conditions(component, self.around)) & self._open_names()

    def _block(self, asked: Field, components: Sequence[Component]) -> tuple[int, _Block]:
        """Return how many of the components belong to the question, itself included, and the place of each."""
        block, keys, count = _Block(), {asked.key}, 1
        places: dict[str, list[Component]] = {}
        for component in components[1:]:
            names = self._names(component)
            if not names or not names <= keys:
                break
            count += 1
            new = [one.key for one in fields_of([component])]
            keys |= set(new)
            place = self._place(asked, component, names, block, places)
            places |= dict.fromkeys(new, place)
        return count, block

    def _place(
        self,
        asked: Field,
        component: Component,
        names: frozenset[str],
        block: _Block,
        places: Mapping[str, list[Component]],
    ) -> list[Component]:
        """Place a dependent component: inside the choice that opens it, beside the one it depends on, or after the question."""
        premises = self._premises(component) if names == {asked.key} else None
        choice = premises[0].only_choice if premises else None
        homes = [places[name] for name in names if name in places]
        if choice and asked.kind is not Kind.SELECT:
            place = block.inside.setdefault(choice, [])
        elif (
            homes
            and all(home is homes[0] for home in homes)
            and self._opens_in(homes[0], asked, component, block)
        ):
            place = homes[0]
        else:
            place = block.after
        place.append(component)
        return place

    def _opens_in(self, home: list[Component], asked: Field, component: Component, block: _Block) -> bool:
        """Return False if another choice than the one around this home also opens the component."""
        around = next((value for value, inside in block.inside.items() if inside is home), None)
        return around is None or not opens_without(
            component, asked, around, self._known(), {**self.given.scope, **self.sure}
        )

    def _premises(self, component: Component) -> tuple[Premise, ...] | None:
        """Return the answers on this page that decide about the component; None if trying choices can't show it."""
        known = self._known()
        asked = [known[name] for name in sorted(self._names(component)) if name in known]
        if len(asked) != len(self._names(component)):
            return None
        settled = {name: value for name, value in self.sure.items() if name not in self._names(component)}
        conditions = own_conditions(component, self.around)
        return premises_of(conditions, asked, {**self.given.scope, **settled})

    def _gated(self, component: Component) -> Part:
        """Build the part behind its gates; with a note of its condition if the style sheet can't hide it."""
        if not self._names(component):
            return self._part(component)
        gates = self.gates_of(component)
        return (
            Gated(gates, self._only_if(component), self._part(component))
            if gates
            else self._part(component, self._only_if(component))
        )

    def gates_of(self, component: Component) -> tuple[str, ...]:
        """Return the CSS classes of the component's gates; empty if the style sheet can't express them."""
        premises = self._premises(component)
        if premises and any(one.otherwise and self._may_be_hidden(one.key) for one in premises):
            premises = None  # A chosen answer that is hidden itself must not hide others.
        needed, enough = (premises, ()) if premises else self._ways(component)
        gates = [self._gate(premise) for premise in needed]
        if enough:
            gates.append(self._gate(*enough))
        return tuple(gate for gate in gates if gate) if all(gates) else ()

    def _ways(self, component: Component) -> tuple[tuple[Premise, ...], tuple[Premise, ...]]:
        """Return premises that must all hold, and premises of which one must hold; none if no choices decide."""
        names = self._names(component)
        known = self._known()
        if not names or not names <= known.keys():
            return (), ()
        open_names = self._open_names()
        decide = {key: one for key, one in known.items() if key in open_names}
        settled = {name: value for name, value in self.sure.items() if name not in names}
        conditions = own_conditions(component, self.around)
        return ways_of(conditions, decide, {**self.given.scope, **settled}) or ((), ())

    def _gate(self, *premises: Premise) -> str | None:
        known, columns = self._known(), self._columns()
        return self.given.gates.gate(
            *(
                (self.prefix if premise.key in columns else "", premise, known[premise.key])
                for premise in premises
            )
        )

    def _may_be_hidden(self, key: str) -> bool:
        return bool(names_in(self._known()[key].hidden_when) & self._open_names())

    def _known(self) -> Mapping[str, Field]:
        return {**self.given.fields, **self._columns()}

    def _with_dependants(self, asked: Field, block: _Block) -> Part:
        """Build the question, with the parts that a choice opens inside that choice."""
        question = self._question(asked)
        more = {}
        for value, components in block.inside.items():
            sure = {**self.sure, asked.key: _sure(asked, value)}
            inside = replace(self, settled=self.settled | {asked.key}, sure=sure, is_inner=True)
            more[value] = inside.parts(components)
        choices = tuple(replace(choice, more=more.get(choice.value, ())) for choice in question.choices)
        in_columns = question.in_columns and not any(choice.more for choice in choices)
        made = replace(question, choices=choices, in_columns=in_columns)
        gates = self.gates_of(asked) if self._names(asked) else ()
        if gates:
            return Gated(gates, self._only_if(asked), made)
        return replace(made, only_if=self._only_if(asked)) if self._names(asked) else made

    # --- the parts

    def _part(self, component: Component, only_if: str = "") -> Part:
        if isinstance(component, Separator):
            return Line(component.is_line)
        if isinstance(component, Text):
            return Prose(markdown(component.markdown), only_if, self.given.why(component.disclosure))
        if isinstance(component, Group):
            return self._section(component, only_if)
        if component.kind is Kind.ROWS:
            return self._rows(component, only_if)
        return replace(self._question(component), only_if=only_if)

    def _section(self, group: Group, only_if: str) -> Section:
        inside = replace(self, around=group.hidden_when, is_inner=self.is_inner)
        return Section(
            label=group.label,
            parts=inside.parts(group.components),
            hint=group.hint,
            only_if=only_if,
            warning=self.given.say(PAGE_WORDS["warning"]) if group.sensitive else "",
            why=self.given.why(group.disclosure),
        )

    def _rows(self, asked: Field, only_if: str) -> RowList:
        say = self.given.say
        label = asked.properties.get("row_label") or say(PAGE_WORDS["row"])
        # An untouched list shows one empty row: blank rows are no answers, and it saves a page for most.
        count = max(row_count(asked, self.given.typed), 0 if asked.key + ROWS in self.given.typed else 1)
        rows = []
        for index in range(count):
            inside = replace(self, prefix=f"{asked.key}.{index}.", around=(), is_inner=True)
            name = f"{label} {index + 1}"
            removal = say(PAGE_WORDS["remove"])
            rows.append(FormRow(index, name, f"{asked.key}.{index}", removal, inside.parts(asked.columns)))
        return RowList(
            id=anchor(asked.key),
            name=asked.key,
            label=asked.label,
            add_label=asked.properties.get("add_label") or say(PAGE_WORDS["add"]),
            hint=asked.hint,
            only_if=only_if,
            problem=self.given.sentences.get(asked.key, ""),
            is_inner=self.is_inner,
            why=self.given.why(asked.disclosure),
            can_wait=asked.properties.get("can_wait") == "true",
            source=self.given.sources.get(asked.key, ""),
            rows=tuple(rows),
        )

    def _question(self, asked: Field) -> Question:
        name = self.prefix + asked.key
        texts = self.given.typed.get(name, ())
        choices, is_public = self._choices(asked, name, texts), self.given.is_public
        return Question(
            shape=SHAPES[asked.kind],
            id=anchor(name),
            name=name,
            label=asked.label,
            hint=self._hint(asked),
            problem=self.given.sentences.get(name, ""),
            is_optional=not (asked.required or asked.skips or is_public or asked.kind is Kind.CHECKBOX),
            is_required=asked.required,
            is_marked=asked.required and is_public,
            is_inner=self.is_inner,
            value=texts[0] if texts else "",
            css=css_of(asked),
            input_type=TYPES.get(asked.limits.text_type or "", "text"),
            input_mode=input_mode(asked),
            is_multiple=asked.many,
            in_columns=in_columns(choices),
            choices=choices,
            skips=()
            if asked.is_choice
            else self._skips(asked, name + SKIP, self.given.typed.get(name + SKIP, ())),
            why=self.given.why(asked.disclosure),
            reason=self.given.reasons.get(name),
            can_wait=asked.properties.get("can_wait") == "true",
            source=self.given.sources.get(name, ""),
        )

    def _choices(self, asked: Field, name: str, texts: Sequence[str]) -> tuple[Choice, ...]:
        if asked.kind is Kind.CHECKBOX:
            return (
                Choice(anchor(name), name, "true", asked.label, is_checked="true" in texts or "on" in texts),
            )
        offered = [
            (option.value, option.label, option.note, option.picture if self.given.has_pictures else "")
            for option in asked.options
            # One that is retired stands in an older draft: it is shown, and refused when it is sent.
            if not option.is_retired or option.value in texts
        ] or [
            (value, label, "", "")
            for value, label in self.given.choices.get(asked.options_from or "", {}).items()
        ]
        own = tuple(
            Choice(
                f"{anchor(name)}-{value}",
                name,
                value,
                label,
                note,
                value in texts,
                marks=self.given.gates.marks_of(name, value),
                picture=picture,
            )
            for value, label, note, picture in offered
            if value not in self.given.withheld.get(asked.key, ())
        )
        chosen = [*texts, *self.given.typed.get(name + SKIP, ())]
        return own + self._skips(asked, name, chosen) if asked.is_choice else own

    def _skips(self, asked: Field, name: str, texts: Sequence[str]) -> tuple[Choice, ...]:
        say, begin = self.given.say, anchor(name)
        return tuple(
            Choice(f"{begin}-{skip}", name, skip, say(WORDS[skip]), "", skip in texts, is_quiet=True)
            for skip in asked.skips
        )

    def _hint(self, asked: Field) -> str:
        own = self.given.hints.get(asked.key) or asked.hint or self._usual_hint(asked)
        note = self.given.notes.get(asked.key, "")
        # An example of a day ends without a full stop.
        hint = f"{own}{'' if own.endswith('.') else '.'} {note}" if own and note else own or note
        if asked.takes_estimate:
            hint = f"{hint} {self.given.say(PAGE_WORDS['estimate_hint'])}".strip()
        # Another question's options are withheld for what its page says: only a way can be unsafe.
        if not self.given.withheld.get(asked.key) or not asked.key.endswith("channel"):
            return hint
        return f"{hint} {self.given.say(PAGE_WORDS['withheld'])}".strip()

    def _usual_hint(self, asked: Field) -> str:
        if asked.kind is Kind.DATE and not asked.takes_estimate:
            return self.given.say(PAGE_WORDS[_usual_day(asked)])
        return self.given.say(PAGE_WORDS["many_hint"]) if asked.kind is Kind.CHECKLIST else ""

    def _only_if(self, component: Component) -> str:
        """Return the condition of a component in words, for one that neither server nor style sheet can hide."""
        premises = self._premises(component) or ()
        say = self.given.say
        if len(premises) != 1:
            return (
                say(PAGE_WORDS["only_if_needed"]) if self.given.is_public else self._only_if_here(component)
            )
        premise = premises[0]
        asked = self._columns().get(premise.key) or self.given.fields[premise.key]
        if premise.otherwise and not premise.opens:
            return say(PAGE_WORDS["unless_answered"]) % {"question": asked.label}
        labels = [
            option.label
            for option in asked.options
            if (option.value in premise.opens) is not premise.otherwise
        ]
        answers = f" {say(PAGE_WORDS['or'])} ".join(f"”{label}”" for label in labels or [say(WORDS["yes"])])
        return say(PAGE_WORDS["unless" if premise.otherwise else "only_if"]) % {
            "question": asked.label,
            "answers": answers,
        }

    def _only_if_here(self, component: Component) -> str:
        """Return the note of a staff form's component: it waits for a day or for words, or for what can't be tried out."""
        say = self.given.say
        asked = [self._known()[name] for name in self._names(component) & self._known().keys()]
        conditions = own_conditions(component, self.around)
        if len(asked) == 1 and needs_any_answer(conditions, asked[0], {**self.given.scope, **self.sure}):
            return say(ONLY_IF_ANSWERED) % {"question": asked[0].label}
        return say(ONLY_IF_IN_CASE)


def _usual_day(asked: Field) -> str:
    """Return the name of the example beside a day, which is a likely answer: not a day to come where none is taken, and no child
    of today in 1990."""
    if not asked.limits.is_birth:
        return "past_hint" if asked.limits.not_future else "date_hint"
    is_childs = asked.place is not None and asked.place.party == "child"
    return "childs_birth_hint" if is_childs else "birth_hint"


def _sure(asked: Field, value: str) -> object:
    """Return the answer to a question given that this choice is chosen."""
    if asked.kind is Kind.CHECKBOX:
        return True
    return [value] if asked.kind is Kind.CHECKLIST else value
