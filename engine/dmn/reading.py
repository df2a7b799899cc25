"""Read a DMN file into a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.feel import UnaryTests, syntax
from engine.feel.types import ANY, ContextType, FunctionType, ListType
from engine.feel.value_types import Type
from engine.xml import parse as parse_xml

from .boxed import Boxes
from .model import Decision, Definitions, Element, InputData, Key, Knowledge, Requirement, Service
from .problems import DmnProblem, DmnRefused
from .types import Constrained
from .xmltree import Xml, attribute, child, children, kind, names, text_in

_KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_REQUIRED = {
    "informationRequirement": ("requiredInput", "requiredDecision"),
    "knowledgeRequirement": ("requiredKnowledge",),
}


def read(data: bytes, imports: Mapping[str, bytes] | None = None) -> Definitions:
    """Return the model in a file; `imports` are the files it may import, by namespace."""
    return _Reader(data, imports or {}, ()).definitions()


def namespace_of(data: bytes) -> str:
    """Return the namespace of a file, by which others import it."""
    return attribute(_root(data), "namespace") or ""


def _root(data: bytes) -> Xml:
    root = parse_xml(data)
    if kind(root) != "definitions":
        raise DmnRefused((DmnProblem("not_dmn"),))
    return root


class _Reader:
    def __init__(self, data: bytes, imports: Mapping[str, bytes], importers: tuple[str, ...]) -> None:
        self.root = _root(data)
        self.namespace = attribute(self.root, "namespace") or ""
        self.aliases: dict[str, str] = {}
        self.imported: list[tuple[str, Definitions]] = []
        self._import(imports, (*importers, self.namespace))
        self.names = tuple(dict.fromkeys(self._all_names()))
        self.boxes = Boxes(self.names)

    def _import(self, files: Mapping[str, bytes], importers: tuple[str, ...]) -> None:
        for element in children(self.root, "import"):
            namespace = attribute(element, "namespace") or ""
            if namespace in files and namespace not in importers:
                reader = _Reader(files[namespace], files, importers)
                self.aliases[namespace] = attribute(element, "name") or ""
                self.imported.append((attribute(element, "name") or "", reader.definitions()))

    def _all_names(self) -> Iterable[str]:
        yield from names(self.root)
        for alias, definitions in self.imported:
            yield alias
            yield from (element.name for element in definitions.elements.values())
            yield from definitions.types

    def definitions(self) -> Definitions:
        elements: dict[Key, Element] = {}
        types: dict[str, Type] = {}
        for alias, imported in self.imported:
            elements.update(imported.elements)
            prefix = f"{alias}." if alias else ""
            types.update({f"{prefix}{name}": type_ for name, type_ in imported.types.items()})
            types.update({name: type_ for name, type_ in imported.types.items() if name not in types})
        types.update(self._types())
        own = [self._element(one) for one in children(self.root, *_KINDS)]
        elements.update({element.key: element for element in own})
        self._check(own, elements)
        for name, place in self.boxes.asked_types:
            if name not in types:
                self.boxes.problems.append(DmnProblem("unknown_type", place, name=name))
        problems = [problem for _, imported in self.imported for problem in imported.problems]
        problems.extend(self.boxes.problems)
        name = attribute(self.root, "name") or ""
        return Definitions(attribute(self.root, "id"), name, self.namespace, elements, types, tuple(problems))

    def _check(self, own: list[Element], elements: Mapping[Key, Element]) -> None:
        twice = [key for key, times in Counter(element.key for element in own).items() if times > 1]
        self.boxes.problems.extend(DmnProblem("same_id", id_, name=id_) for _, id_ in twice)
        for element in own:
            if not element.name:
                self.boxes.problems.append(DmnProblem("no_name", element.key[1]))
            requirements = element.requirements if not isinstance(element, InputData) else ()
            for requirement in requirements:
                if requirement.key not in elements:
                    problem = DmnProblem("no_element", element.key[1], name=requirement.key[1])
                    self.boxes.problems.append(problem)

    # --- elements --------------------------------------------------------------------------------

    def _key(self, href: str) -> Key:
        namespace, _, id_ = href.rpartition("#")
        return (namespace or self.namespace, id_)

    def _element(self, element: Xml) -> Element:
        # A decision drawn without an id can still be asked for by its name.
        name = " ".join((attribute(element, "name") or "").split())
        key = (self.namespace, attribute(element, "id") or name)
        variable = child(element, "variable")
        type_ = self.boxes.type_of(variable)
        match kind(element):
            case "inputData":
                return InputData(key, name, type_)
            case "decision":
                return Decision(key, name, type_, self._requirements(element), self.boxes.inside(element))
            case "businessKnowledgeModel":
                return self._knowledge(element, key, name, type_)
        return self._service(element, key, name, type_)

    def _knowledge(self, element: Xml, key: Key, name: str, type_: Type | None) -> Knowledge:
        logic = child(element, "encapsulatedLogic")
        node = self.boxes.function(logic) if logic is not None else None
        if isinstance(node, syntax.FunctionOf) and type_ is not None and not isinstance(type_, FunctionType):
            # Before DMN 1.2 the variable's type was the type of what the function returns.
            declared = self._types_seen.get(getattr(type_, "name", ""), type_)
            result = declared.result if isinstance(declared, FunctionType) else type_
            node = syntax.FunctionOf(node.parameters, node.body, result)
        return Knowledge(key, name, type_, self._requirements(element), node)

    def _service(self, element: Xml, key: Key, name: str, type_: Type | None) -> Service:
        def keys(kind_: str) -> tuple[Key, ...]:
            return tuple(self._key(attribute(one, "href") or "") for one in children(element, kind_))

        return Service(key, name, type_, keys("outputDecision"), keys("inputDecision"), keys("inputData"))

    def _requirements(self, element: Xml) -> tuple[Requirement, ...]:
        found = []
        for outer, inner in _REQUIRED.items():
            for one in children(element, outer):
                target = child(one, *inner)
                key = self._key(attribute(target, "href") or "")
                name = self._name_of(key)
                alias = self.aliases.get(key[0], "") if key[0] != self.namespace else ""
                found.append(Requirement(key, (alias, name) if alias else (name,)))
        return tuple(found)

    def _name_of(self, key: Key) -> str:
        for _, definitions in self.imported:
            if key in definitions.elements:
                return definitions.elements[key].name
        for element in children(self.root, *_KINDS):
            name = " ".join((attribute(element, "name") or "").split())
            if key in ((self.namespace, attribute(element, "id") or name), (self.namespace, name)):
                return name
        return ""

    # --- types -----------------------------------------------------------------------------------

    _types_seen: Mapping[str, Type] = {}

    def _types(self) -> dict[str, Type]:
        found = {}
        for definition in children(self.root, "itemDefinition"):
            type_ = self._item(definition)
            found[attribute(definition, "name") or ""] = type_
        self._types_seen = found
        return found

    def _item(self, element: Xml) -> Type:
        components = list(children(element, "itemComponent"))
        function = child(element, "functionItem")
        if components:
            parts = tuple((attribute(one, "name") or "", self._item(one)) for one in components)
            base: Type = ContextType(parts)
        elif function is not None:
            parameters = tuple(self.boxes.type_of(one) or ANY for one in children(function, "parameters"))
            base = FunctionType(parameters, self.boxes.type_of(function, "outputTypeRef") or ANY)
        else:
            base = self.boxes.type_of(element) or ANY
        base = self._constrained(base, child(element, "allowedValues"))
        if attribute(element, "isCollection") == "true":
            base = ListType(base)
        return self._constrained(base, child(element, "typeConstraint"))

    def _constrained(self, base: Type, element: Xml | None) -> Type:
        cell = self.boxes.tests(element) if element is not None and text_in(element) else None
        return Constrained(base, UnaryTests(cell.text, cell.tests)) if cell else base
