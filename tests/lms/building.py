"""A small world in which every address of the platform leads somewhere, built through the deeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.admitting import Printed, issue_slips
from accounts.models import User
from assessments.attempting import finish, save_answers, start
from assessments.models import Attempt
from cadres.filing import take_in
from cadres.grouping import NewListing, change
from cadres.models import (
    Cadre,
    ExternalId,
    GroupListing,
    Reorganisation,
    Role,
    RoleGrant,
    RosterRun,
)
from cadres.organising import rename
from cadres.requesting import ask
from cadres.roster import looking
from cadres.roster.preparing import template_sheet
from certificates.issuing import issue
from certificates.models import Certificate
from courses.enrolling import enrol, open_sitting
from courses.learning import finish_lesson
from courses.models import Completion, Course, Enrolment, LessonRun, Obligation
from courses.playing import interactive_segments, play
from courses.requiring import require
from exchange.connecting import connect
from exchange.keying import create_key
from exchange.models import Ability, ApiKey, Delivery, Event, RunReport
from indicators.measuring import remeasure
from kit.dates import today
from lms.demo.plan import build_plan
from media.models import LibraryVersion
from operations.models import Correction, Job
from operations.working import start_job
from tests import cast
from tests.assessments.building import make_paper, right_answers
from tests.cadres.acts import renaming_sheet
from tests.certificates.building import make_issuer as make_other_issuer
from tests.courses.building import add_chapter, add_lesson, make_page, make_question, publish
from tests.media.building import make_interactive
from tests.media.documents import make_document

NOBODY = "nobody"
LEARNER = "Nguyễn Thị Diễm Hương"


@dataclass(frozen=True)
class World:
    """Everyone by the part one plays, and the learner's own things."""

    users: dict[str, User]
    units: cast.Units
    learner: Cadre
    course: Course
    enrolment: Enrolment
    obligation: Obligation
    completion: Completion
    certificate: Certificate
    finished: Attempt
    running: Attempt
    question: int
    lesson_run: LessonRun
    library: LibraryVersion
    roster: RosterRun
    job: Job
    role: RoleGrant
    slip: Printed
    keys: dict[str, tuple[ApiKey, str]]
    delivery: Delivery
    report: RunReport
    correction: Correction
    listing: GroupListing
    act: Reorganisation
    act_file: str
    sessions: dict[str, str]

    @property
    def parts(self) -> list[str]:
        return [NOBODY, *self.users]

    def client(self, part: str) -> Client:
        if part in self.keys:
            return Client(headers={"Authorization": f"Bearer {self.keys[part][1]}"})
        client = Client()
        if part != NOBODY:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[part]
        return client


def _cast(units: cast.Units, issuing_unit: Any) -> dict[str, User]:
    def account(**given: Any) -> User:
        user = cast.make_cadre(units, **given).user
        assert user
        return user

    other_issuer = make_other_issuer("Trường Chính trị tỉnh").unit
    return {
        "learner": account(full_name=LEARNER),
        "colleague": account(full_name="Trần Văn Bình"),
        "stranger": account(full_name="Lê Thị Ngọc Ánh", unit=units.away),
        "trainer": cast.make_role(units, Role.TRAINER),
        "reviewer": cast.make_role(units, Role.REVIEWER),
        "manager": cast.make_role(units, Role.MANAGER, on=units.home),
        "far manager": cast.make_role(units, Role.MANAGER, on=units.away, unit=units.away),
        "issuer": cast.make_role(units, Role.ISSUER, on=issuing_unit),
        "far issuer": cast.make_role(units, Role.ISSUER, on=other_issuer),
        "owner": cast.make_role(units, Role.OWNER),
        "auditor": cast.make_role(units, Role.AUDITOR),
        "admin": cast.make_admin(),
    }


def _sign_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _course() -> tuple[Course, int]:
    """K1 with one lesson that has a practice question; the question's id."""
    question = make_question()
    page = make_page(code="K1", final_paper=make_paper(draw=4))
    admin = cast.make_admin()
    interactive = make_interactive(by=admin, admin=admin)
    cites = [(make_document(), "mục 2")]
    add_lesson(add_chapter(page), "1.1", question=question, interactive=interactive, cites=cites)
    return publish(page, by=None).course, question.pk


def _checked_list(by: User) -> RosterRun:
    run = looking.begin("ds.xlsx", template_sheet(today()), by=by)
    looking.check(run)
    return run


def _keys(units: cast.Units, by: User) -> dict[str, tuple[ApiKey, str]]:
    """Keys that may do all, everywhere or in one unit; one that may read units only."""
    every = tuple(Ability.values)
    made: dict[str, tuple[Any, tuple[str, ...]]] = {
        "wide key": (None, every),
        "near key": (units.home, every),
        "far key": (units.away, every),
        "units key": (units.home, (Ability.READ_UNITS.value,)),
    }
    return {
        name: create_key(name, source="hrm", abilities=abilities, unit=unit, by=by)
        for name, (unit, abilities) in made.items()
    }


def _delivery(by: User, learner: Cadre) -> Delivery:
    """Of a webhook that has been stopped, so that nothing is sent."""
    endpoint = connect("HRM", "https://hrm.example/", kinds=["person.changed"], by=by)
    event = Event.objects.create(
        kind="person.changed", content={"person": str(learner.public_id), "unit": None}
    )
    return Delivery.objects.create(endpoint=endpoint, event=event)


def _listing(units: cast.Units, learner: Cadre) -> GroupListing:
    wanted = NewListing(learner, is_excluded=False, since=today(), reason="Biệt phái")
    change(units.group, wanted)
    return units.group.listings.get()


def _lesson_run(enrolment: Enrolment) -> LessonRun:
    lesson = enrolment.edition.lessons.get()
    (segment,) = interactive_segments(lesson)
    return LessonRun.objects.get(run=play(enrolment, lesson, UUID(segment["place"])))


def build_world() -> World:
    units = cast.build_units()
    course, question = _course()
    edition = course.current
    assert edition
    users = _cast(units, edition.issuing_unit)
    learner = Cadre.objects.get(user=users["learner"])
    day = today()
    require(course, unit=units.root, starts_on=day, due_on=day + timedelta(days=30))
    enrolment = enrol(learner, course)
    finish_lesson(enrolment, edition.lessons.get())
    sitting = open_sitting(enrolment)
    finished = start(sitting)
    save_answers(finished, right_answers(finished))
    finish(finished)
    completion = Completion.objects.get(cadre=learner)
    remeasure(build_plan(units.root))
    ExternalId.objects.create(source="hrm", value="NV-1", cadre=learner)
    manager = users["manager"]
    for name in ("images/x.png", "recordings/x.mp3", "legal/x.pdf"):
        default_storage.delete(name)
        default_storage.save(name, ContentFile(b"x"))
    lesson_run = _lesson_run(enrolment)
    return World(
        users=users,
        units=units,
        learner=learner,
        course=course,
        enrolment=enrolment,
        obligation=Obligation.objects.get(cadre=learner),
        completion=completion,
        certificate=issue(completion),
        finished=finished,
        running=start(sitting),
        question=question,
        lesson_run=lesson_run,
        library=LibraryVersion.objects.get(),
        roster=_checked_list(manager),
        job=start_job("check_roster", "Nhập danh sách", by=manager, arguments={}),
        correction=ask(
            learner,
            "email",
            "huong@example.vn",
            reason="Thư điện tử công vụ mới",
            file=SimpleUploadedFile("giay.pdf", b"%PDF-1.7"),
        ),
        role=RoleGrant.objects.get(user=users["trainer"]),
        slip=issue_slips([users["learner"]], by=manager)[0],
        keys=_keys(units, users["admin"]),
        delivery=_delivery(users["admin"], learner),
        report=RunReport.objects.create(run=lesson_run.run),
        listing=_listing(units, learner),
        act=rename(units.away, "Xã Kim Sơn", effective_on=day, document="Nghị quyết số 1/NQ-HĐND"),
        act_file=take_in("sx.xlsx", renaming_sheet(day), by=users["admin"]),
        sessions={part: _sign_in(user) for part, user in users.items()},
    )
