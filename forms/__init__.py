"""Forms: what is asked of people, and whether their answers can be accepted. Knows neither the engine nor the web.

Conditions are FEEL; whoever calls brings `parse` and `evaluate`. How to write a form: forms/README.md.
"""

from forms.circumstances import Choices
from forms.conditions import Shown, shown_fields
from forms.definition import Condition, Field, FormDefinition, Group, Kind, Option, Separator, Step, Text
from forms.errors import SENTENCES, AnswersRejected, InvalidDefinition, Problem, UnknownForm, problem_keys
from forms.parsing import parse_form
from forms.submission import Answers, accept, accept_json, accept_step
from forms.typed import ADD_ROW, REMOVE_ROW, Sent, as_typed, rows_changed

__all__ = [
    "ADD_ROW",
    "REMOVE_ROW",
    "SENTENCES",
    "Answers",
    "AnswersRejected",
    "Choices",
    "Condition",
    "Field",
    "FormDefinition",
    "Group",
    "InvalidDefinition",
    "Kind",
    "Option",
    "Problem",
    "Sent",
    "Separator",
    "Shown",
    "Step",
    "Text",
    "UnknownForm",
    "accept",
    "accept_json",
    "accept_step",
    "as_typed",
    "parse_form",
    "problem_keys",
    "rows_changed",
    "shown_fields",
]
