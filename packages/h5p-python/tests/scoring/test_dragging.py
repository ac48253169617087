from __future__ import annotations

from copy import deepcopy
from typing import Any

from contents import DRAG, element
from statements import answer, marks, outcome

TYPE = "H5P.DragQuestion 1.14"


def drag(response: str | None, *more: dict[str, Any], **behaviour: object) -> tuple[Any, Any]:
    params = deepcopy(DRAG) | {"behaviour": behaviour}
    params["question"]["task"]["elements"] += more
    return marks(TYPE, params, response)


def test_a_wrong_place_takes_a_point() -> None:
    assert drag("0[.]0[,]1[.]2[,]0[.]1") == (1, 2)


def test_without_penalties_it_takes_none() -> None:
    assert drag("0[.]0[,]1[.]2[,]0[.]1", applyPenalties=False) == (2, 2)


def test_one_point_for_all_asks_for_all() -> None:
    assert drag("0[.]0[,]1[.]2", singlePoint=True) == (1, 1)
    assert drag("0[.]0", singlePoint=True) == (0, 1)
    assert drag("0[.]0[,]1[.]2[,]0[.]1", singlePoint=True, applyPenalties=False) == (0, 1)


def test_an_element_cannot_lie_in_two_zones_at_once() -> None:
    assert drag("0[.]0[,]1[.]0", applyPenalties=False) == (0, 2)


def test_an_element_cannot_lie_in_a_zone_that_does_not_take_it() -> None:
    params = deepcopy(DRAG)
    params["question"]["task"]["elements"][0]["dropZones"] = ["1"]
    assert marks(TYPE, params, "0[.]0[,]1[.]2") == (0, 2)


def test_an_element_that_may_is_worth_each_of_its_zones() -> None:
    params = deepcopy(DRAG)
    task = params["question"]["task"]
    task["elements"] = [element("x", "0", "1", multiple=True)]
    for zone in task["dropZones"]:
        zone["correctElements"] = ["0", 0, "7", None]
    assert marks(TYPE, params, "0[.]0[,]1[.]0[,]1[.]0") == (2, 2)


def test_where_no_element_belongs_anywhere_leaving_them_is_right() -> None:
    params = {"question": {"task": {"elements": [element("x", "0")], "dropZones": [{}]}}}
    assert marks(TYPE, params, "") == (1, 1)
    assert marks(TYPE, params, "0[.]0") == (0, 1)
    assert marks(TYPE, params, None) == (0, 1)


def test_an_answer_that_moves_what_cannot_move_is_not_verified() -> None:
    params = deepcopy(DRAG)
    params["question"]["task"]["elements"].append(element("khung"))
    assert outcome(TYPE, params, answer("0[.]3")).state == "unverifiable"


def test_the_report_says_what_lies_where() -> None:
    (question,) = outcome(TYPE, DRAG, answer("0[.]0[,]0[.]1")).questions
    assert question.given == "nghe → Nên; né → Nên"
    assert question.right == "nghe → Nên; gần → Cũng nên"
