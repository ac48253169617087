"""The points of our own H5P types: from the content and the response, whatever a browser claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from media.h5p_scoring import LONGEST_RESPONSE, is_read, score

SITUATION: dict[str, Any] = {
    "responses": [{"rating": "1"}, {"rating": "3"}, {"rating": "0"}, {"rating": "2"}],
}
RATE = SITUATION | {"task": "rate"}
DIALOGUE: dict[str, Any] = {
    "nodes": [
        {
            "id": "mo-dau",
            "replies": [
                {"quality": "poor", "next": "gat"},
                {"quality": "good", "next": "ke"},
                {"quality": "poor", "next": "hen"},
            ],
        },
        {
            "id": "ke",
            "replies": [{"quality": "fair", "next": "hen"}, {"quality": "good", "next": "hen"}],
        },
        {"id": "gat", "replies": [{"quality": "good", "next": "ke"}]},
        {"id": "hen"},
    ]
}
SORTING: dict[str, Any] = {
    "groups": [{"cards": [{}, {}]}, {}, {"cards": [{}]}],
}
TIMELINE: dict[str, Any] = {"task": "orderThenRead", "events": [{}, {}, {}, {}, {}]}
READING: dict[str, Any] = {"events": [{}, {}, {}]}


def points(library: str, params: dict[str, Any], response: str) -> tuple[int, int]:
    got, most = score(f"H5P.Kheo{library}", params, response)
    assert isinstance(got, Decimal)
    assert isinstance(most, Decimal)
    return int(got), int(most)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("best[.]1[,]worst[.]2", 4),  # right
        ("worst[.]2[,]best[.]1", 4),
        ("best[.]3[,]worst[.]0", 2),  # next to it, both
        ("best[.]1[,]worst[.]3", 2),  # one right
        ("best[.]1", 2),  # half an answer
        ("best[.]2[,]worst[.]1", 0),  # wrong
        ("", 0),
        ("best[.]1[,]worst[.]1", 0),  # one response as both
        ("best[.]1[,]best[.]1[,]worst[.]2", 0),
        ("best[.]4[,]worst[.]2", 0),  # no such response
        ("best[.]01[,]worst[.]2", 0),
        ("best[.]-1[,]worst[.]2", 0),
        ("best[.]1[,]worst[.]2[,]third[.]1", 0),
        ("best:1,worst:2", 0),
        ("[,][.]", 0),
        ("best[.]１[,]worst[.]2", 0),  # a digit, but not one of ours
    ],
)
def test_best_and_worst(response, expected):
    assert points("Situation", SITUATION, response) == (expected, 4)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("0[.]1[,]1[.]3[,]2[.]0[,]3[.]2", 8),
        ("0[.]0[,]1[.]2[,]2[.]1[,]3[.]3", 4),  # the right side each time
        ("0[.]1[,]1[.]3", 4),  # two of four
        ("0[.]3[,]1[.]0[,]2[.]2[,]3[.]1", 0),
        ("", 0),
        ("0[.]1[,]0[.]1[,]1[.]3", 0),  # one rated twice
        ("0[.]1[,]1[.]4", 0),
        ("0[.]1[,]9[.]3", 0),
        ("best[.]1[,]worst[.]2", 0),
    ],
)
def test_rating_each(response, expected):
    assert points("Situation", RATE, response) == (expected, 8)


def test_two_ratings_only_know_right_and_wrong():
    two = {"responses": [{"rating": "2"}, {"rating": "1"}]}
    assert points("Situation", two, "best[.]0[,]worst[.]1") == (4, 4)
    assert points("Situation", two, "best[.]1[,]worst[.]0") == (0, 4)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("mo-dau.1[,]ke.1", "10"),  # good all the way
        ("mo-dau.1[,]ke.0", "7.5"),
        ("mo-dau.0[,]gat.0[,]ke.1", "6.7"),  # mended
        ("mo-dau.0[,]gat.0[,]ke.0", "5"),
        ("mo-dau.2", "0"),  # spoilt at once
        ("mo-dau.1", "0"),  # broken off
        ("", "0"),
        ("ke.1", "0"),  # begins in the middle
        ("mo-dau.0[,]ke.1", "0"),  # leaves out a moment
        ("mo-dau.1[,]ke.1[,]hen.0", "0"),  # goes on after the end
        ("mo-dau.1[,]mo-dau.1[,]ke.1", "0"),
        ("mo-dau.3", "0"),
        ("mo-dau", "0"),
        ("mo-dau.1[,]ke.1[,]", "0"),
        ("mo-dau[.]1", "0"),
    ],
)
def test_the_way_through_a_dialogue(response, expected):
    assert score("H5P.KheoDialogue", DIALOGUE, response) == (Decimal(expected), Decimal(10))


def test_going_in_circles_wins_nothing():
    circle = {
        "nodes": [
            {
                "id": "a",
                "replies": [{"quality": "fair", "next": "a"}, {"quality": "good", "next": "b"}],
            },
            {"id": "b"},
        ]
    }
    assert points("Dialogue", circle, "a.1") == (10, 10)
    assert points("Dialogue", circle, "a.0[,]a.0[,]a.0[,]a.1") == (6, 10)  # 6.3
    assert points("Dialogue", circle, "[,]".join(["a.0"] * 200 + ["a.1"])) == (0, 10)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("0[.]0[,]1[.]0[,]2[.]2", 3),
        ("2[.]2[,]1[.]0[,]0[.]0", 3),
        ("0[.]0[,]1[.]1", 1),
        ("0[.]1[,]1[.]2[,]2[.]0", 0),
        ("", 0),
        ("0[.]0[,]0[.]1[,]1[.]0", 0),  # one card in two groups
        ("0[.]0[,]1[.]0[,]2[.]3", 0),  # no such group
        ("0[.]0[,]1[.]0[,]2[.]2[,]3[.]0", 0),  # no such card
        ("0.0[,]1.0", 0),
        ("0[.]0[.]0", 0),
    ],
)
def test_cards_in_groups(response, expected):
    assert points("Sorting", SORTING, response) == (expected, 3)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("0[,]1[,]2[,]3[,]4", 4),
        ("1[,]2[,]3[,]4[,]0", 3),  # one out of place
        ("0[,]3[,]1[,]2[,]4", 3),
        ("4[,]3[,]2[,]1[,]0", 0),
        ("", 0),
        ("0[,]1[,]2", 0),  # not all
        ("0[,]1[,]2[,]3[,]3", 0),
        ("0[,]1[,]2[,]3[,]4[,]4", 0),
        ("0[,]1[,]2[,]3[,]5", 0),
        ("0,1,2,3,4", 0),
    ],
)
def test_events_in_order(response, expected):
    assert points("Timeline", TIMELINE, response) == (expected, 4)


def test_reading_has_no_points_but_an_end():
    assert points("Timeline", READING, "0[,]1[,]2") == (0, 0)
    assert is_read(READING, "0[,]1[,]2")
    assert not is_read(READING, "0[,]1")
    assert not is_read(READING, "0[,]2[,]1")


@pytest.mark.parametrize("library", ["Situation", "Dialogue", "Sorting", "Timeline"])
def test_an_endless_response_and_empty_content_are_worth_nothing(library):
    assert points(library, {}, "0[.]0[,]" * LONGEST_RESPONSE)[0] == 0
    assert points(library, {}, "best[.]0")[0] == 0


def test_libraries_of_others_are_not_scored_here():
    with pytest.raises(KeyError):
        score("H5P.MultiChoice", {}, "0")
