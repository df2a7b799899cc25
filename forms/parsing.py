"""Reads a form as form-js writes it (JSON, schemaVersion 19) and refuses what would not be shown or checked as written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from forms.components import (
    LAYOUT_KINDS,
    REFUSED_KINDS,
    Source,
    condition_of,
    disclosure_of,
    flag,
    make_field,
    prose,
    text_of,
)
from forms.conditions import in_order, names_read
from forms.definition import (
    Component,
    Condition,
    Field,
    FormDefinition,
    Group,
    Kind,
    Separator,
    Step,
    Text,
    fields_of,
)
from forms.errors import InvalidDefinition

SCHEMA_VERSION = 19
MOST_BYTES = 1_000_000
MOST_DEPTH = 12
MOST_FIELDS = 300

Parse = Callable[[str], Condition]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a component takes over from what is around it."""

    path: str
    parse: Parse
    conditions: tuple[Condition, ...] = ()
    sealing_class: str | None = None
    in_rows: bool = False


def parse_form(key: str, data: bytes, *, parse: Callable[[str], Condition]) -> FormDefinition:
    """The form in `data`. `parse` reads a FEEL expression and raises its own refusal."""
    root = Source(key, _json(key, data))
    _check_root(key, root)
    around = Surroundings("", parse)
    components = [(source, _component(source, around)) for source in _children(root, around)]
    fields = tuple(fields_of([component for _, component in components]))
    _check_keys(fields)
    return FormDefinition(
        key=key,
        title=text_of(root.properties, "title") or key,
        steps=_steps(key, text_of(root.properties, "title") or key, components),
        intro=text_of(root.properties, "intro"),
        is_public=flag(root, "public"),
        order=in_order(fields),
        given_names=_given_names(fields, [component for _, component in components]),
    )


def _json(key: str, data: bytes) -> Mapping[str, object]:
    if len(data) > MOST_BYTES:
        raise InvalidDefinition(key, "Lomake on suurempi kuin %(most)s kB.", most=MOST_BYTES // 1000)
    try:
        loaded = json.loads(data.decode(), object_pairs_hook=_pairs, parse_constant=_constant)
    except (ValueError, RecursionError) as problem:
        raise InvalidDefinition(
            key, "Tiedosto ei ole luettavaa JSONia (%(problem)s).", problem=problem
        ) from None
    if not isinstance(loaded, dict):
        raise InvalidDefinition(key, "Lomake on JSON-olio.")
    return loaded


def _pairs(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same name twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _check_root(key: str, root: Source) -> None:
    if root.get("schemaVersion") != SCHEMA_VERSION:
        raise root.refused(
            "Lomakkeen schemaVersion on %(found)s, mutta ohjelma lukee versiota %(known)s.",
            found=root.get("schemaVersion") or "–",
            known=SCHEMA_VERSION,
        )
    if root.get("type", "default") != "default":
        raise root.refused("Lomakkeen uloimman osan tyyppi on ”default”.")
    if root.get("id") != key:
        raise root.refused(
            "Lomakkeen id on ”%(found)s”. Sen pitää olla lomakkeen avain, ”%(key)s”.",
            found=root.get("id") or "–",
            key=key,
        )
    root.check_properties({"title", "intro", "public"})


def _children(parent: Source, around: Surroundings) -> list[Source]:
    children = parent.get("components", [])
    if not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
        raise parent.refused("Kohdan ”components” pitää olla luettelo osista.")
    if around.path.count(".") + len(around.conditions) > MOST_DEPTH:
        raise parent.refused("Lomakkeessa on liian monta sisäkkäistä tasoa.")
    return [Source(_path(around, child), child) for child in children]


def _path(around: Surroundings, child: Mapping[str, object]) -> str:
    name = child.get("key") or child.get("path") or child.get("id") or child.get("type") or "?"
    return f"{around.path}{name}"


def _component(source: Source, around: Surroundings) -> Component:
    kind = source.get("type")
    conditions = around.conditions + condition_of(source, around.parse)
    if kind in ("separator", "spacer"):
        source.check_properties(set())
        return Separator(is_line=kind == "separator")
    if kind == "text":
        source.check_properties(LAYOUT_KINDS)
        return Text(prose(source), conditions, disclosure_of(source), flag(source, "sensitive"))
    inside = replace(
        around,
        conditions=conditions,
        sealing_class=text_of(source.properties, "class") or around.sealing_class,
    )
    if kind == "group":
        return _group(source, inside)
    if kind == Kind.ROWS:
        return _rows(source, inside)
    if kind not in list(Kind):
        raise source.refused(
            REFUSED_KINDS.get(
                str(kind), "Osia, joiden tyyppi on ”%(kind)s”, ei voi käyttää näissä lomakkeissa."
            ),
            kind=kind,
        )
    return make_field(source, conditions, inside.sealing_class)


def _group(source: Source, around: Surroundings) -> Group:
    source.check_properties(LAYOUT_KINDS | {"class"})
    if source.get("path"):
        raise source.refused("Ryhmällä ei ole polkua: sen kysymykset kuuluvat lomakkeeseen.")
    components = tuple(_component(child, around) for child in _children(source, around))
    return Group(
        label=text_of(source.raw, "label"),
        hint=text_of(source.raw, "description"),
        components=components,
        hidden_when=around.conditions,
        disclosure=disclosure_of(source),
        sensitive=flag(source, "sensitive"),
    )


def _rows(source: Source, around: Surroundings) -> Field:
    if around.in_rows:
        raise source.refused("Toistuvan luettelon sisällä ei voi olla toista.")
    key = text_of(source.raw, "path")
    within = replace(around, path=f"{key}.", conditions=(), in_rows=True)
    columns = tuple(_component(child, within) for child in _children(source, within))
    fields = tuple(fields_of(columns))
    if not fields:
        raise source.refused("Toistuvassa luettelossa pitää olla ainakin yksi kysymys.")
    made = make_field(source, around.conditions, around.sealing_class)
    _check_columns(key, made, fields)
    return replace(made, columns=columns, order=in_order(fields, f"{key}."))


def _check_columns(key: str, rows: Field, columns: Sequence[Field]) -> None:
    _check_keys(columns, f"{key}.")
    for column in columns:
        if column.sealing_class != rows.sealing_class:
            raise InvalidDefinition(
                f"{key}.{column.key}",
                "Rivit salataan yhdessä luokassa ”%(name)s”. Anna luokka luettelolle, ei sen kysymyksille.",
                name=rows.sealing_class,
            )


def _check_keys(fields: Sequence[Field], where: str = "") -> None:
    if len(fields) > MOST_FIELDS:
        raise InvalidDefinition(where, "Lomakkeessa on enemmän kuin %(most)s kysymystä.", most=MOST_FIELDS)
    seen: set[str] = set()
    for field in fields:
        if field.key in seen:
            raise InvalidDefinition(where + field.key, "Kahdella kysymyksellä on tämä avain.")
        seen.add(field.key)


def _given_names(fields: Sequence[Field], components: Sequence[Component]) -> frozenset[str]:
    """What the conditions read beyond the form's own questions."""
    read = frozenset(name for field in fields for name in names_read(field)) | _layout_names(components)
    return read - {field.key for field in fields}


def _layout_names(components: Sequence[Component]) -> frozenset[str]:
    names: set[str] = set()
    for component in components:
        if isinstance(component, Group | Text):
            names |= {name for condition in component.hidden_when for name in condition.names}
        if isinstance(component, Group):
            names |= _layout_names(component.components)
    return frozenset(names)


def _steps(key: str, title: str, components: Sequence[tuple[Source, Component]]) -> tuple[Step, ...]:
    """The components cut where one begins a step; one step when none does."""
    begins = [index for index, (source, _) in enumerate(components) if "step" in source.properties]
    if not begins:
        return (Step(1, title, title, tuple(component for _, component in components)),)
    if begins[0] != 0:
        raise InvalidDefinition(
            key, "Kun jokin osa aloittaa vaiheen, lomakkeen ensimmäisen osan pitää aloittaa sellainen."
        )
    ends = [*begins[1:], len(components)]
    return tuple(
        _step(number, components[begin:end])
        for number, (begin, end) in enumerate(zip(begins, ends, strict=True), start=1)
    )


def _step(number: int, components: Sequence[tuple[Source, Component]]) -> Step:
    properties = components[0][0].properties
    name = text_of(properties, "step")
    return Step(
        number,
        name,
        text_of(properties, "step_title") or name,
        tuple(component for _, component in components),
    )
