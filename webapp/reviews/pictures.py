"""The picture of a text's place: the part of a page or form around it, drawn as people see it, with the text marked.

A page is drawn with all its branches, one under another, and with … for what is known of a person or a matter: so each of
its texts can be seen without anybody's answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final

from flask import Flask, current_app, render_template
from flask.templating import Environment
from jinja2 import ChainableUndefined, nodes
from jinja2.meta import find_referenced_templates
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from engine.domain.text_reviews import SourceText as Text
from forms.definition import FormDefinition
from forms.translations import translated
from webapp.http.languages import PUBLIC_LANGUAGES, current_language, speak
from webapp.rendering.assets import icon
from webapp.rendering.forms.page import form_page
from webapp.rendering.words import catalogues
from webapp.reviews.cutting import BEGINS, ENDS, part_around

_WITH_BRANCHES: Final = ("public/", "components/", "errors/")
"""Templates of which all branches are drawn. Those of forms call themselves and would not end."""
_SHARED: Final = {"layouts/base.html": "public/start.html", "layouts/public.html": "public/start.html"}
"""Templates that are drawn as part of a page."""
_LEFT_OUT: Final = frozenset({"url_for", "form_parts", "form_sections"})
"""Calls that need what is known: an address is made of it, and questions that nobody knows would have no end."""
_ENVIRONMENT: Final = "vireille_pictures"
_marked: ContextVar[Text | None] = ContextVar("marked", default=None)


def picture_of_form(form: FormDefinition, text: Text, code: str, words: Mapping[str, str]) -> Markup | None:
    """Return the part of a form around a text in a language; None if the form shows the text nowhere.

    `words`: Finnish text to the words that people read.
    """
    shown = {**words, text.finnish: f"{BEGINS}{words.get(text.finnish, text.finnish)}{ENDS}"}
    with _speaking(code):
        page = form_page(translated(form, code, shown), say=catalogues.gettext)
        return part_around(render_template("reviews/form_picture.html", form=page))


def picture_of_page(template: str, text: Text, code: str) -> Markup | None:
    """Return the part of a page around a text in a language; None if no page shows the text."""
    environment = _environment()
    for name in _pages_with(environment, template):
        with _speaking(code, text):
            context: dict[str, Any] = {}
            current_app.update_template_context(context)
            context |= {
                "languages": tuple(PUBLIC_LANGUAGES.values()),
                "page_address": "",
                "visit": "",
                "door": "own",
            }
            drawn = part_around(environment.get_template(name).render(context))
        if drawn is not None:
            return drawn
    return None


@contextmanager
def _speaking(code: str, marked: Text | None = None) -> Iterator[None]:
    own, token = current_language().code, _marked.set(marked)
    speak(code)
    try:
        yield
    finally:
        speak(own)
        _marked.reset(token)


def _pages_with(environment: Environment, template: str) -> Iterator[str]:
    """Yield the pages that draw a template: itself, those that name it, those that name a part that names it."""
    if not template.startswith(("components/", "forms/")):
        yield _SHARED.get(template, template)
    every = environment.list_templates()
    pages = [name for name in every if name.startswith("public/")]
    yield from (name for name in pages if template in _referenced(environment, name))
    parts = [name for name in every if name.startswith("components/")]
    through = {name for name in parts if template in _referenced(environment, name)}
    yield from (name for name in pages if through & _referenced(environment, name))


def _referenced(environment: Environment, name: str) -> set[str | None]:
    source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]  # Flask sets one
    return set(find_referenced_templates(environment.parse(source)))


class _Unknown(ChainableUndefined):
    """Something of a person or a matter: … where it is read, and one where there are many."""

    def __str__(self) -> str:
        return "…"

    __html__ = __str__

    def __call__(self, *_args: object, **_values: object) -> _Unknown:  # type: ignore[override]  # others refuse
        return self

    def __iter__(self) -> Iterator[_Unknown]:
        yield self

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True

    def __int__(self) -> int:  # type: ignore[override]  # others refuse
        return 1

    def _sum(self, _other: object) -> int:
        return 2

    def _is_so(self, _other: object) -> bool:
        return True

    __add__ = __radd__ = __sub__ = _sum  # type: ignore[assignment]  # others refuse
    __lt__ = __le__ = __gt__ = __ge__ = _is_so  # type: ignore[assignment]  # others refuse

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class _Branches(NodeTransformer):
    """Puts the branches of a template one after another."""

    def visit_If(self, node: nodes.If) -> list[nodes.Node]:  # noqa: N802 - Jinja's names
        self.generic_visit(node)
        return [*node.body, *node.elif_, *node.else_]

    def visit_For(self, node: nodes.For) -> list[nodes.Node]:  # noqa: N802 - Jinja's names
        self.generic_visit(node)
        otherwise, node.else_ = node.else_, []
        if isinstance(node.target, nodes.Tuple):
            width = nodes.Const(len(node.target.items))
            node.iter = nodes.Filter(node.iter, "of_width", [width], [], None, None)
        return [node, *otherwise]

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - Jinja's names
        self.generic_visit(node)
        return nodes.Const("…") if isinstance(node.node, nodes.Name) and node.node.name in _LEFT_OUT else node

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - Jinja's names
        self.generic_visit(node)
        node.nodes = [each for found in node.nodes for each in _either(found)]
        return node


def _either(node: nodes.Expr) -> Iterator[nodes.Expr]:
    if isinstance(node, nodes.CondExpr):
        yield from _either(node.expr1)
        yield nodes.TemplateData(" ")
        if node.expr2 is not None:
            yield from _either(node.expr2)
    elif isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Dict):
        for pair in node.node.items:
            yield from _either(pair.value)
            yield nodes.TemplateData(" ")
    else:
        yield node


class _AllBranches(Environment):
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if name and name.startswith(_WITH_BRANCHES):
            _Branches().visit(tree)
        return tree


def _environment() -> Environment:
    """Return the environment in which pages are drawn whole; one for an application."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # documented for this
    if _ENVIRONMENT not in app.extensions:
        app.extensions[_ENVIRONMENT] = _made(app)
    found: Environment = app.extensions[_ENVIRONMENT]
    return found


def _made(app: Flask) -> Environment:
    own = app.jinja_env
    made = _AllBranches(
        app,
        loader=own.loader,
        undefined=_Unknown,
        trim_blocks=own.trim_blocks,
        lstrip_blocks=own.lstrip_blocks,
        autoescape=own.autoescape,
        extensions=["jinja2.ext.i18n"],
    )
    made.filters = {name: _of_known(each) for name, each in own.filters.items()}
    made.filters["of_width"] = _of_width
    made.globals = {
        **own.globals,
        "icon": _of_known(icon),
        "url_for": lambda *_args, **_values: "…",
    }
    made.install_gettext_callables(_gettext, _plural_form, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    return made


def _of_known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that leaves alone what is not known."""

    @wraps(function)
    def filtered(*args: Any, **values: Any) -> Any:
        unknown = [each for each in args if isinstance(each, _Unknown)]
        return unknown[0] if unknown else function(*args, **values)

    return filtered


def _of_width(rows: Iterable[Any], width: int) -> Iterable[Any]:
    return [(rows,) * width] if isinstance(rows, _Unknown) else rows


def _gettext(message: str | _Unknown) -> str:
    if isinstance(message, _Unknown):
        return str(message)
    return _with_marks(Text(message), catalogues.gettext(message))


def _plural_form(singular: str, plural: str, number: int) -> str:
    return _with_marks(Text(singular, plural), catalogues.plural_form(singular, plural, int(number)))


def _with_marks(text: Text, words: str) -> str:
    return f"{BEGINS}{words}{ENDS}" if text == _marked.get() else words
