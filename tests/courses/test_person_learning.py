"""What those above see of one person's learning."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.attempting import finish, start
from courses.enrolling import enrol, open_sitting
from courses.learning import finish_lesson
from tests.courses.teams import LATE, Team, as_, make_team


@pytest.fixture
def team(db: Any) -> Team:
    return make_team()


def page_of(team: Team, who: Any) -> Any:
    return as_(who).get(f"/don-vi/nguoi/{team.learner.public_id}/hoc/")


def words_of(team: Team) -> str:
    return str(page_of(team, team.manager).content.decode())


def test_a_manager_sees_why_someone_is_late(team: Team) -> None:
    team.require(LATE)
    assert "Quá hạn 3 ngày" in words_of(team)
    assert "Chưa mở khóa học lần nào." in words_of(team)


def test_how_far_and_which_tries(team: Team) -> None:
    team.require(LATE)
    enrolment = enrol(team.learner, team.course)
    assert "Đang học đến bài" in words_of(team)
    finish_lesson(enrolment, enrolment.edition.lessons.get())
    assert "chưa làm bài kiểm tra" in words_of(team)
    finish(start(open_sitting(enrolment)))
    assert "bài kiểm tra chưa đạt" in words_of(team)
    assert "Lần 1" in words_of(team)


def test_another_units_manager_and_the_person_itself_find_nothing_here(team: Team) -> None:
    assert page_of(team, team.away_manager).status_code == 404
    assert page_of(team, team.learner).status_code == 404


def test_the_list_leads_here_and_here_to_the_record(team: Team) -> None:
    team.require(LATE)
    address = f"/don-vi/nguoi/{team.learner.public_id}/"
    assert f'href="{address}hoc/"' in as_(team.manager).get("/don-vi/").content.decode()
    assert f'href="{address}"' in words_of(team)
    assert f'href="{address}hoc/"' in as_(team.manager).get(address).content.decode()


def test_its_queries_are_counted(team: Team, django_assert_max_num_queries: Any) -> None:
    team.require(LATE)
    client = as_(team.manager)
    with django_assert_max_num_queries(11):
        client.get(f"/don-vi/nguoi/{team.learner.public_id}/hoc/")
