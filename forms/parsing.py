"""Reads a form as form-js writes it (JSON, schemaVersion 19). Refuses what would not be shown or checked as written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.components import (
    GROUP_PROPERTIES,
    REFUSED_KINDS,
    TEXT_PROPERTIES,
    Inherited,
    condition_of,
    disclosure_of,
    make_field,
    prose,
)
from forms.conditions import in_order, names_read
from forms.definition import (
    PARTIES,
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
from forms.errors import InvalidDefinition, KeyTwice, PartInItself, UnknownPart
from forms.inclusion import NO_PARTS, Parts, check_inclusion, included_part
from forms.source import Source, flag, read_source, text_of

SCHEMA_VERSION = 19
MOST_DEPTH = 12
MOST_FIELDS = 300
FORM_PROPERTIES = frozenset({"title", "intro", "public", "party"})
PART_PROPERTIES = frozenset({"title"})

Parse = Callable[[str], Condition]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The settings and conditions that a component takes over from the components around it."""

    file: str
    """The key of the form or part in which it is written."""
    parse: Parse
    parts: Parts
    settings: Inherited
    path: str = ""
    depth: int = 0
    conditions: tuple[Condition, ...] = ()
    in_rows: bool = False
    including: tuple[str, ...] = ()
    """The keys of the parts around it, the outermost first."""
    keys: dict[str, str] = field(default_factory=dict)
    """The keys of the questions read so far in the form, or in the row, each with the file in which it is written."""


def parse_form(key: str, data: bytes, *, parse: Parse, parts: Parts = NO_PARTS) -> FormDefinition:
    """Return the form in `data` with its parts in place. `parse` reads a FEEL expression and raises its own refusal."""
    root = read_source(key, data)
    _check_root(root, FORM_PROPERTIES)
    return _definition(root, Surroundings(key, parse, parts, Inherited().within(root)))


def parse_part(key: str, data: bytes, *, parse: Parse, parts: Parts = NO_PARTS) -> FormDefinition:
    """Return a part by itself, with its questions as they will be in a form."""
    root = read_source(key, data)
    _check_root(root, PART_PROPERTIES)
    if not root.children():
        raise root.refused("Osassa ei ole yhtään kysymystä eikä tekstiä.")
    return _definition(root, Surroundings(key, parse, parts, Inherited(party=PARTIES[0]), including=(key,)))


def _definition(root: Source, around: Surroundings) -> FormDefinition:
    components = _read(root, around)
    fields = tuple(fields_of([component for _, component in components]))
    title = text_of(root.properties, "title") or around.file
    return FormDefinition(
        key=around.file,
        title=title,
        steps=_steps(around.file, title, components),
        intro=text_of(root.properties, "intro"),
        is_public=flag(root, "public"),
        order=in_order(fields),
        given_names=_given_names(fields, [component for _, component in components]),
    )


def _check_root(root: Source, properties: frozenset[str]) -> None:
    key = root.where
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
    root.check_properties(properties)


def _read(parent: Source, around: Surroundings) -> list[tuple[Source, Component]]:
    """Return the components inside one, each with its source; an included part is replaced by its components."""
    if around.depth > MOST_DEPTH:
        raise parent.refused("Lomakkeessa on liian monta sisäkkäistä tasoa.")
    inside = replace(around, depth=around.depth + 1)
    found: list[tuple[Source, Component]] = []
    for raw in parent.children():
        source = Source(_path(around, raw), raw)
        part = included_part(raw)
        if part is None:
            found.append((source, _component(source, inside)))
        else:
            found += _read_part(part, source, inside)
    return found


def _path(around: Surroundings, child: Mapping[str, object]) -> str:
    name = child.get("key") or child.get("path") or child.get("id") or child.get("type") or "?"
    return f"{around.path}{name}"


def _read_part(key: str, place: Source, around: Surroundings) -> list[tuple[Source, Component]]:
    check_inclusion(place)
    if key not in around.parts:
        raise UnknownPart(place.where, "Osaa ”%(part)s” ei ole.", part=key)
    if key in around.including:
        chain = " → ".join((*around.including[around.including.index(key) :], key))
        raise PartInItself(place.where, "Osa on itsensä sisällä: %(chain)s.", chain=chain)
    root = read_source(key, around.parts[key])
    _check_root(root, PART_PROPERTIES)
    inside = replace(
        around,
        file=key,
        settings=around.settings.within(place),
        conditions=around.conditions + condition_of(place, around.parse),
        including=(*around.including, key),
    )
    return _read(root, inside)


def _component(source: Source, around: Surroundings) -> Component:
    kind = source.get("type")
    inside = replace(
        around,
        settings=around.settings.within(source),
        conditions=around.conditions + condition_of(source, around.parse),
    )
    if kind in ("separator", "spacer"):
        source.check_properties(frozenset())
        return Separator(is_line=kind == "separator")
    if kind == "text":
        source.check_properties(TEXT_PROPERTIES)
        return Text(prose(source), inside.conditions, disclosure_of(source), flag(source, "sensitive"))
    if kind == "group":
        return _group(source, inside)
    if kind not in list(Kind):
        raise source.refused(
            REFUSED_KINDS.get(
                str(kind), "Osia, joiden tyyppi on ”%(kind)s”, ei voi käyttää näissä lomakkeissa."
            ),
            kind=kind,
        )
    return _rows(source, inside) if kind == Kind.ROWS else _question(source, inside)


def _question(source: Source, around: Surroundings) -> Field:
    made = make_field(source, around.conditions, around.settings)
    first = around.keys.get(made.key)
    if first is not None:
        raise KeyTwice(
            source.where,
            "Kahdella kysymyksellä on tämä avain: tiedostoissa %(first)s.form ja %(second)s.form.",
            first=first,
            second=around.file,
        )
    if len(around.keys) == MOST_FIELDS:
        raise source.refused("Lomakkeessa on enemmän kuin %(most)s kysymystä.", most=MOST_FIELDS)
    around.keys[made.key] = around.file
    return made


def _group(source: Source, around: Surroundings) -> Group:
    source.check_properties(GROUP_PROPERTIES)
    if source.get("path"):
        raise source.refused("Ryhmällä ei ole polkua: sen kysymykset kuuluvat lomakkeeseen.")
    return Group(
        label=text_of(source.raw, "label"),
        hint=text_of(source.raw, "description"),
        components=tuple(component for _, component in _read(source, around)),
        hidden_when=around.conditions,
        disclosure=disclosure_of(source),
        sensitive=flag(source, "sensitive"),
    )


def _rows(source: Source, around: Surroundings) -> Field:
    if around.in_rows:
        raise source.refused("Toistuvan luettelon sisällä ei voi olla toista.")
    key = text_of(source.raw, "path")
    # A row is somebody else than the one whom the questions around it concern: the list says who.
    settings = replace(around.settings, party=text_of(source.properties, "party"))
    within = replace(around, settings=settings, path=f"{key}.", conditions=(), in_rows=True, keys={})
    columns = tuple(component for _, component in _read(source, within))
    fields = tuple(fields_of(columns))
    if not fields:
        raise source.refused("Toistuvassa luettelossa pitää olla ainakin yksi kysymys.")
    made = _question(source, around)
    _check_class(key, made, fields)
    return replace(made, columns=columns, order=in_order(fields, f"{key}."))


def _check_class(key: str, rows: Field, columns: Sequence[Field]) -> None:
    for column in columns:
        if column.sealing_class != rows.sealing_class:
            raise InvalidDefinition(
                f"{key}.{column.key}",
                "Rivit salataan yhdessä luokassa ”%(name)s”. Anna luokka luettelolle, ei sen kysymyksille.",
                name=rows.sealing_class,
            )


def _given_names(fields: Sequence[Field], components: Sequence[Component]) -> frozenset[str]:
    """Return the names that conditions read beyond the form's own questions."""
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
    """Return the components divided into steps at those that begin one; a single step if none does."""
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
