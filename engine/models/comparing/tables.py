"""Compares two states of a decision table: its columns, its rules, and its hit policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine import xml
from engine.models.comparing.values import Change, Detail, Words, details, places

TABLE_LABELS: Final = {
    "name": "Nimi",
    "description": "Kuvaus",
    "policy": "Mikä rivi ratkaisee",
    "aggregation": "Yhdistäminen",
    "expression": "Lauseke",
    "requires": "Tarvitsee",
}
COLUMN_LABELS: Final = {
    "label": "Otsikko",
    "expression": "Lauseke",
    "name": "Muuttuja",
    "type": "Tyyppi",
    "values": "Sallitut arvot",
    "default": "Oletusarvo",
}
POLICIES: Final = {
    "UNIQUE": "yksi ainoa rivi sopii (UNIQUE)",
    "FIRST": "ensimmäinen sopiva rivi (FIRST)",
    "PRIORITY": "tärkein sopiva rivi (PRIORITY)",
    "ANY": "mikä tahansa, sama tulos (ANY)",
    "COLLECT": "kaikki sopivat rivit (COLLECT)",
    "RULE ORDER": "kaikki sopivat rivit järjestyksessä (RULE ORDER)",
    "OUTPUT ORDER": "kaikki tulokset tärkeysjärjestyksessä (OUTPUT ORDER)",
}


@dataclass(frozen=True)
class Table:
    """One decision table as its file holds it."""

    facts: Mapping[str, str]
    inputs: Mapping[str, Mapping[str, str]]
    outputs: Mapping[str, Mapping[str, str]]
    rules: Mapping[str, tuple[Mapping[str, str], str]]
    """Rule to its cells by column, and its remark."""

    @property
    def columns(self) -> Mapping[str, str]:
        """The heading of each column, by its id."""
        return {
            key: each.get("label") or each.get("name") or each.get("expression") or key
            for key, each in {**self.inputs, **self.outputs}.items()
        }


NOTHING: Final = Table({}, {}, {}, {})


def compare_tables(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changes of a file's tables. Raise XmlRefused if one state can't be read."""
    old, new = tables_of(before, words), tables_of(after, words)
    return tuple(
        change
        for key in {**new, **old}
        for change in _of_table(key, old.get(key, NOTHING), new.get(key, NOTHING), words)
    )


def _of_table(key: str, old: Table, new: Table, words: Words) -> Iterator[Change]:
    name = new.facts.get("name") or old.facts.get("name") or key
    if not old.facts or not new.facts:
        yield Change("removed" if old.facts else "added", words.say("päätös"), name, (), key)
        return
    found = tuple(details(TABLE_LABELS, old.facts, new.facts, words))
    if found:
        yield Change("changed", words.say("päätös"), name, found, key)
    yield from _of_columns(words.say("ehdon sarake"), old.inputs, new.inputs, words)
    yield from _of_columns(words.say("tuloksen sarake"), old.outputs, new.outputs, words)
    yield from _of_rules(old, new, words)


def _of_columns(
    what: str, old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]], words: Words
) -> Iterator[Change]:
    for key in {**new, **old}:
        before, after = old.get(key, {}), new.get(key, {})
        name = next(
            filter(None, ((after or before).get(each) for each in ("label", "name", "expression"))), key
        )
        found = tuple(details(COLUMN_LABELS, before, after, words))
        if not before or not after:
            yield Change("removed" if before else "added", what, name, found if after else (), key)
        elif found:
            yield Change("changed", what, name, found, key)


def _of_rules(old: Table, new: Table, words: Words) -> Iterator[Change]:
    numbers = {key: place for place, key in enumerate(old.rules, 1)} | {
        key: place for place, key in enumerate(new.rules, 1)
    }
    elsewhere = places(old.rules, new.rules)
    labels = {**old.columns, **new.columns}
    for key in {**new.rules, **old.rules}:
        name = f"{words.say('Rivi')} {numbers[key]}"
        found = [*_cells(old.rules.get(key), new.rules.get(key), labels, words)]
        if key in elsewhere:
            then, now = elsewhere[key]
            found.append(Detail("place", words.say("Paikka"), f"{then}.", f"{now}."))
        if key not in old.rules or key not in new.rules:
            state: Any = "removed" if key in old.rules else "added"
            yield Change(state, words.say("rivi"), name, tuple(found), key)
        elif found:
            yield Change("changed", words.say("rivi"), name, tuple(found), key)


def _cells(
    old: tuple[Mapping[str, str], str] | None,
    new: tuple[Mapping[str, str], str] | None,
    labels: Mapping[str, str],
    words: Words,
) -> Iterator[Detail]:
    before, remark_before = old or ({}, "")
    after, remark_after = new or ({}, "")
    for column, label in labels.items():
        then, now = before.get(column, ""), after.get(column, "")
        if then != now and {then, now} != {"", "-"}:
            yield Detail(column, label, then, now)
    if remark_before != remark_after:
        yield Detail("description", words.say("Kuvaus"), remark_before, remark_after)


def tables_of(data: bytes, words: Words) -> dict[str, Table]:
    return {node.get("id", ""): _table(node, words) for node in xml.parse(data).iter("{*}decision")}


def _table(decision: Any, words: Words) -> Table:
    table = decision.find("{*}decisionTable")
    facts = {
        "name": decision.get("name", ""),
        "description": _text(decision, "{*}description"),
        "requires": "\n".join(
            each.get("href", "").lstrip("#") for each in decision.iterfind("{*}informationRequirement/*")
        ),
    }
    if table is None:
        return Table(facts | {"expression": _text(decision, "{*}literalExpression/{*}text")}, {}, {}, {})
    policy = table.get("hitPolicy", "UNIQUE")
    facts |= {
        "policy": words.say(POLICIES.get(policy, "")) or policy,
        "aggregation": table.get("aggregation", ""),
    }
    inputs = {
        each.get("id", str(place)): _input(each) for place, each in enumerate(table.iterfind("{*}input"))
    }
    outputs = {
        each.get("id", str(place)): _output(each) for place, each in enumerate(table.iterfind("{*}output"))
    }
    columns = [*inputs, *outputs]
    rules = {
        rule.get("id", str(place)): (
            dict(zip(columns, [_text(each, "{*}text") for each in rule if _is_cell(each)], strict=False)),
            _text(rule, "{*}description"),
        )
        for place, rule in enumerate(table.iterfind("{*}rule"))
    }
    return Table(facts, inputs, outputs, rules)


def _is_cell(node: Any) -> bool:
    return isinstance(node.tag, str) and node.tag.rpartition("}")[2] in {"inputEntry", "outputEntry"}


def _input(node: Any) -> dict[str, str]:
    expression = node.find("{*}inputExpression")
    return {
        "label": node.get("label", ""),
        "expression": _text(node, "{*}inputExpression/{*}text"),
        "type": "" if expression is None else expression.get("typeRef", ""),
        "values": _text(node, "{*}inputValues/{*}text"),
    }


def _output(node: Any) -> dict[str, str]:
    return {
        "label": node.get("label", ""),
        "name": node.get("name", ""),
        "type": node.get("typeRef", ""),
        "values": _text(node, "{*}outputValues/{*}text"),
        "default": _text(node, "{*}defaultOutputEntry/{*}text"),
    }


def _text(node: Any, path: str) -> str:
    return str(node.findtext(path, "")).strip()
