"""Whatever happens in whatever order, the figures are what a plain recount finds."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadres.defining import define_position
from cadres.grouping import NewListing, change
from cadres.models import Ancestry, Cadre, GroupListing, Position, Post, Unit
from cadres.models.units import valid_on
from cadres.organising import merge
from cadres.posting import assign, move
from certificates.issuing import issue
from certificates.models import Certificate, CertificateEvent
from certificates.revoking import revoke
from courses.models import Completion, Course, HourRule, Obligation
from courses.requiring import require, waive
from indicators.models import Figure, Plan
from kit.errors import Refusal
from tests import cast
from tests.cast import FOUNDED, Units
from tests.indicators.building import DAY, complete, differences, get_indicator, noon

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("register", "post", "move", "list", "complete"),
                *("complete", "require", "waive", "revoke", "merge"),
            ]
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=9,
)


class Story:
    """Does a step to the world; a step that the deeds forbid here is left out."""

    def __init__(self, units: Units, courses: list[Course]) -> None:
        self.places = [units.home, units.away, units.root]
        self.units, self.courses = units, courses
        self.positions = [units.position, define_position("lai-xe", "Lái xe")]
        self.by = cast.make_cadre(units).user
        self.cadres = [cast.make_cadre(units), cast.make_cadre(units, unit=units.away)]

    def tell(self, step: Step) -> None:
        name, first, second = step
        getattr(self, name)(first, second)

    def register(self, first: int, second: int) -> None:
        unit, position = self._place(first), self.positions[second % 2]
        self.cadres.append(cast.make_cadre(self.units, unit=unit, position=position))

    def post(self, first: int, second: int) -> None:
        cadre, unit = self._cadre(first), self._place(second)
        position = self.positions[first % 2]
        if not Post.objects.filter(cadre=cadre, unit=unit, position=position).exists():
            assign(cadre, unit, position, since=FOUNDED)

    def move(self, first: int, second: int) -> None:
        day = date(2026, 2 + first, 15)
        post = self._cadre(first).posts.filter(valid_on(day)).order_by("pk").first()
        if post:
            with suppress(Refusal), transaction.atomic():
                move(post, self._place(second), self.positions[second % 2], on=day)

    def list(self, first: int, second: int) -> None:
        cadre, since = self._cadre(first), date(2026, 3 + second, 1)
        with suppress(Refusal), transaction.atomic():
            wanted = NewListing(cadre, is_excluded=bool(second % 2), since=since, reason="Thử")
            change(self.units.group, wanted)

    def complete(self, first: int, second: int) -> None:
        cadre, course = self._cadre(first), self.courses[second % 2]
        if not Completion.objects.filter(cadre=cadre, course=course).exists():
            done = complete(cadre, course, on=date(2026, 1 + second, 9))
            issue(done, at=noon(date(2026, 1 + second, 10)))

    def require(self, first: int, second: int) -> None:
        due_on = date(2026, 2, 20) + timedelta(days=60 * second)
        starts_on = date(2026, 1, 2)
        course, unit = self.courses[first % 2], self._place(second)
        require(course, unit=unit, starts_on=starts_on, due_on=due_on)

    def waive(self, first: int, second: int) -> None:
        owed = [*Obligation.objects.standing().order_by("pk")]
        if owed:
            waive(owed[(first + second) % len(owed)], by=self._by(), reason="Chuyển công tác")

    def revoke(self, first: int, second: int) -> None:
        valid = [*Certificate.objects.filter(state="valid").order_by("pk")]
        if valid:
            chosen = valid[(first + second) % len(valid)]
            revoke(chosen, by=self._by(), reason="Sai tên", at=noon(date(2026, 10, 1)))

    def merge(self, first: int, second: int) -> None:
        if self.units.away in self.places:
            self.places.remove(self.units.away)
            day = date(2026, 8 + first % 2, 1)
            merge([self.units.away], self.units.home, effective_on=day, document="NQ")

    def _by(self) -> Any:
        assert self.by
        return self.by

    def _cadre(self, number: int) -> Cadre:
        return self.cadres[number % len(self.cadres)]

    def _place(self, number: int) -> Unit:
        return self.places[number % len(self.places)]


def people_of(unit: Unit, position: Position | None = None) -> set[int]:
    below = Ancestry.objects.filter(valid_on(DAY), ancestor=unit).values("unit")
    posts = Post.objects.filter(valid_on(DAY), unit__in=below)
    if position:
        posts = posts.filter(position=position)
    return set(posts.values_list("cadre", flat=True))


def stood_below(unit: Unit) -> set[int]:
    """Units whose facts count in `unit`: by today's tree, or the last they stood in."""
    found = set()
    for row in Ancestry.objects.filter(ancestor=unit):
        own = Ancestry.objects.get(unit=row.unit, depth=0)
        ended = own.valid_to is not None and own.valid_to <= DAY
        holds = row.valid_from <= DAY and (row.valid_to is None or row.valid_to > DAY)
        if holds or (ended and row.valid_to == own.valid_to):
            found.add(row.unit_id)
    return found


def completed(codes: list[str]) -> set[int]:
    return set(Completion.objects.filter(course__code__in=codes).values_list("cadre", flat=True))


def recount(code: str, unit: Unit, units: Units) -> tuple[int, int]:
    """The plainest way to count each indicator."""
    if code == "1.1":
        people = people_of(unit)
        return len(people & completed(["K1"])), len(people)
    if code == "2.1":
        listed = GroupListing.objects.filter(valid_on(DAY), group=units.group)
        added = set(listed.filter(is_excluded=False).values_list("cadre", flat=True))
        left_out = set(listed.filter(is_excluded=True).values_list("cadre", flat=True))
        people = (people_of(unit, units.position) | people_of(unit) & added) - left_out
        return len(people & completed(["K1", "K2"])), len(people)
    if code == "2.3":
        people = people_of(unit)
        least = HourRule.objects.get(kind=Cadre.Kind.CIVIL_SERVANT).hours
        hours = {p: sum(c.hours for c in Completion.objects.filter(cadre=p)) for p in people}
        return sum(h >= least for h in hours.values()), len(people)
    if code == "2.5":
        return _due(stood_below(unit))
    kind = "revoked" if code == "2.9b" else "issued"
    events = CertificateEvent.objects.filter(kind=kind, certificate__unit__in=stood_below(unit))
    return events.count(), events.count()


def _due(unit_ids: set[int]) -> tuple[int, int]:
    met = owed = 0
    for row in Obligation.objects.filter(waived_at=None, unit__in=unit_ids, due_on__year=2026):
        done = Completion.objects.filter(cadre=row.cadre, course=row.course).first()
        if done or row.due_on < DAY:
            owed += 1
            met += bool(done and done.completed_on <= row.due_on)
    return met, owed


def kept(code: str, unit: Unit) -> tuple[int, int]:
    figure = Figure.objects.filter(indicator=get_indicator(code), unit=unit, year=2026).first()
    return (figure.numerator, figure.denominator) if figure else (0, 0)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_story_leaves_figures_that_a_recount_confirms(
    units: Units, plan: Plan, k1: Course, k2: Course, steps: list[Step]
) -> None:
    with transaction.atomic():
        story = Story(units, [k1, k2])
        for step in steps:
            story.tell(step)
        assert differences(plan) == []
        for unit in (units.root, units.home, units.away):
            for code in ("1.1", "2.1", "2.3", "2.5", "2.9", "2.9b", "10.4"):
                assert kept(code, unit) == recount(code, unit, units), (code, str(unit))
        transaction.set_rollback(True)
