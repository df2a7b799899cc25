"""More of what the gate refuses: what is drawn rightly but repeats, calls, waits or refers wrongly."""

from __future__ import annotations

from typing import Final

from tests.engine.bpmn.drawn import chain, lanes, node
from tests.engine.bpmn.refused import (
    CALL,
    DRAWINGS,
    END,
    MULTIPLE,
    Q_SETS,
    SET,
    START,
    TASK,
    Q,
    calling,
    multiple,
    one,
    straight,
    timer,
    xor,
)

MEANINGS: Final[list[tuple[str, dict[str, bytes]]]] = [
    (
        "multiple_kind",
        calling(
            multiple(
                MULTIPLE.replace("<multi", "<multi", 1).replace('id="mi"', 'id="mi" isSequential="true"')
            ),
            Q,
            wrapped=True,
        ),
    ),
    (
        "multiple_kind",
        straight(
            node("userTask", "t", '<standardLoopCharacteristics id="l" loopMaximum="3"/>', form_key="f"),
            "t",
            role="t",
        ),
    ),
    (
        "multiple_data",
        calling(
            multiple(MULTIPLE.replace("</multi", "<loopDataInputRef>things</loopDataInputRef></multi")),
            Q,
            wrapped=True,
        ),
    ),
    ("multiple_properties", calling(multiple(element=""), Q, wrapped=True)),
    (
        "multiple_cardinality",
        calling(multiple('<multiInstanceLoopCharacteristics id="mi"/>'), Q, wrapped=True),
    ),
    ("multiple_not_alone", calling(multiple(), Q)),
    ("multiple_marker", calling(multiple(""), Q, wrapped=True)),
    ("call_unknown", straight(node("callActivity", "c", attributes='calledElement="nothing"'), "c")),
    (
        "call_recursive",
        calling(
            node("callActivity", "c", attributes=CALL),
            node("startEvent", "qa")
            + node("callActivity", "back", attributes='calledElement="p"')
            + node("endEvent", "qe")
            + chain("qa back qe"),
        ),
    ),
    (
        "call_input_missing",
        calling(node("callActivity", "c", attributes=CALL, output="{got: found}"), Q_SETS),
    ),
    (
        "element_twice",
        {
            **calling(
                multiple(),
                node("startEvent", "qa")
                + node(
                    "subProcess",
                    "qs",
                    node("startEvent", "za")
                    + node(
                        "userTask",
                        "t",
                        MULTIPLE.replace('"mi"', '"mi2"'),
                        form_key="f",
                        collection="things",
                        element="thing",
                    )
                    + node("endEvent", "ze")
                    + chain("za t ze"),
                )
                + node("endEvent", "qe")
                + lanes("qs")
                + chain("qa qs qe"),
                wrapped=True,
            )
        },
    ),
    ("timer_cycle", straight(timer("<timeCycle>R3/P7D</timeCycle>"), "w")),
    ("timer_empty", straight(timer("<timeDuration/>"), "w")),
    ("timer_now", straight(timer('<timeDate>later(now(), "P7D")</timeDate>'), "w")),
    ("timer_now", straight(timer("<timeDate>today()</timeDate>"), "w")),
    ("timer_period", straight(timer("<timeDuration>P1M</timeDuration>"), "w")),
    ("timer_period", straight(timer("<timeDuration>P1000000Y</timeDuration>"), "w")),
    (
        "feel_broken",
        one(
            START, xor(""), END, node("endEvent", "e2"), chain("a x e"), chain("x e2", "channel = ="), role=""
        ),
    ),
    ("feel_broken", straight(node("scriptTask", "s", "<script>__import__('os').system('x')</script>"), "s")),
    (
        "other_language",
        one(
            START,
            xor(""),
            END,
            node("endEvent", "e2"),
            chain("a x e"),
            chain("x e2", "${channel == 'a'}"),
            role="",
        ),
    ),
    (
        "language_declared",
        straight(
            node("scriptTask", "s", "<script>{x: channel}</script>", attributes='scriptFormat="groovy"'), "s"
        ),
    ),
    ("not_a_context", straight(node("scriptTask", "s", "<script>1 + 1</script>"), "s")),
    (
        "unknown_name",
        one(
            START, xor(""), END, node("endEvent", "e2"), chain("a x e"), chain("x e2", "chanel = 1"), role=""
        ),
    ),
    ("unknown_function", straight(node("scriptTask", "s", "<script>{x: open(channel)}</script>"), "s")),
    (
        "forbidden_name",
        one(
            START,
            SET.replace("found", "gender"),
            xor(""),
            END,
            node("endEvent", "e2"),
            chain("a set x e"),
            chain("x e2", "gender = 1"),
            role="",
        ),
    ),
    (
        "forbidden_name",
        one(
            START,
            xor(""),
            END,
            node("endEvent", "e2"),
            chain("a x e"),
            chain("x e2", 'things[nationality = "x"] = []'),
            role="",
        ),
    ),
    ("forbidden_name", straight(node("businessRuleTask", "r", decision="bad_table"), "r")),
    (
        "answer_not_variable",
        straight(node("userTask", "t", form_key="f", output="{x: answers.story}"), "t", role="t"),
    ),
    ("answers_whole", straight(node("userTask", "t", form_key="f", output="{x: answers}"), "t", role="t")),
    (
        "result_unknown",
        straight(node("serviceTask", "g", operation="send", output="{x: result.colour}"), "g"),
    ),
    ("reserved_name", straight(node("scriptTask", "s", "<script>{answers: 1}</script>"), "s")),
    ("form_key_missing", straight(node("userTask", "t"), "t", role="t")),
    ("form_key_unknown", straight(node("userTask", "t", form_key="g"), "t", role="t")),
    ("operation_missing", straight(node("serviceTask", "g"), "g")),
    ("operation_unknown", straight(node("serviceTask", "g", operation="os.system"), "g")),
    ("decision_missing", straight(node("businessRuleTask", "r"), "r")),
    ("decision_unknown", straight(node("businessRuleTask", "r", decision="none"), "r")),
    ("role_missing", straight(TASK, "t")),
    ("role_unknown", one(START, TASK, END, lanes("t", "boss"), chain("a t e"), role="")),
]
REFUSED: Final = [*DRAWINGS, *MEANINGS]
