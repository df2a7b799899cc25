"""Parser of names, types and parameter lists."""

from __future__ import annotations

from collections.abc import Sequence

from . import names
from .lexer import Token
from .problems import HINTS, FeelProblem, problem_at
from .types import ANY, ContextType, FunctionType, ListType, RangeType, named
from .value_types import Type

_MISTAKES = {"==": "equals", "&&": "and", "||": "or", "!": "not", "'": "quotes", "’": "quotes"}
MAX_TYPE_NESTING = 20


class TypeParser:
    """A position in a list of tokens, and the parsing of what needs no expressions."""

    def __init__(self, text: str, found: Sequence[Token], known: names.KnownNames) -> None:
        self.text, self.tokens, self.known = text, found, known
        self.index = 0
        self.type_nesting = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def expect(self, wanted: str) -> None:
        token = self.tokens[self.index]
        if token.text != wanted or token.kind == "string":
            hint = _MISTAKES.get(token.text)
            raise self.problem("expected", HINTS[hint] if hint else None, wanted=wanted, found=self.found())
        self.index += 1

    def finish(self) -> None:
        if self.here.kind != "end":
            raise self.unexpected()

    def unexpected(self) -> FeelProblem:
        if self.here.kind == "end":
            return self.problem("unexpected_end")
        hint = _MISTAKES.get(self.here.text)
        if self.here.text == "," and self.index and self.tokens[self.index - 1].kind == "number":
            hint = "comma"
        return self.problem("unexpected", HINTS[hint] if hint else None, found=self.found())

    def found(self) -> str:
        return self.here.text[:40] or "loppu"

    def problem(self, key: str, hint: str | None = None, **values: object) -> FeelProblem:
        return problem_at(self.text, self.here.at, key, hint, **values)

    def name(self, count: int) -> str:
        """Return the next `count` tokens as one name."""
        if count == 0:
            raise self.problem("expected", wanted="nimi", found=self.found())
        first, last = self.tokens[self.index], self.tokens[self.index + count - 1]
        self.index += count
        return first.text if count == 1 else names.normal(self.text[first.at : last.end])

    def member_length(self) -> int:
        """Return how many tokens the name after a dot has."""
        if self.here.kind != "word":
            return 0
        return self.known.match(self.text, self.tokens, self.index) or names.words(self.tokens, self.index)

    def parameters(self) -> tuple[tuple[str, Type | None], ...]:
        """Parse a parameter list such as `(a, b: number)`, from the opening parenthesis on."""
        self.expect("(")
        found: list[tuple[str, Type | None]] = []
        while self.here.text != ")":
            name = self.name(names.key(self.tokens, self.index) or self._bare_parameter())
            type_ = None
            if self.here.text == ":":
                self.index += 1
                type_ = self.type()
            self.known.add(name)
            found.append((name, type_))
            if self.here.text != ",":
                break
            self.index += 1
        self.expect(")")
        return tuple(found)

    def _bare_parameter(self) -> int:
        return names.words(self.tokens, self.index) if self.here.kind == "word" else 0

    def type(self) -> Type:
        """Parse a type with what it is made of, such as `list<context<a: number>>`."""
        self.type_nesting += 1
        if self.type_nesting > MAX_TYPE_NESTING:
            raise self.problem("too_deep")
        name = self.name(self._type_length())
        found = self._made_of(name) if self.here.text == "<" else named(name)
        self.type_nesting -= 1
        return found

    def _type_length(self) -> int:
        count = self.member_length()
        while count and self.tokens[self.index + count].text == "." and self._is_word(self.index + count + 1):
            count += 1 + names.words(self.tokens, self.index + count + 1)
        return count

    def _is_word(self, index: int) -> bool:
        return self.tokens[index].kind == "word"

    def _made_of(self, name: str) -> Type:
        if name == "function":
            return self._function_type()
        if name not in ("list", "range", "context"):
            raise self.unexpected()
        self.expect("<")
        if name == "context":
            found: Type = ContextType(self._entries())
        else:
            found = ListType(self.type()) if name == "list" else RangeType(self.type())
        self.expect(">")
        return found

    def _entries(self) -> tuple[tuple[str, Type], ...]:
        found = []
        while True:
            name = self.name(names.key(self.tokens, self.index))
            self.expect(":")
            found.append((name, self.type()))
            if self.here.text != ",":
                return tuple(found)
            self.index += 1

    def _function_type(self) -> Type:
        self.expect("<")
        parameters: list[Type] = []
        while self.here.text != ">":
            parameters.append(self.type())
            if self.here.text != ",":
                break
            self.index += 1
        self.expect(">")
        if self.here.text != "->":
            return FunctionType(tuple(parameters), ANY)
        self.index += 1
        return FunctionType(tuple(parameters), self.type())
