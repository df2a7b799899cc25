"""Sound records about children: the checker finds nothing in them."""

from copy import deepcopy

from . import honest
from .rules import check


def test_child_listed_in_a_parents_case_is_no_recipient_of_it() -> None:
    export = deepcopy(honest.refusal())
    row = {**export["parties"][0], "id": "c", "kind": "child", "is_minor": True, "is_recipient": False}
    export["parties"].insert(0, {**row, "identity": {"born_on": "2010-03-01"}})
    assert check(export) == []


def test_person_of_doubtful_age_is_a_child_though_the_date_is_an_adults() -> None:
    export = deepcopy(honest.child())
    export["parties"][0]["identity"].update(born_on="1990-03-01", age_doubted="yes")
    assert check(export) == []
