"""Sound records about children: the checker finds nothing in them."""

from copy import deepcopy

import pytest

from . import honest
from .planting import drop, find
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


@pytest.mark.parametrize("proof", ["recipient_died", "refuses"])
def test_a_guardian_who_died_is_not_waited_for(proof: str) -> None:
    export = deepcopy(honest.child())
    guardian = next(row["id"] for row in export["parties"] if row["kind"] == "guardian")
    delivery = find(export, "deliveries", party_id=guardian)
    delivery.update(state="kept", proof=proof, served_on=None, presumed_on=None)
    drop(export, "deadlines", name="appeal_period", business_key=delivery["business_key"])
    found = {each.removeprefix("warning: ").split(" ")[0] for each in check(export)}
    assert ("final-after-each-service" in found) is (proof == "refuses")
