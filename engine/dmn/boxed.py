"""Translate DMN's boxed expressions into FEEL's syntax, so that one compiler serves both."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.feel import FeelProblem, syntax
from engine.feel.lexer import tokens
from engine.feel.names import KnownNames
from engine.feel.parser import Parser
from engine.feel.syntax import Node
from engine.feel.typeparser import TypeParser
from engine.feel.types import ListType, NamedType
from engine.feel.value_types import Type

from .model import Cell, Input, Output, OutputCell, Rule, Table
from .problems import DmnProblem, DmnRefused
from .xmltree import Xml, attribute, child, children, kind, text_in

HIT_POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS = (None, "SUM", "MIN", "MAX", "COUNT")
DEEPEST = 40


class Boxes:
    """Read the expressions of one file; collect problems instead of stopping at the first."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.problems: list[DmnProblem] = []
        self.asked_types: list[tuple[str, str | None]] = []
        """Names of types that must be defined, with the element that uses them."""
        self.depth = 0

    # --- texts -----------------------------------------------------------------------------------

    def expression_text(self, text: str, place: str | None) -> Node:
        return self._parsed(text, place, lambda: Parser(text, self.names).whole())

    def tests(self, element: Xml) -> Cell:
        """Parse the unary tests of an element; an empty cell is a dash."""
        text, place = text_in(element), attribute(element, "id")
        node = self._parsed(text or "-", place, lambda: Parser(text or "-", self.names).whole_tests())
        return Cell(place, text, node if isinstance(node, syntax.Tests) else syntax.Tests((node,)))

    def _parsed(self, text: str, place: str | None, read: Callable[[], Node]) -> Node:
        try:
            node = read()
        except FeelProblem as problem:
            self.problems.append(DmnProblem.of_cell(problem, place))
            return syntax.Literal(None)
        if isinstance(node, syntax.Tests):
            return syntax.Tests(tuple(syntax.Within(test, text, place) for test in node.tests), node.negated)
        return syntax.Within(node, text, place)

    def type_of(self, element: Xml | None, attribute_name: str = "typeRef") -> Type | None:
        text = attribute(element, attribute_name)
        if text is None and element is not None:
            text = "".join(child_text(element, "typeRef"))
        return self.type_named(text, element) if text else None

    def type_named(self, text: str, element: Xml | None) -> Type | None:
        # DMN 1.1 wrote types as qualified names: feel:string, kie:tPerson.
        text = text.strip().rpartition(":")[2] if "<" not in text else text.strip()
        try:
            parser = TypeParser(
                text, tokens(text), KnownNames(self.names if "<" in text else (*self.names, text))
            )
            found = parser.type()
            parser.finish()
        except FeelProblem as problem:
            self.problems.append(DmnProblem.of_cell(problem, attribute(element, "id")))
            return None
        plain = found.item if isinstance(found, ListType) else found
        if isinstance(plain, NamedType):
            self.asked_types.append((plain.name, attribute(element, "id") or attribute(element, "name")))
        return found

    # --- boxes -----------------------------------------------------------------------------------

    def inside(self, element: Xml) -> Node | None:
        """Return the boxed expression in an element, with its declared type; None if it is empty."""
        found = next((one for one in element if kind(one) in _READERS), None)
        return None if found is None else self.box(found)

    def required(self, element: Xml | None) -> Node:
        """Return the boxed expression in an element; a null literal if it is empty."""
        node = self.inside(element) if element is not None else None
        return syntax.Literal(None) if node is None else node

    def box(self, element: Xml) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise DmnRefused((DmnProblem("too_deep", attribute(element, "id")),))
        node = _READERS[kind(element)](self, element)
        self.depth -= 1
        type_ = self.type_of(element)
        return node if type_ is None or isinstance(node, Table) else syntax.Typed(node, type_)

    def literal(self, element: Xml) -> Node:
        language = attribute(element, "expressionLanguage")
        if language and not language.lower().rstrip("/").endswith("feel"):
            self.problems.append(DmnProblem("language", attribute(element, "id"), name=language))
        text = text_in(element)
        return self.expression_text(text, attribute(element, "id")) if text else syntax.Literal(None)

    def context(self, element: Xml) -> Node:
        entries, result = [], None
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            node = self.required(entry)
            if variable is None:
                result = node
                continue
            type_ = self.type_of(variable)
            entries.append(
                (attribute(variable, "name") or "", node if type_ is None else syntax.Typed(node, type_))
            )
        return syntax.ContextOf(tuple(entries), result=result)

    def list(self, element: Xml) -> Node:
        return syntax.ListOf(tuple(self.box(one) for one in element if kind(one) in _READERS))

    def relation(self, element: Xml) -> Node:
        columns = [attribute(column, "name") or "" for column in children(element, "column")]
        rows = []
        for row in children(element, "row"):
            cells = [self.box(one) for one in row if kind(one) in _READERS]
            rows.append(syntax.ContextOf(tuple(zip(columns, cells, strict=False))))
        return syntax.ListOf(tuple(rows))

    def invocation(self, element: Xml) -> Node:
        names, arguments = [], []
        for binding in children(element, "binding"):
            names.append(attribute(child(binding, "parameter"), "name") or "")
            arguments.append(self.required(binding))
        function = self.required(element)
        while isinstance(function, syntax.Within):
            function = function.node
        return syntax.Call(function, tuple(arguments), tuple(names) if names else None)

    def function(self, element: Xml) -> Node:
        parameters = tuple(
            (attribute(one, "name") or "", self.type_of(one)) for one in children(element, "formalParameter")
        )
        if (attribute(element, "kind") or "FEEL").upper() != "FEEL":
            return syntax.External(parameters)
        return syntax.FunctionOf(parameters or self._implied(element), self.required(element))

    def _implied(self, element: Xml) -> tuple[tuple[str, Type | None], ...]:
        """Return the inputs of a decision table that names no parameters: the call gives them."""
        table = child(element, "decisionTable")
        inputs = () if table is None else children(table, "input")
        texts = dict.fromkeys(text_in(child(one, "inputExpression")) for one in inputs)
        return tuple((each, None) for each in texts if each.isidentifier() or each in self.names)

    def conditional(self, element: Xml) -> Node:
        parts = (self.required(child(element, name)) for name in ("if", "then", "else"))
        return syntax.If(*parts)

    def filter(self, element: Xml) -> Node:
        source, match = (self.required(child(element, name)) for name in ("in", "match"))
        return syntax.Filter(source, match)

    def loop(self, element: Xml) -> Node:
        return syntax.For(self._iterator(element), self.required(child(element, "return")))

    def quantified(self, element: Xml) -> Node:
        condition = self.required(child(element, "satisfies"))
        return syntax.Quantified(kind(element) == "every", self._iterator(element), condition)

    def _iterator(self, element: Xml) -> tuple[syntax.Iterator, ...]:
        name = attribute(element, "iteratorVariable") or "item"
        return (syntax.Iterator(name, self.required(child(element, "in"))),)

    # --- tables ----------------------------------------------------------------------------------

    def table(self, element: Xml) -> Node:
        place = attribute(element, "id")
        policy = (attribute(element, "hitPolicy") or "UNIQUE").upper().replace("_", " ")
        if policy not in HIT_POLICIES:
            self.problems.append(DmnProblem("hit_policy", place, name=policy))
            policy = "UNIQUE"
        aggregation = attribute(element, "aggregation")
        if aggregation not in AGGREGATIONS:
            self.problems.append(DmnProblem("hit_policy", place, name=aggregation))
            aggregation = None
        inputs = tuple(self._input(one) for one in children(element, "input"))
        outputs = tuple(self._output(one) for one in children(element, "output"))
        if not outputs:
            self.problems.append(DmnProblem("no_output", place))
        rules = tuple(
            self._rule(one, number, len(inputs), len(outputs))
            for number, one in enumerate(children(element, "rule"), 1)
        )
        return Table(place, policy, aggregation, inputs, outputs, rules)

    def _input(self, element: Xml) -> Input:
        expression = child(element, "inputExpression")
        text = text_in(expression)
        node = self.expression_text(text, attribute(expression, "id")) if text else syntax.Literal(None)
        label = attribute(element, "label") or text
        allowed = self._allowed(child(element, "inputValues"))
        return Input(attribute(element, "id"), label, text, node, self.type_of(expression), allowed)

    def _allowed(self, element: Xml | None) -> Cell | None:
        return self.tests(element) if element is not None and text_in(element) else None

    def _output(self, element: Xml) -> Output:
        name = attribute(element, "name")
        default = child(element, "defaultOutputEntry")
        return Output(
            attribute(element, "id"),
            name,
            attribute(element, "label") or name or "",
            self.type_of(element),
            self._allowed(child(element, "outputValues")),
            self._output_cell(default) if text_in(default) else None,
        )

    def _output_cell(self, element: Xml | None) -> OutputCell:
        place, text = attribute(element, "id"), text_in(element)
        node = self.expression_text(text, place) if text and text != "-" else syntax.Literal(None)
        return OutputCell(place, text, node)

    def _rule(self, element: Xml, number: int, inputs: int, outputs: int) -> Rule:
        rule = attribute(element, "id") or f"rule_{number}"
        cells = [self.tests(one) for one in children(element, "inputEntry")]
        results = [self._output_cell(one) for one in children(element, "outputEntry")]
        for found, wanted in ((len(cells), inputs), (len(results), outputs)):
            if found != wanted:
                self.problems.append(DmnProblem("cells", rule, found=found, wanted=wanted))
        # A lenient reading goes on with dashes and nulls for the cells that are not there.
        cells += [Cell(None, "", syntax.Tests(()))] * (inputs - len(cells))
        results += [OutputCell(None, "", syntax.Literal(None))] * (outputs - len(results))
        return Rule(rule, tuple(cells[:inputs]), tuple(results[:outputs]))


def child_text(element: Xml, name: str) -> Iterable[str]:
    found = child(element, name)
    return () if found is None else (str(part) for part in found.itertext())


_READERS: dict[str, Callable[[Boxes, Xml], Node]] = {
    "literalExpression": Boxes.literal,
    "context": Boxes.context,
    "list": Boxes.list,
    "relation": Boxes.relation,
    "invocation": Boxes.invocation,
    "functionDefinition": Boxes.function,
    "encapsulatedLogic": Boxes.function,
    "conditional": Boxes.conditional,
    "filter": Boxes.filter,
    "for": Boxes.loop,
    "some": Boxes.quantified,
    "every": Boxes.quantified,
    "decisionTable": Boxes.table,
}
