"""Compares two states of a diagram. Changes of layout are kept apart from changes of what runs; settings that a
drawing does not show are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.catalogue import BPMN, SPIFF, local
from engine.bpmn.diagram import layout
from engine.bpmn.diagram.listing import EVENTS, KINDS
from engine.bpmn.elements import FLOW_NODES, Element, Flow
from engine.models.comparing.values import Change, Detail, State, Words, details

LABELS: Final = {
    "name": "Nimi",
    "kind": "Tyyppi",
    "form_key": "Lomake",
    "lane": "Rata",
    "role": "Rooli",
    "operation": "Toiminto",
    "decision": "Päätöstaulukko",
    "calls": "Kutsuttu prosessi",
    "due_reason": "Määräpäivä",
    "milestone": "Virstanpylväs",
    "outcome": "Ratkaisu",
    "timer": "Ajastimen laji",
    "moment": "Ajastimen muoto",
    "when": "Milloin",
    "script": "Laskenta",
    "message": "Viesti",
    "input": "Sisään",
    "output": "Ulos",
    "sets": "Asettaa tosiseikan",
    "writes": "Kirjoittaa tosiseikan",
    "candidate_group": "Rooli ajon aikana",
    "not_by": "Ei sama henkilö",
    "multiple": "Toisto",
    "collection": "Kerran kutakin kohti",
    "element": "Yhden nimi",
    "business_key": "Avain",
    "default": "Oletusreitti",
    "attached_to": "Kiinni kohdassa",
    "interrupting": "Keskeyttää",
    "error": "Virhe",
    "scope": "Aliprosessi",
    "condition": "Ehto",
    "label": "Merkintä",
    "source": "Mistä",
    "target": "Mihin",
    "documentation": "Kuvaus",
    "other": "Muu asetus",
}
MULTIPLES: Final = {"parallel": "rinnakkain", "sequential": "peräkkäin", "loop": "silmukka"}
MOMENTS: Final = {"date": "päivä tai hetki", "duration": "kesto", "cycle": "toistuva"}
ANSWERS: Final = {True: "kyllä", False: "ei"}
_KNOWN_ATTRIBUTES: Final = frozenset(
    {"id", "name", "default", "calledElement", "attachedToRef", "cancelActivity", "sourceRef", "targetRef"}
)
_COMPARED_BY_NAME: Final = frozenset({"messageRef", "errorRef", "isSequential"})
"""Properties that point to something are compared by its name, in words."""
_KNOWN_CHILDREN: Final = frozenset(
    f"{BPMN}{tag}"
    for tag in ("incoming", "outgoing", "documentation", "conditionExpression", "script", "laneSet")
)
_KNOWN_INSIDE: Final = frozenset(
    {
        f"{BPMN}{tag}"
        for tag in ("timeDate", "timeDuration", "timeCycle", "completionCondition", "flowNodeRef")
    }
    | {f"{SPIFF}properties", f"{SPIFF}property"}
)


@dataclass(frozen=True)
class Drawing:
    """One state of a diagram."""

    path: str
    data: bytes

    @cached_property
    def root(self) -> Any:
        return xml.parse(self.data)

    @cached_property
    def read(self) -> catalogue.Catalogue:
        return catalogue.read({self.path: self.root})

    @cached_property
    def layout(self) -> layout.Layout:
        return layout.read(self.root)

    @cached_property
    def nodes(self) -> Mapping[str, Any]:
        return {node.get("id", ""): node for node in self.root.iter(f"{BPMN}*")}

    @cached_property
    def elements(self) -> Mapping[str, Element]:
        return {each.element_id: each for each in self.read.elements.values()}

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        return {each.flow_id: each for each in self.read.flows.values()}

    @cached_property
    def lanes(self) -> Mapping[str, Mapping[str, str]]:
        return {
            node.get("id", ""): {
                "name": node.get("name", ""),
                "role": catalogue.properties(node).get("role", ""),
            }
            for node in self.root.iter(f"{BPMN}lane")
        }

    @cached_property
    def lane_of(self) -> Mapping[str, str]:
        """The id of each element's lane."""
        return {
            (each.text or "").strip(): each.getparent().get("id", "")
            for each in self.root.iter(f"{BPMN}flowNodeRef")
        }

    @cached_property
    def notes(self) -> Mapping[str, str]:
        return {
            node.get("id", ""): node.findtext(f"{BPMN}text", "").strip()
            for node in self.root.iter(f"{BPMN}textAnnotation")
        }

    def called(self, element_id: str, words: Words) -> str:
        """Return an element's name for people."""
        found = self.elements.get(element_id)
        if found is None:
            return element_id
        return found.name or f"{kind_of(found, words)} ({element_id})"

    def place(self, key: str) -> object:
        """Return an element's coordinates: its box, its label, its line."""
        drawn = self.layout
        return drawn.boxes.get(key), drawn.labels.get(key), drawn.ways.get(key)


def compare_diagrams(path: str, before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return every change, in the order of the newer file. Raise XmlRefused if a file cannot be read."""
    old, new = Drawing(path, before), Drawing(path, after)
    return (
        *_processes(old, new, words),
        *_lanes(old, new, words),
        *_elements(old, new, words),
        *_flows(old, new, words),
        *_notes(old, new, words),
    )


def kind_of(element: Element, words: Words) -> str:
    event = next(iter(element.events), "")
    return words.say(KINDS.get(element.kind) or EVENTS.get(event, "tapahtuma"))


def _processes(old: Drawing, new: Drawing, words: Words) -> Iterator[Change]:
    for key in {**old.read.processes, **new.read.processes}:
        before, after = _of_process(old, key), _of_process(new, key)
        found = tuple(details(LABELS, before, after, words))
        if found:
            yield Change(
                _state(before, after), words.say("prosessi"), new.read.processes.get(key, key), found, key
            )


def _of_process(drawing: Drawing, key: str) -> dict[str, str]:
    if key not in drawing.read.processes:
        return {}
    node = drawing.nodes.get(key)
    documentation = "" if node is None else node.findtext(f"{BPMN}documentation", "").strip()
    return {"name": drawing.read.processes[key], "documentation": documentation}


def _lanes(old: Drawing, new: Drawing, words: Words) -> Iterator[Change]:
    for key in {**old.lanes, **new.lanes}:
        before, after = (
            _in_role_words(old.lanes.get(key, {}), words),
            _in_role_words(new.lanes.get(key, {}), words),
        )
        found = tuple(details(LABELS, before, after, words))
        if found:
            yield Change(_state(before, after), words.say("rata"), (after or before)["name"], found, key)


def _in_role_words(lane: Mapping[str, str], words: Words) -> dict[str, str]:
    return {name: words.role(value) if name == "role" else value for name, value in lane.items()}


def _elements(old: Drawing, new: Drawing, words: Words) -> Iterator[Change]:
    for key in {**new.elements, **old.elements}:
        before, after = facts_of(old, key, words), facts_of(new, key, words)
        if before and after and old.lane_of.get(key) == new.lane_of.get(key):
            # The lane was renamed or has another role: one change, of the lane.
            before = {**before, "lane": after["lane"], "role": after["role"]}
        element = new.elements.get(key) or old.elements[key]
        drawing = new if key in new.elements else old
        yield from _change(
            old, new, key, kind_of(element, words), drawing.called(key, words), before, after, words
        )


def _flows(old: Drawing, new: Drawing, words: Words) -> Iterator[Change]:
    for key in {**new.flows, **old.flows}:
        before, after = way_of(old, key, words), way_of(new, key, words)
        facts = after or before
        name = f"{facts['source']} → {facts['target']}"
        # A renamed task is a change of the task; the arrow changes only when it leads elsewhere.
        if before and after and _ends(old, key) == _ends(new, key):
            before = {**before, "source": after["source"], "target": after["target"]}
        yield from _change(old, new, key, words.say("reitti"), name, before, after, words)


def _notes(old: Drawing, new: Drawing, words: Words) -> Iterator[Change]:
    for key in {**new.notes, **old.notes}:
        before, after = old.notes.get(key), new.notes.get(key)
        if before != after:
            found = Detail("text", words.say("Teksti"), before or "", after or "")
            yield Change(
                _state(before, after), words.say("huomautus"), (after or before or key)[:80], (found,), key
            )


def _change(
    old: Drawing,
    new: Drawing,
    key: str,
    what: str,
    name: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    words: Words,
) -> Iterator[Change]:
    found = tuple(details(LABELS, before, after, words))
    if found or not (before and after):
        yield Change(_state(before, after), what, name, found, key)
    elif old.place(key) != new.place(key):
        yield Change("moved", what, name, (), key)


def _state(before: object, after: object) -> State:
    if not before:
        return "added"
    return "changed" if after else "removed"


def facts_of(drawing: Drawing, key: str, words: Words) -> dict[str, str]:
    """Return everything about an element that matters when it runs, in words by heading; empty if it is not in the diagram."""
    each = drawing.elements.get(key)
    if each is None:
        return {}
    inside = each.scope if each.scope != each.process_id else ""
    facts = {
        **_in_words(each.properties, words),
        "name": each.name,
        "kind": kind_of(each, words),
        "lane": each.lane or "",
        "role": words.role(each.role or ""),
        "calls": each.calls or "",
        "moment": words.say(MOMENTS.get(each.timer or "", "")),
        ("script" if each.kind == "scriptTask" else "when"): each.expression or "",
        "message": each.message or "",
        "error": each.error or "",
        "multiple": words.say(MULTIPLES.get(each.multiple or "", "")),
        "default": _target(drawing, each.default, words),
        "attached_to": drawing.called(each.attached_to, words) if each.attached_to else "",
        "interrupting": words.say(ANSWERS[each.interrupting]) if each.attached_to else "",
        "scope": drawing.called(inside, words) if inside else "",
        "documentation": each.documentation,
        "other": _other(drawing.nodes.get(key)),
    }
    return {name: value for name, value in facts.items() if value} | {
        "lane": facts["lane"],
        "role": facts["role"],
    }


def _in_words(properties: Mapping[str, str], words: Words) -> dict[str, str]:
    facts = dict(properties)
    if "form_key" in facts:
        facts["form_key"] = words.form(facts["form_key"])
    if "outcome" in facts:
        facts["outcome"] = words.outcome(facts["outcome"])
    if "milestone" in facts:
        facts["milestone"] = ", ".join(words.milestone(each) for each in facts["milestone"].split())
    return facts


def _target(drawing: Drawing, flow_id: str | None, words: Words) -> str:
    flow = drawing.flows.get(flow_id or "")
    return drawing.called(flow.target, words) if flow else ""


def way_of(drawing: Drawing, key: str, words: Words) -> dict[str, str]:
    flow = drawing.flows.get(key)
    if flow is None:
        return {}
    return {
        "label": flow.name,
        "condition": flow.condition or "",
        "source": drawing.called(flow.source, words),
        "target": drawing.called(flow.target, words),
        "other": _other(drawing.nodes.get(key)),
    }


def _ends(drawing: Drawing, key: str) -> tuple[str, str]:
    flow = drawing.flows[key]
    return flow.source, flow.target


def _other(node: Any) -> str:
    """Return settings of other tools and everything else that the engine ignores, one on a line."""
    if node is None:
        return ""
    return "\n".join(sorted(_lines(node, "", top=True)))


def _lines(node: Any, prefix: str, *, top: bool = False) -> Iterator[str]:
    for name, value in node.attrib.items():
        if name == "id" or name in _COMPARED_BY_NAME or (top and name in _KNOWN_ATTRIBUTES):
            continue
        yield f"{prefix}{name.rpartition('}')[2]} = {value}"
    if not top and (node.text or "").strip():
        yield f"{prefix.rstrip('.')} = {node.text.strip()}"
    for child in node:
        if not isinstance(child.tag, str) or child.tag in _KNOWN_CHILDREN or child.tag in _KNOWN_INSIDE:
            continue
        if child.tag.startswith(BPMN) and _is_drawn(child):
            continue
        yield from _lines(child, f"{prefix}{local(child)}.")


def _is_drawn(node: Any) -> bool:
    """Return True if the node is compared as an element of its own."""
    return local(node) in FLOW_NODES or local(node) in {
        "sequenceFlow",
        "textAnnotation",
        "association",
    }
