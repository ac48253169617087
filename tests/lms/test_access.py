"""Every route, tried by everyone: the roles table opens the door, scope finds the rows behind it.

A route without a row, or without an example here, fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from openpyxl import load_workbook

from cadres.scopes import access_of
from exchange.keying import access_of_key
from lms.access import ROUTES, TREES, may_open
from lms.routes import Route, all_routes
from tests.lms.building import LEARNER, NOBODY, World

# Pages of the roof that stand among a library's.
OF_ONES_OWN = {"held", "held_export", "purpose"}
# Trees of routes that belong to libraries.
FOREIGN = ("soan/", "tai-lieu/", "trang/", "tai-khoan/")
OPEN, SHUT, NO_METHOD = "open", "shut", "no such method"


def is_own(route: Route) -> bool:
    is_among_theirs = route.path.startswith(FOREIGN) and not route.name.startswith("accounts:")
    return not is_among_theirs or route.name in OF_ONES_OWN


OWN = {route.name: route for route in all_routes() if is_own(route)}
OVERSEERS = {"manager", "owner", "auditor", "admin"}
_LISTERS = {"manager", "auditor", "admin"}
ACTING = {"manager", "admin"}
CADRES = {
    "learner", "colleague", "stranger", "trainer", "reviewer", "manager", "far manager", "issuer",
    "far issuer", "owner", "auditor",
}  # fmt: skip


SEEING_KEYS, WRITING_KEYS = {"wide key", "near key"}, {"wide key", "near key", "far key"}
METHODS = ["get", "post", "put", "patch", "delete"]


@dataclass(frozen=True)
class Example:
    """An address of a route. Of those whom the roles table lets in, `read_by` find what it names
    (None: all of them) and `act_by` may change it. `names_for`: on a page that lists people, who
    sees the learner among them.
    """

    args: Callable[[World], dict[str, Any]] = lambda world: {}
    query: Callable[[World], dict[str, Any]] = lambda world: {}
    read_by: set[str] | None = None
    act_by: set[str] | None = None
    names_for: set[str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def may(self, part: str, *, acting: bool) -> bool:
        found_by = self.act_by if acting and self.act_by is not None else self.read_by
        return found_by is None or part in found_by


def _course(world: World) -> dict[str, Any]:
    return {"course": world.course.slug}


def _lesson(world: World) -> dict[str, Any]:
    edition = world.enrolment.edition
    return _course(world) | {"lesson": edition.lessons.get().slug}


def _running(world: World) -> dict[str, Any]:
    return _course(world) | {"attempt": world.running.pk}


def _place(world: World) -> dict[str, Any]:
    return _lesson(world) | {"place": world.lesson_run.place}


def _run(world: World) -> dict[str, Any]:
    return _lesson(world) | {"run": world.lesson_run.run_id}


def _content(world: World) -> dict[str, Any]:
    return {"public_id": world.lesson_run.run.revision.content.public_id}


def _person(world: World) -> dict[str, Any]:
    return {"public_id": world.learner.public_id}


def _correction(world: World) -> dict[str, Any]:
    return {"pk": world.correction.pk}


def _post(world: World) -> dict[str, Any]:
    return _person(world) | {"pk": world.learner.posts.get().pk}


def _group(world: World) -> dict[str, Any]:
    return {"code": world.units.group.code}


def _home_unit(world: World) -> dict[str, Any]:
    return {"public_id": world.units.home.public_id}


def _code(world: World) -> dict[str, Any]:
    return {"code": world.certificate.code}


def _roster(world: World) -> dict[str, Any]:
    return {"pk": world.roster.pk}


def _home(world: World) -> dict[str, Any]:
    return {"don-vi": world.units.home.public_id}


def _indicator(world: World) -> dict[str, Any]:
    return {"code": "1.1"}


EXAMPLES: dict[str, Example] = {
    "home": Example(),
    "about_demo": Example(),
    "offline": Example(),
    "worker": Example(),
    "set_language": Example(),
    "healthz": Example(),
    "readyz": Example(),
    "metrics": Example(),
    "media:picture": Example(lambda world: {"name": "x.png"}),
    "media:recording": Example(lambda world: {"name": "x.mp3"}),
    "media:legal_file": Example(lambda world: {"name": "x.pdf"}),
    "media:player": Example(lambda world: {"content": "x"}, read_by=set()),  # without a ticket
    "media:player_file": Example(lambda world: {"name": "x.js"}, read_by=set()),
    # Interactive content
    "media:contents": Example(),
    "media:content": Example(_content),
    "media:compare": Example(_content, query=lambda world: {"tu": 1, "den": 1}),
    "media:restore": Example(lambda world: _content(world) | {"number": 1}),
    "media:copy": Example(_content),
    "media:edit": Example(_content),
    "media:new": Example(),
    "media:package": Example(lambda world: _content(world) | {"number": 1}),
    "media:tried": Example(_content),
    "media:libraries": Example(),
    "media:library": Example(lambda world: {"pk": world.library.pk}),
    "media:move": Example(lambda world: {"pk": world.library.pk}),
    "courses:play": Example(_place, read_by={"learner"}, act_by={"learner"}),
    "courses:run": Example(_run, read_by={"learner"}),
    "courses:save_run": Example(_run, act_by={"learner"}),
    "courses:submit_run": Example(_run, act_by={"learner"}),
    "courses:interactive_report": Example(_course, names_for={"trainer", *OVERSEERS}),
    "courses:interactive_run": Example(
        lambda world: _course(world) | {"run": world.lesson_run.run_id},
        read_by={"trainer", *OVERSEERS},
        names_for={"trainer", *OVERSEERS},
    ),
    "accounts:account": Example(),
    "accounts:display": Example(),
    "accounts:end_visit": Example(),
    "accounts:slip_entry": Example(),
    "accounts:slip": Example(lambda world: {"number": world.slip.slip.pk, "code": world.slip.code}),
    "accounts:single_sign_on": Example(read_by=set()),  # there is no provider
    "accounts:sign_on_callback": Example(read_by=set()),
    "held": Example(),
    "held_export": Example(lambda world: {"kind": "json"}),
    "purpose": Example(),
    "retention": Example(),
    # Learning
    "courses:catalogue": Example(),
    "courses:course": Example(_course),
    "courses:enrol": Example(_course, act_by=CADRES),
    "courses:learning": Example(),
    "courses:lesson": Example(_lesson, read_by={"learner"}),
    "courses:finish_lesson": Example(_lesson, act_by={"learner"}),
    "courses:practise": Example(
        lambda world: _lesson(world) | {"question": world.question}, act_by={"learner"}
    ),
    "courses:paper": Example(_course, read_by={"learner"}),
    "courses:start": Example(_course, act_by={"learner"}),
    "courses:attempt": Example(_running, read_by={"learner"}),
    "courses:save": Example(_running, act_by={"learner"}),
    "courses:finish": Example(_running, act_by={"learner"}),
    "courses:result": Example(
        lambda world: _course(world) | {"attempt": world.finished.pk}, read_by={"learner"}
    ),
    # Legal documents
    "courses:legal_document": Example(lambda world: {"slug": "33-ct-ttg"}),
    "courses:to_review": Example(),
    # Units and people
    "courses:tracking": Example(names_for=OVERSEERS),
    "courses:tracking_export": Example(names_for=OVERSEERS),
    "courses:call_list": Example(),
    "courses:remind": Example(),
    "courses:person_learning": Example(_person, read_by=OVERSEERS, names_for=OVERSEERS),
    "courses:requirements": Example(),
    "courses:waive": Example(
        lambda world: {"obligation": world.obligation.pk}, read_by={"manager", "owner", "admin"}
    ),
    "cadres:people": Example(names_for=OVERSEERS),
    "cadres:people_export": Example(names_for=OVERSEERS),
    "cadres:person": Example(_person, read_by={"learner", *OVERSEERS}),
    "cadres:slips": Example(),
    "cadres:withdraw_slip": Example(_person, act_by={"manager", "admin"}),
    "cadres:second_step": Example(_person),
    "cadres:view_as": Example(_person),
    "cadres:stop_viewing": Example(),
    "cadres:reveal_identity": Example(
        _person, read_by={"manager", "admin"}, act_by={"manager", "admin"}
    ),
    "cadres:ask_correction": Example(),
    "cadres:corrections": Example(
        query=lambda world: {"xem": "tat-ca"}, names_for={"manager", "auditor", "admin"}
    ),
    "cadres:correction": Example(_correction, read_by={"manager", "auditor", "admin"}),
    "cadres:evidence": Example(_correction, read_by={"learner", "manager", "auditor", "admin"}),
    "cadres:person_edit": Example(_person, read_by={"manager", "admin"}, act_by=ACTING),
    "cadres:post_add": Example(_person, read_by={"manager", "admin"}, act_by=ACTING),
    "cadres:post_move": Example(_post, read_by={"manager", "admin"}, act_by=ACTING),
    "cadres:post_end": Example(_post, read_by={"manager", "admin"}, act_by=ACTING),
    "cadres:post_main": Example(_post, read_by={"manager", "admin"}, act_by=ACTING),
    "cadres:groups": Example(),
    "cadres:group": Example(_group, names_for={"owner", "auditor", "admin"}),
    "cadres:group_rule": Example(_group),
    "cadres:group_rule_end": Example(
        lambda world: _group(world) | {"pk": world.units.group.rules.get().pk}
    ),
    "cadres:group_list": Example(_group),
    "cadres:group_list_end": Example(lambda world: _group(world) | {"pk": world.listing.pk}),
    "cadres:attestations": Example(),
    "cadres:attestation": Example(_home_unit, read_by=OVERSEERS, act_by=ACTING),
    "cadres:units": Example(),
    "cadres:unit": Example(lambda world: {"public_id": world.units.home.public_id}),
    "cadres:acts": Example(),
    "cadres:act": Example(lambda world: {"pk": world.act.pk}),
    "cadres:act_new": Example(lambda world: {"kind": "doi-ten"}),
    "cadres:act_file": Example(),
    "cadres:act_template": Example(),
    "cadres:act_file_preview": Example(lambda world: {"token": world.act_file}, read_by={"admin"}),
    "cadres:correct": Example(),
    "cadres:roles": Example(),
    "cadres:withdraw_role": Example(lambda world: {"pk": world.role.pk}),
    "certificates:training": Example(names_for=OVERSEERS),
    "certificates:training_export": Example(names_for=OVERSEERS),
    # Other systems
    "exchange:keys": Example(),
    "exchange:withdraw_key": Example(lambda world: {"pk": world.keys["wide key"][0].pk}),
    "exchange:webhooks": Example(),
    "exchange:webhook": Example(lambda world: {"pk": world.delivery.endpoint_id}),
    "exchange:stop_webhook": Example(lambda world: {"pk": world.delivery.endpoint_id}),
    "exchange:resend": Example(lambda world: {"pk": world.delivery.pk}),
    "exchange:reports": Example(),
    "exchange:resend_reports": Example(),
    "exchange:resend_report": Example(lambda world: {"pk": world.report.pk}),
    "cadres:import_start": Example(),
    "cadres:import_template": Example(),
    "cadres:roster_runs": Example(),
    "cadres:roster_run": Example(_roster, read_by=_LISTERS),
    "cadres:roster_progress": Example(_roster, read_by=_LISTERS),
    "cadres:roster_errors": Example(_roster, read_by=_LISTERS),
    "cadres:roster_decide": Example(_roster, act_by={"manager", "admin"}),
    "cadres:roster_check": Example(_roster, act_by={"manager", "admin"}),
    "cadres:roster_write": Example(_roster, act_by={"manager", "admin"}),
    "cadres:roster_drop": Example(_roster, act_by={"manager", "admin"}),
    "cadres:roster_undo": Example(_roster, act_by={"manager", "admin"}),
    # Certificates
    "certificates:verify": Example(),
    "certificates:answer": Example(_code),
    "certificates:mine": Example(
        lambda world: {"completion_id": world.completion.pk},
        read_by={"learner", "issuer", *OVERSEERS},
    ),
    "certificates:file": Example(_code, read_by={"learner", "issuer", *OVERSEERS}),
    "certificates:picture": Example(_code, read_by={"learner", "issuer", *OVERSEERS}),
    "certificates:register": Example(names_for={"issuer", "auditor", "admin"}),
    "certificates:register_export": Example(names_for={"issuer", "auditor", "admin"}),
    "certificates:entry": Example(_code, read_by={"issuer", "auditor", "admin"}),
    "certificates:revoke": Example(_code, read_by={"issuer"}),
    "certificates:settings": Example(read_by={"issuer", "far issuer"}),
    "certificates:sample": Example(lambda world: {"kind": "png"}, read_by={"issuer", "far issuer"}),
    # Plans and indicators
    "indicators:plan": Example(),
    "indicators:indicator": Example(_indicator),
    "indicators:people": Example(_indicator, names_for=OVERSEERS),
    "indicators:people_export": Example(_indicator, names_for=OVERSEERS),
    # Behind the scenes
    "operations:job": Example(
        lambda world: {"job": world.job.pk}, read_by={"manager", "auditor", "admin"}
    ),
    "operations:job_progress": Example(
        lambda world: {"job": world.job.pk},
        read_by={"manager", "auditor", "admin"},
        headers={"HX-Request": "true"},
    ),
    "operations:notices": Example(),
    "journal": Example(names_for={"auditor", "admin"}),
    "journal_export": Example(names_for={"auditor", "admin"}),
    # The API
    "api:home": Example(),
    "api:schema": Example(),
    "api:docs": Example(),
    "api:nothing": Example(lambda world: {"path": "x/"}, read_by=set()),
    "api:courses": Example(),
    "api:course": Example(lambda world: {"code": world.course.code}),
    "api:certificate": Example(_code),
    "api:me": Example(),
    "api:learning": Example(read_by=CADRES),
    "api:my_certificates": Example(),
    "api:units": Example(),
    "api:unit_by_code": Example(lambda world: {"code": "14329"}),
    "api:people": Example(names_for={"learner", *OVERSEERS, *SEEING_KEYS}),
    "api:person": Example(_person, read_by={"learner", *OVERSEERS, *SEEING_KEYS}),
    "api:person_by_external_id": Example(
        lambda world: {"external_id": "NV-1"}, read_by=SEEING_KEYS, act_by=WRITING_KEYS
    ),
    "api:people_batch": Example(),
    "api:people_changes": Example(),
    "api:posts": Example(),
    "api:positions": Example(),
    "api:position_by_code": Example(lambda world: {"code": "can-bo-dan-van"}),
    "api:training": Example(names_for={"learner", *OVERSEERS, *SEEING_KEYS}),
    "api:plan": Example(lambda world: {"plan": "ke-hoach-2026-2030"}),
}
# The same pages, asked for the learner's unit by name.
OF_HOME = {
    name: Example(args, _home, read_by=OVERSEERS, act_by=OVERSEERS)
    for name, args in {
        "courses:tracking": lambda world: {},
        "courses:tracking_export": lambda world: {},
        "courses:call_list": lambda world: {},
        "courses:remind": lambda world: {},
        "indicators:plan": lambda world: {},
        "indicators:indicator": _indicator,
        "indicators:people": _indicator,
        "indicators:people_export": _indicator,
    }.items()
}
OTHERS = [(f"{name} of the learner's unit", name, example) for name, example in OF_HOME.items()]
CASES = [(name, name, example) for name, example in EXAMPLES.items()] + OTHERS


# --- What an answer means -----------------------------------------------------------------------


def outcome(response: HttpResponseBase) -> str:
    if response.status_code == 405:
        return NO_METHOD
    asked_to_sign_in = response.headers.get("Location", "").startswith("/tai-khoan/dang-nhap/")
    if asked_to_sign_in or response.status_code in {401, 403, 404}:
        return SHUT
    assert response.status_code < 500
    return OPEN


def words_of(response: Any) -> str:
    """What a page, a JSON answer or a sheet says."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] != b"PK":
        return str(content.decode())
    rows = load_workbook(BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True)
    return "\n".join(str(value) for row in rows for value in row)


def ask(world: World, part: str, name: str, example: Example, method: str = "get") -> Any:
    path = reverse(name, kwargs=example.args(world))
    return request(world, part, method, path, example)


def request(world: World, part: str, method: str, path: str, example: Example | None = None) -> Any:
    """What is answered; nothing that it does stays done."""
    given = example or Example()
    with transaction.atomic():
        response = getattr(world.client(part), method)(
            path, query_params=given.query(world), headers=given.headers
        )
        transaction.set_rollback(True)
    return response


def is_let_in(world: World, part: str, name: str, *, acting: bool) -> bool:
    key, _token = world.keys.get(part, (None, ""))
    access = access_of_key(key) if key else access_of(world.users.get(part))
    return may_open(OWN[name].row, access, acting=acting)


def parts_for(world: World, name: str) -> list[str]:
    """Whoever may try; a key is one only under the API."""
    return [*world.parts, *world.keys] if name.startswith("api:") else world.parts


# --- Tests --------------------------------------------------------------------------------------


def test_every_route_has_a_row() -> None:
    assert [route for route in all_routes() if route.row is None] == []


def test_every_row_has_a_route() -> None:
    assert ROUTES.keys() - {route.name for route in all_routes()} == set()


def test_every_route_of_ours_has_an_example() -> None:
    assert set(OWN) == set(EXAMPLES)


@pytest.mark.parametrize("method", METHODS)
def test_whoever_may_finds_it_and_nobody_else(world: World, method: str) -> None:
    """Pages know two methods; the others are tried where they are known, under the API."""
    acting, wrong = method != "get", {}
    for title, name, example in CASES:
        if method not in METHODS[:2] and not name.startswith("api:"):
            continue
        for part in parts_for(world, name):
            let_in = is_let_in(world, part, name, acting=acting)
            found = outcome(ask(world, part, name, example, method))
            wanted = OPEN if let_in and example.may(part, acting=acting) else SHUT
            if found != wanted and not (let_in and found == NO_METHOD):
                wrong[method, title, part] = f"is {found}, not {wanted}"
    assert wrong == {}


def test_a_learner_is_listed_for_those_above_and_for_nobody_else(world: World) -> None:
    for name, example in EXAMPLES.items():
        if example.names_for is None:
            continue
        answers = {part: ask(world, part, name, example) for part in parts_for(world, name)}
        seen_by = {
            part
            for part, answer in answers.items()
            if outcome(answer) == OPEN and LEARNER in words_of(answer)
        }
        assert (name, seen_by) == (name, example.names_for)


def test_who_only_audits_acts_nowhere() -> None:
    assert [name for name, row in ROUTES.items() if "auditor" in row.act] == []


def test_what_is_refused_does_not_say_whether_it_is_there(world: World) -> None:
    path = reverse("cadres:person", kwargs=_person(world))
    missing = reverse("cadres:person", kwargs={"public_id": world.units.home.public_id})
    far = world.client("far manager")
    answers = [far.get(address) for address in (path, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert LEARNER not in words_of(answers[0])


# --- Routes of libraries ------------------------------------------------------------------------

_PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
_GROUP = re.compile(r"\((?:\?P<\w+>)?[^()]*\)")
_VALUES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000001"}
AUTHORING_ROLES = {"trainer", "reviewer", "admin"}


def example_of(route: Route) -> str:
    """An address of a route of Wagtail's, with something in place of what it names."""
    plain = _PARAMETER.sub(lambda found: _VALUES.get(found[1], "x"), route.path)
    return "/" + _GROUP.sub("1", plain).replace("^", "").replace("$", "").replace("\\", "")


def authoring_routes() -> list[str]:
    routes = [route for route in all_routes() if route.path.startswith("soan/")]
    return sorted({example_of(route) for route in routes})


def test_every_authoring_route_can_be_tried() -> None:
    lost = [path for path in authoring_routes() if not is_found(path)]
    assert lost == []


def is_found(path: str) -> bool:
    try:
        return resolve(path).route.startswith("soan/")
    except Resolver404:
        return False


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_but_authors_comes_to_any_authoring_route(world: World, method: str) -> None:
    # One of each role: this tree knows no scope.
    twins = {"colleague", "stranger", "far manager", "far issuer"}
    outside = [part for part in world.parts if part not in AUTHORING_ROLES | twins]
    opened = {
        (path, part)
        for path in authoring_routes()
        for part in outside
        if outcome(request(world, part, method, path)) != SHUT
    }
    assert opened == set()


@pytest.mark.parametrize("part", sorted(AUTHORING_ROLES))
def test_authors_come_to_the_places_of_authoring(world: World, part: str) -> None:
    assert TREES["soan/"].read == AUTHORING_ROLES
    for path in ("/soan/", "/soan/pages/", "/soan/images/", "/soan/documents/"):
        assert request(world, part, "get", path).status_code in {200, 302}, path


def test_the_table_is_printed_for_people_and_for_machines() -> None:
    told, plain = StringIO(), StringIO()
    call_command("access_matrix", "--json", stdout=told)
    call_command("access_matrix", stdout=plain)
    rows = {row["name"]: row for row in json.loads(told.getvalue())}
    assert rows["api:people_batch"]["act"] == ["people.write"]
    assert rows["certificates:revoke"]["read"] == ["issuer"]
    assert len(plain.getvalue().splitlines()) == len(all_routes())


def test_a_route_without_a_row_opens_for_nobody(world: World) -> None:
    table = {name: row for name, row in ROUTES.items() if name != "home"}
    with mock.patch.dict("lms.access.ROUTES", table, clear=True):
        codes = {world.client(part).get("/").status_code for part in world.parts}
        assert [route.path for route in all_routes() if route.row is None] == [""]
    assert codes == {404}


def test_after_signing_in_one_is_led_to_where_one_wanted(world: World) -> None:
    path = reverse("cadres:person", kwargs=_person(world))
    response = world.client(NOBODY).get(path)
    assert response.headers["Location"] == f"/tai-khoan/dang-nhap/?next={path}"
