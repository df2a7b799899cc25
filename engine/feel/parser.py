"""Parse tokens into syntax: a Pratt parser over FEEL's grammar (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import names, syntax
from .lexer import tokens, unquoted
from .numbers import number
from .problems import HINTS, problem_at
from .syntax import Node
from .temporal import read_temporal
from .typeparser import TypeParser

MAX_NESTING = 80
POWERS = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
POWERS |= dict.fromkeys(["=", "!=", "<", "<=", ">", ">=", "between", "in"], 3)
POWERS["instance"] = 7
NEGATION = 8
_SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_NO_EXPRESSION = frozenset({")", "]", "}", ",", "*", "/", "**", "+", ".", ".."}) | _SIGNS | names.STOPS


class Parser(TypeParser):
    """Parses one text. `names` are those defined around it."""

    def __init__(self, text: str, known: Iterable[str] = ()) -> None:
        super().__init__(text, tokens(text), names.KnownNames(known))
        self.nesting = 0
        self.closing = False
        """Inside the upper end of a range, where `[` may close it."""

    def whole(self) -> Node:
        """Parse the text as one expression."""
        node = self.expression()
        self.finish()
        return node

    def whole_tests(self) -> syntax.Tests:
        """Parse the text as the unary tests of a table's cell."""
        if self.here.text == "-" and self.tokens[self.index + 1].kind == "end":
            self.index += 1
            return syntax.Tests(())
        node = self._negated_tests() or syntax.Tests(self._tests("end"))
        self.finish()
        return node

    def _negated_tests(self) -> syntax.Tests | None:
        if self.here.text != "not" or self.tokens[self.index + 1].text != "(":
            return None
        start = self.index
        self.index += 2
        found = self._tests(")")
        self.expect(")")
        if self.here.kind == "end":
            return syntax.Tests(found, negated=True)
        self.index = start  # `not(a) and b` is an expression
        return None

    # --- expressions -----------------------------------------------------------------------------

    def expression(self, power: int = 0) -> Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.problem("too_deep")
        left = self._postfix(self._prefix())
        while True:
            word = self.here.text if self.here.kind in ("op", "word") else ""
            binding = POWERS.get(word, 0)
            if binding <= power or (word == "instance" and self.tokens[self.index + 1].text != "of"):
                break
            left = self._infix(word, left, binding)
        self.nesting -= 1
        return left

    def _infix(self, word: str, left: Node, binding: int) -> Node:
        at = self.take().at
        if word in ("and", "or"):
            return self._logical(word, left, binding, at)
        if word in _SIGNS:
            return syntax.Comparison(word, left, self.expression(binding), at)
        if word == "between":
            low = self.expression(POWERS["and"])
            self.expect("and")
            return syntax.Between(left, low, self.expression(binding), at)
        if word == "in":
            return syntax.In(left, self._membership(), at)
        if word == "instance":
            self.expect("of")
            return syntax.InstanceOf(left, self.type(), at)
        return syntax.Arithmetic(word, left, self.expression(binding), at)

    def _logical(self, word: str, left: Node, binding: int, at: int) -> Node:
        operands = [left, self.expression(binding)]
        while self.here.kind == "word" and self.here.text == word:
            self.index += 1
            operands.append(self.expression(binding))
        return (syntax.And if word == "and" else syntax.Or)(tuple(operands), at)

    def _membership(self) -> tuple[Node, ...]:
        start = self.index
        if self.here.text == "(":
            self.index += 1
            found = self._grouped_tests()
            if found is not None:
                return found
            self.index = start
        return (self._test(POWERS["in"]),)

    def _grouped_tests(self) -> tuple[Node, ...] | None:
        """Parse unary tests in parentheses; None if the parentheses begin something else."""
        found = self._tests(")")
        if self.here.text != ")" or self.tokens[self.index + 1].text in (".", "[", "+", "-", "*", "/", "**"):
            return None
        self.index += 1
        return found

    def _tests(self, closer: str) -> tuple[Node, ...]:
        closing, self.closing = self.closing, False
        found = [self._test()]
        while self.here.text == "," and self.here.kind == "op":
            self.index += 1
            found.append(self._test())
        self.closing = closing
        return tuple(found)

    def _test(self, power: int = 0) -> Node:
        if self.here.kind == "op" and self.here.text in _SIGNS:
            token = self.take()
            return syntax.UnaryTest(token.text, self.expression(POWERS["in"]), token.at)
        return self.expression(power)

    def _prefix(self) -> Node:
        token = self.here
        reader = _PREFIXES.get(token.kind) or _PREFIXES.get(token.text)
        if token.kind == "op" and token.text == "-":
            self.index += 1
            return syntax.Negation(self.expression(NEGATION), token.at)
        if reader is None:
            raise self.unexpected()
        return reader(self)

    def _postfix(self, node: Node) -> Node:
        while self.here.kind == "op":
            at = self.here.at
            if self.here.text == ".":
                self.index += 1
                node = syntax.Path(node, self.name(self.member_length()), at)
            elif self.here.text == "(":
                node = self._call(node, at)
            elif self.here.text == "[" and not (self.closing and self._ends_range()):
                self.index += 1
                node = syntax.Filter(node, self._inside(), at)
                self.expect("]")
            else:
                break
        return node

    def _ends_range(self) -> bool:
        following = self.tokens[self.index + 1]
        return following.kind == "end" or (following.kind != "string" and following.text in _NO_EXPRESSION)

    def _inside(self, closing: bool = False) -> Node:  # noqa: FBT001, FBT002 - private, and named where true
        """Parse an expression within brackets, where a comma or keyword of the outer construct has no special meaning."""
        before, self.closing = self.closing, closing
        node = self.expression()
        self.closing = before
        return node

    def _call(self, function: Node, at: int) -> Node:
        self.index += 1
        if self.here.text == ")":
            self.index += 1
            return syntax.Call(function, (), None, at)
        named = names.key(self.tokens, self.index) > 0
        parameters, arguments = [], []
        while True:
            if named:
                parameters.append(self.name(names.key(self.tokens, self.index)))
                self.expect(":")
            arguments.append(self._inside())
            if self.here.text != ",":
                break
            self.index += 1
        self.expect(")")
        return syntax.Call(function, tuple(arguments), tuple(parameters) if named else None, at)

    # --- what an expression can begin with -------------------------------------------------------

    def number(self) -> Node:
        token = self.take()
        try:
            return syntax.Literal(number(token.text), token.at)
        except ArithmeticError:
            raise problem_at(self.text, token.at, "out_of_range") from None

    def string(self) -> Node:
        token = self.take()
        return syntax.Literal(unquoted(token.text), token.at)

    def temporal(self) -> Node:
        token = self.take()
        value = read_temporal(unquoted(token.text[1:]))
        if value is None:
            raise problem_at(self.text, token.at, "bad_literal", found=token.text)
        return syntax.Literal(value, token.at)

    def word(self) -> Node:
        """Parse the construct of a keyword, or else a name."""
        token = self.here
        count = self.known.match(self.text, self.tokens, self.index)
        if count == 0:
            construct = _KEYWORDS.get(token.text)
            node = construct(self) if construct else None
            if node is not None:
                return node
            if token.text in names.STOPS:
                raise self.unexpected()
            count = names.words(self.tokens, self.index)
        return syntax.Name(self.name(count), token.at)

    def literal_word(self) -> Node | None:
        value = {"true": True, "false": False, "null": None}[self.here.text]
        return syntax.Literal(value, self.take().at)

    def conditional(self) -> Node:
        at = self.take().at
        condition = self._inside()
        self.expect("then")
        then = self._inside()
        if self.here.text != "else":
            raise self.problem("expected", HINTS["else"], wanted="else", found=self.found())
        self.index += 1
        return syntax.If(condition, then, self.expression(), at)

    def loop(self) -> Node | None:
        if not self._begins_iteration():
            return None
        at = self.take().at
        iterators = self._iterators()
        self.expect("return")
        return syntax.For(iterators, self.expression(), at)

    def quantified(self) -> Node | None:
        if not self._begins_iteration():
            return None
        token = self.take()
        iterators = self._iterators()
        self.expect("satisfies")
        return syntax.Quantified(token.text == "every", iterators, self.expression(), token.at)

    def _begins_iteration(self) -> bool:
        """Return True at `some x in`, but False at a variable named `some thing`."""
        ahead = self.index + 1
        while self.tokens[ahead].kind in ("word", "number") and self.tokens[ahead].text != "in":
            ahead += 1
        return self.tokens[ahead].text == "in" and ahead > self.index + 1

    def _iterators(self) -> tuple[syntax.Iterator, ...]:
        found = [self._iterator()]
        while self.here.text == ",":
            self.index += 1
            found.append(self._iterator())
        return tuple(found)

    def _iterator(self) -> syntax.Iterator:
        if self.here.kind != "word":
            raise self.unexpected()
        at = self.here.at
        name = self.name(names.words(self.tokens, self.index))
        self.known.add(name)
        self.expect("in")
        source, until = self._inside(), None
        if self.here.text == "..":
            self.index += 1
            until = self._inside()
        return syntax.Iterator(name, source, until, at)

    def function(self) -> Node | None:
        if self.tokens[self.index + 1].text != "(":
            return None
        at = self.take().at
        parameters = self.parameters()
        if self.here.text == "external" and self.tokens[self.index + 1].text == "{":
            self.index += 1
            self._inside()
            return syntax.External(parameters, at)
        return syntax.FunctionOf(parameters, self.expression(), None, at)

    def parenthesis(self) -> Node:
        at = self.take().at
        if self.here.kind == "op" and self.here.text in _SIGNS:
            node = self._test()
            self.expect(")")
            return node
        low = self._inside()
        if self.here.text == "..":
            return self._range(low, at, included=False)
        self.expect(")")
        return low

    def bracket(self) -> Node:
        token = self.take()
        if token.text == "]":
            low = self._inside()
            if self.here.text != "..":
                raise self.unexpected()
            return self._range(low, token.at, included=False)
        items: list[Node] = []
        while self.here.text != "]" or self.here.kind != "op":
            items.append(self._inside())
            if len(items) == 1 and self.here.text == "..":
                return self._range(items[0], token.at, included=True)
            if self.here.text != ",":
                break
            self.index += 1
        self.expect("]")
        return syntax.ListOf(tuple(items), token.at)

    def _range(self, low: Node, at: int, *, included: bool) -> Node:
        self.expect("..")
        high = self._inside(closing=True)
        if self.here.text not in ("]", ")", "["):
            raise self.problem("expected", wanted="]", found=self.found())
        return syntax.RangeOf(included, low, high, self.take().text == "]", at)

    def context(self) -> Node:
        at = self.take().at
        entries: list[tuple[str, Node]] = []
        while self.here.text != "}":
            name = self._key()
            self.expect(":")
            self.known.add(name)
            entries.append((name, self._inside()))
            if self.here.text != ",":
                break
            self.index += 1
        self.expect("}")
        if len({name for name, _ in entries}) < len(entries):
            raise problem_at(self.text, at, "bad_value", value="{…}")
        return syntax.ContextOf(tuple(entries), at)

    def _key(self) -> str:
        if self.here.kind == "string":
            return unquoted(self.take().text)
        return self.name(names.key(self.tokens, self.index))


_PREFIXES: dict[str, Callable[[Parser], Node]] = {
    "number": Parser.number,
    "string": Parser.string,
    "at": Parser.temporal,
    "word": Parser.word,
    "(": Parser.parenthesis,
    "[": Parser.bracket,
    "]": Parser.bracket,
    "{": Parser.context,
}
_KEYWORDS: dict[str, Callable[[Parser], Node | None]] = {
    "if": Parser.conditional,
    "for": Parser.loop,
    "some": Parser.quantified,
    "every": Parser.quantified,
    "function": Parser.function,
    "true": Parser.literal_word,
    "false": Parser.literal_word,
    "null": Parser.literal_word,
}
