from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from cadres.attesting import attest
from cadres.models import Cadre, Role
from cadres.organising import merge
from certificates import limiting
from certificates.issuing import issue
from certificates.models import Certificate
from courses.models import Course, EditionCitation, EditionLesson
from courses.requiring import require
from indicators.measuring import remeasure
from indicators.models import Plan
from kit.dates import today
from kit.limiting import counts
from lms.demo.plan import build_plan
from tests import cast
from tests.cast import Units
from tests.courses.building import make_course
from tests.indicators.building import DAY, complete
from tests.media.documents import make_document

PLAN = "/api/v1/indicators/ke-hoach-2026-2030/"
PUBLIC = ["/api/v1/courses/", "/api/v1/courses/K1/", "/api/v1/schema/", "/api/v1/docs/"]
SIGNED_IN = [
    "/api/v1/me/",
    "/api/v1/me/learning/",
    "/api/v1/me/certificates/",
    "/api/v1/units/",
    "/api/v1/people/",
    PLAN,
]


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    counts().clear()


@pytest.fixture
def units(db: None) -> Units:
    return cast.build_units()


@pytest.fixture
def course(db: None) -> Course:
    return make_course(2, code="K1")


@pytest.fixture
def learner(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name="Nguyễn Thị Diễm Hương")


@pytest.fixture
def certificate(learner: Cadre, course: Course) -> Certificate:
    return issue(complete(learner, course))


@pytest.fixture
def plan(units: Units, certificate: Certificate) -> Plan:
    plan = build_plan(units.root)
    remeasure(plan, on=DAY)
    return plan


@pytest.fixture
def people(units: Units, learner: Cadre) -> dict[str, User]:
    far = cast.make_cadre(units, full_name="Lê Thị Ngọc Ánh", unit=units.away)
    assert learner.user and far.user
    return {
        "learner": learner.user,
        "stranger": far.user,
        "manager": cast.make_role(units, Role.MANAGER, on=units.home),
        "far manager": cast.make_role(units, Role.MANAGER, on=units.away, unit=units.away),
        "trainer": cast.make_role(units, Role.TRAINER),
        "auditor": cast.make_role(units, Role.AUDITOR),
        "owner": cast.make_role(units, Role.OWNER),
        "admin": cast.make_admin(),
    }


Ask = Callable[..., Any]


@pytest.fixture
def ask(people: dict[str, User]) -> Ask:
    """`ask("manager", "/api/v1/people/", unit=…)`: status and body."""

    def asked(part: str, path: str, **wanted: Any) -> Any:
        client = Client()
        if part != "nobody":
            client.force_login(people[part])
        answer = client.get(path, wanted)
        return answer.status_code, answer.json()

    return asked


def names(body: Any) -> set[str]:
    return {row["full_name"] for row in body["results"]}


# --- Doors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SIGNED_IN)
def test_nobody_is_told_to_sign_in(path: str, ask: Ask):
    status, body = ask("nobody", path)
    assert status == 401
    assert "đăng nhập" in body["detail"]


@pytest.mark.parametrize("path", PUBLIC)
def test_anyone_reads_what_is_public(path: str, course: Course, client: Client):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [*SIGNED_IN, "/api/v1/courses/"])
def test_it_reads_and_changes_nothing(path: str, people: dict[str, User], plan: Plan):
    client = Client()
    client.force_login(people["auditor"])
    for method in ("post", "put", "patch", "delete"):
        assert client.generic(method.upper(), path).status_code in {403, 404, 405}


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/courses/K9/", "/api/v2x/"])
@pytest.mark.django_db
def test_what_is_not_there_answers_404(path: str, client: Client):
    answer = client.get(path)
    assert answer.status_code == 404
    if path.startswith("/api/v1/"):
        assert "Không có" in answer.json()["detail"]


def test_no_cache_keeps_what_is_personal(people: dict[str, User]):
    client = Client()
    client.force_login(people["learner"])
    assert "no-store" in client.get("/api/v1/me/").headers["Cache-Control"]


# --- Courses ------------------------------------------------------------------------------------


def test_a_course_is_told_with_its_outline(course: Course, client: Client):
    [listed] = client.get("/api/v1/courses/").json()["results"]
    told = client.get("/api/v1/courses/K1/").json()
    assert listed["code"] == told["code"] == "K1"
    lessons = [lesson for chapter in told["outline"] for lesson in chapter["lessons"]]
    assert len(lessons) == told["lesson_count"] == 2
    assert set(lessons[0]) == {"code", "title", "minutes"}


def test_a_course_tells_what_it_rests_on(course: Course, client: Client):
    newer = make_document(symbol="34/CT-TTg", in_force_from=today())
    older = make_document(replaced_by=newer)
    lesson = EditionLesson.objects.get(edition=course.current, position=1)
    EditionCitation.objects.create(
        edition=lesson.edition, lesson=lesson, document=older, article="mục 2", position=1
    )
    [basis] = client.get("/api/v1/courses/K1/").json()["legal_basis"]
    assert (basis["symbol"], basis["article"]) == ("33/CT-TTg", "mục 2")
    assert (basis["lesson"], basis["state"]) == (lesson.code, "replaced")
    assert (basis["replaced_by"], basis["amended_by"]) == ("34/CT-TTg", None)


def test_an_unpublished_course_is_not_listed(course: Course, client: Client):
    Course.objects.update(current=None)
    assert client.get("/api/v1/courses/").json()["results"] == []
    assert client.get("/api/v1/courses/K1/").status_code == 404


# --- Oneself ------------------------------------------------------------------------------------


def test_one_is_told_who_one_is(ask: Ask, units: Units):
    _status, me = ask("manager", "/api/v1/me/")
    assert me["full_name"] == "Phạm Hữu Điệp"
    assert me["cadre"]["unit"] == str(units.home.public_id)
    assert me["roles"] == [{"role": "manager", "unit": str(units.home.public_id)}]


def test_an_account_without_a_record_is_told_so(ask: Ask):
    status, me = ask("admin", "/api/v1/me/")
    assert (status, me["cadre"]) == (200, None)
    status, body = ask("admin", "/api/v1/me/learning/")
    assert status == 404
    assert "hồ sơ cán bộ" in body["detail"]


def test_learning_tells_progress_due_days_and_hours(
    ask: Ask, certificate: Certificate, units: Units, people: dict[str, User]
):
    other = make_course(1, code="K2")
    require(other, unit=units.home, due_on=DAY.replace(year=2027), starts_on=DAY)
    _status, learning = ask("learner", "/api/v1/me/learning/")
    rows = {row["course"]: row for row in learning["courses"]}
    assert rows["K1"]["completed_on"] == "2026-03-02"
    assert rows["K1"]["lessons_done"] == rows["K1"]["lesson_count"] == 2
    assert rows["K2"]["due_on"] == "2027-11-23"


def test_ones_certificates_are_ones_own(ask: Ask, certificate: Certificate):
    _status, mine = ask("learner", "/api/v1/me/certificates/")
    assert [row["code"] for row in mine["results"]] == [certificate.code]
    assert mine["results"][0]["sha256"] == certificate.file_hash
    for part in ("stranger", "manager", "auditor"):
        assert ask(part, "/api/v1/me/certificates/")[1]["results"] == []


# --- Certificates -------------------------------------------------------------------------------


def test_anyone_verifies_and_learns_the_same_as_on_the_page(certificate: Certificate, ask: Ask):
    status, facts = ask("nobody", f"/api/v1/certificates/{certificate.code.lower()}/")
    assert status == 200
    assert set(facts) == {
        "number", "name", "course", "issued_on", "issuer", "state", "revoked_on",
    }  # fmt: skip
    assert facts["name"] == "Nguyễn Thị Diễm Hương"


def test_an_unknown_code_is_told_in_vietnamese(ask: Ask):
    status, body = ask("nobody", "/api/v1/certificates/ABCDE-FGHJK-23456-MNPQR/")
    assert status == 404
    assert "giấy chứng nhận" in body["detail"]


@pytest.mark.django_db
def test_page_and_api_share_one_measure_of_asking(client: Client):
    for _ in range(limiting.REQUESTS):
        client.get("/xac-minh/ABCDE-FGHJK-23456-MNPQR/")
    answer = client.get("/api/v1/certificates/ABCDE-FGHJK-23456-MNPQR/")
    assert answer.status_code == 429
    assert "chờ một phút" in answer.json()["detail"]


# --- Units --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("manager", {"Phường Hoa Lư"}),
        ("far manager", {"Xã Phát Diệm"}),
        ("auditor", {"Tỉnh ủy Ninh Bình", "Phường Hoa Lư", "Xã Phát Diệm"}),
        ("owner", {"Tỉnh ủy Ninh Bình", "Phường Hoa Lư", "Xã Phát Diệm"}),
        ("learner", set()),
        ("trainer", set()),
    ],
)
def test_units_are_those_one_oversees(part: str, seen: set[str], ask: Ask):
    status, body = ask(part, "/api/v1/units/")
    assert status == 200
    assert {row["name"] for row in body["results"]} == seen


def test_units_are_told_as_they_were_on_a_day(ask: Ask, units: Units):
    merge([units.away], units.home, effective_on=DAY.replace(month=1), document="NQ 1", by=None)
    before = ask("auditor", "/api/v1/units/", on="2025-12-31")[1]["results"]
    after = ask("auditor", "/api/v1/units/", on="2026-02-01")[1]["results"]
    assert "Xã Phát Diệm" in {row["name"] for row in before}
    assert "Xã Phát Diệm" not in {row["name"] for row in after}
    assert ask("auditor", "/api/v1/units/", on="2020-01-01")[1]["results"] == []
    home = next(row for row in after if row["name"] == "Phường Hoa Lư")
    assert home["parent"] == str(units.root.public_id)


def test_a_day_that_is_none_is_refused(ask: Ask):
    status, body = ask("auditor", "/api/v1/units/", on="05/9/2026")
    assert status == 400
    assert "2026-09-05" in str(body["detail"])


# --- People -------------------------------------------------------------------------------------


def test_a_manager_reads_the_own_unit_and_nobody_elses(ask: Ask):
    assert "Nguyễn Thị Diễm Hương" in names(ask("manager", "/api/v1/people/")[1])
    assert "Lê Thị Ngọc Ánh" not in names(ask("manager", "/api/v1/people/")[1])
    assert "Nguyễn Thị Diễm Hương" not in names(ask("far manager", "/api/v1/people/")[1])


@pytest.mark.parametrize("part", ["learner", "stranger", "trainer"])
def test_without_a_unit_one_reads_oneself(part: str, ask: Ask, people: dict[str, User]):
    assert names(ask(part, "/api/v1/people/")[1]) == {people[part].full_name}


@pytest.mark.parametrize(
    ("part", "status"), [("auditor", 200), ("manager", 200), ("far manager", 404), ("learner", 404)]
)
def test_a_unit_out_of_scope_is_not_found(part: str, status: int, ask: Ask, units: Units):
    unit = str(units.home.public_id)
    assert ask(part, "/api/v1/people/", unit=unit)[0] == status
    assert ask(part, PLAN, unit=unit)[0] == 404  # no plan has been entered yet


@pytest.mark.parametrize("unit", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_unit_that_is_none_is_not_found(unit: str, ask: Ask):
    assert ask("auditor", "/api/v1/people/", unit=unit)[0] == 404


def test_no_secret_of_a_record_is_told(ask: Ask, learner: Cadre):
    Cadre.objects.filter(pk=learner.pk).update(phone="0912345678", identity_hash="f" * 64)
    _status, body = ask("auditor", "/api/v1/people/")
    assert set(body["results"][0]) == {
        "id", "code", "full_name", "born_year", "kind", "position", "unit", "unit_name",
    }  # fmt: skip
    assert "0912345678" not in str(body)


def test_people_come_by_pages_each_once(ask: Ask, units: Units):
    for number in range(7):
        cast.make_cadre(units, full_name=f"Trần Văn {chr(65 + number)}")
    status, body = ask("auditor", "/api/v1/people/", size=3)
    found = [row["id"] for row in body["results"]]
    while body["next"]:
        status, body = ask("auditor", body["next"].removeprefix("http://testserver"))
        found += [row["id"] for row in body["results"]]
    assert status == 200
    assert len(found) == len(set(found)) == Cadre.objects.count()


def test_people_are_told_of_a_day_and_by_either_lens(ask: Ask, units: Units):
    merge([units.away], units.home, effective_on=DAY.replace(month=1), document="NQ 1", by=None)
    home, away = str(units.home.public_id), str(units.away.public_id)

    def told(**wanted: str) -> bool:
        body = ask("manager", "/api/v1/people/", on="2025-12-31", **wanted)[1]
        return "Lê Thị Ngọc Ánh" in names(body)

    assert not told(unit=home)
    assert told(unit=home, lens="now")
    assert told(unit=away)
    assert ask("manager", "/api/v1/people/", unit=away)[0] == 404


@pytest.mark.parametrize("path", ["/api/v1/people/", "/api/v1/units/", PLAN])
def test_a_lens_that_is_none_is_refused(path: str, ask: Ask, plan: Plan):
    status, body = ask("auditor", path, lens="x")
    assert status == 400
    assert "then" in str(body["detail"])


def test_figures_are_told_of_a_day_and_by_either_lens(ask: Ask, plan: Plan):
    for lens in ("then", "now"):
        status, figures = ask("auditor", PLAN, on="2026-06-30", lens=lens)
        assert (status, figures["on"], figures["is_restated"]) == (200, "2026-06-30", lens == "now")
        scores = [score for group in figures["groups"] for score in group["indicators"]]
        assert not any(score["is_estimate"] for score in scores)
    assert ask("auditor", PLAN, on="2025-06-30")[0] == 404


# --- Indicators ---------------------------------------------------------------------------------


def test_figures_are_those_of_the_unit_and_the_year(ask: Ask, plan: Plan, units: Units):
    status, figures = ask("auditor", PLAN, unit=str(units.home.public_id), year=2026)
    assert status == 200
    assert (figures["unit_name"], figures["year"]) == ("Phường Hoa Lư", 2026)
    assert any(score["numerator"] for group in figures["groups"] for score in group["indicators"])


def test_figures_say_when_their_people_were_confirmed(ask: Ask, plan: Plan, units: Units):
    assert ask("auditor", PLAN, unit=str(units.home.public_id))[1]["people_confirmed_on"] is None
    attest(units.root, by=None, on=DAY)
    figures = ask("auditor", PLAN, unit=str(units.home.public_id))[1]
    assert figures["people_confirmed_on"] == str(DAY)


@pytest.mark.parametrize(
    ("part", "status"),
    [("manager", 200), ("owner", 200), ("far manager", 404), ("learner", 404), ("trainer", 404)],
)
def test_figures_of_a_unit_are_for_who_oversees_it(
    part: str, status: int, ask: Ask, plan: Plan, units: Units
):
    assert ask(part, PLAN, unit=str(units.home.public_id))[0] == status


def test_a_managers_figures_are_the_own_units(ask: Ask, plan: Plan):
    assert ask("far manager", PLAN)[1]["unit_name"] == "Xã Phát Diệm"


@pytest.mark.parametrize("year", ["2020", "x", "-1"])
def test_a_year_outside_the_plan_is_not_found(year: str, ask: Ask, plan: Plan):
    assert ask("auditor", PLAN, year=year)[0] == 404


def test_another_plan_is_not_found(ask: Ask, plan: Plan):
    assert ask("auditor", "/api/v1/indicators/khong-co/")[0] == 404


# --- Cost and description -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/v1/me/", 7),
        ("/api/v1/me/learning/", 9),
        ("/api/v1/me/certificates/", 6),
        ("/api/v1/units/", 6),
        ("/api/v1/people/", 6),
        (PLAN, 13),
    ],
)
def test_an_answer_costs_as_many_queries_with_more_rows(
    path: str,
    most: int,
    people: dict[str, User],
    plan: Plan,
    units: Units,
    django_assert_max_num_queries: Any,
):
    part = "learner" if "/me/" in path else "auditor"
    client = Client()
    client.force_login(people[part])
    for number in range(5):
        cast.make_cadre(units, full_name=f"Trần Văn {number}")
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_the_description_is_valid_and_complete():
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    told = out.getvalue()
    for path in [*SIGNED_IN[:-1], "/api/v1/courses/", "/api/v1/certificates/{code}/"]:
        assert f"{path}:" in told
    assert "/soan/" not in told


@pytest.mark.django_db
def test_the_page_lists_every_operation_in_vietnamese(client: Client):
    page = client.get("/api/v1/docs/").content.decode()
    for path in [*SIGNED_IN[:-1], "/api/v1/indicators/{plan}/"]:
        assert path in page
    assert "Những người tôi được xem hồ sơ" in page
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://testserver", "")
