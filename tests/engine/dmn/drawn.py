"""DMN files for tests, written as dmn-js writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(body: str, namespace: str = "test", dmn: str = NAMESPACE) -> bytes:
    return f'<definitions xmlns="{dmn}" id="defs" name="Test" namespace="{namespace}">{body}</definitions>'.encode()


def text(tag: str, content: str, **attributes: str) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}><text>{escape(content)}</text></{tag}>"


def column(expression: str, *, kind: str = "", allowed: str = "") -> str:
    type_ = {"typeRef": kind} if kind else {}
    values = text("inputValues", allowed) if allowed else ""
    return (
        f'<input label="{escape(expression)}">{text("inputExpression", expression, **type_)}{values}</input>'
    )


def result(name: str, *, kind: str = "", allowed: str = "", default: str = "") -> str:
    type_ = f' typeRef="{kind}"' if kind else ""
    values = text("outputValues", allowed) if allowed else ""
    otherwise = text("defaultOutputEntry", default) if default else ""
    return f'<output name="{name}"{type_}>{values}{otherwise}</output>'


def rule(cells: Iterable[str], results: Iterable[str], id_: str) -> str:
    inputs = "".join(text("inputEntry", cell) for cell in cells)
    outputs = "".join(text("outputEntry", one) for one in results)
    return f'<rule id="{id_}">{inputs}{outputs}</rule>'


def table(
    columns: Sequence[str], results: Sequence[str], rules: Sequence[tuple[str, ...]], policy: str = "UNIQUE"
) -> str:
    """Each rule gives its cells, inputs first. Rules are r1, r2, …; `policy` may name an aggregation: COLLECT SUM."""
    name, _, aggregation = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    attributes = f'hitPolicy="{name}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    rows = "".join(
        rule(cells[: len(columns)], cells[len(columns) :], f"r{number}")
        for number, cells in enumerate(rules, 1)
    )
    return f'<decisionTable id="t" {attributes}>{"".join(columns)}{"".join(results)}{rows}</decisionTable>'


def decision(
    logic: str, id_: str = "d", name: str = "Decision", *, requires: str = "", kind: str = ""
) -> str:
    type_ = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="{id_}" name="{name}"><variable name="{name}"{type_}/>{requires}{logic}</decision>'


def literal(expression: str, kind: str = "") -> str:
    return text("literalExpression", expression, **({"typeRef": kind} if kind else {}))


def requires(*ids: str, as_: str = "requiredDecision") -> str:
    outer = "knowledgeRequirement" if as_ == "requiredKnowledge" else "informationRequirement"
    return "".join(f'<{outer}><{as_} href="{id_ if "#" in id_ else "#" + id_}"/></{outer}>' for id_ in ids)
