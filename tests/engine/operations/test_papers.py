"""A letter beside the resolution is never made with a gap, whatever somebody forgot to record."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.wording import missing_values
from engine.operations.papers import LetterLacksValues, write_paper

WHOLE = {"questions": "Milloin voimme tavata?", "due_on": "9.11.2026"}


def writes(operate: Any, **values: str) -> None:
    def act(work: Any, case: Any) -> None:
        models = work.instances.models(case.deployment_id)
        write_paper(work, case, models, "request_applicant", values, language="fi")

    operate.read(act)


def test_a_letter_with_all_that_it_says_is_made(operate: Any) -> None:
    writes(operate, **WHOLE)
    assert operate.papers() == ["request_applicant"]


@pytest.mark.parametrize("lacking", sorted(WHOLE))
def test_a_letter_that_lacks_something_is_refused_in_words(operate: Any, lacking: str) -> None:
    with pytest.raises(LetterLacksValues) as refused:
        writes(operate, **{**WHOLE, lacking: "  "})
    assert "{" not in refused.value.message
    assert lacking not in refused.value.message, "the words of the text, not the name of the value"
    assert operate.papers() == []


def test_the_day_of_service_is_left_out_of_an_opinion_before_anybody_was_served(operate: Any) -> None:
    texts = operate.read(lambda work, case: work.instances.models(case.deployment_id).bundle.texts)
    assert "served_on" not in missing_values(texts["appeal_opinion"], {})
    assert "decided_on" in missing_values(texts["appeal_opinion"], {})
