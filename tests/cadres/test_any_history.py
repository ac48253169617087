"""Any sequence of acts, sensible or not, in any order of days: what holds after each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from itertools import pairwise
from typing import Any

import pytest
from django.db import models, transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from cadres.acts import Act, Document, End, Establish, Kind, Step, Succeed
from cadres.models import (
    Ancestry,
    Cadre,
    Post,
    Reorganisation,
    Succession,
    Unit,
    UnitVersion,
)
from cadres.organising import dissolve, establish, merge, rename, split, transfer
from cadres.posting import assign
from cadres.recomputing import ancestry_differences
from cadres.reorganising import apply, undo
from kit.errors import Refusal
from tests import cast
from tests.cast import FOUNDED

DAYS = [FOUNDED + timedelta(days=90 * number) for number in range(1, 9)]
DOCUMENT = Document.read("Nghị quyết số 1/NQ-HĐND")
TABLES = (Unit, UnitVersion, Succession, Reorganisation, Post, Ancestry)

days = st.sampled_from(DAYS)
numbers = st.integers(min_value=0, max_value=30)
several = st.lists(numbers, min_size=1, max_size=3)


def rows_of(*tables: type[models.Model]) -> dict[str, list[dict[str, Any]]]:
    return {
        table.__name__: list(table._default_manager.order_by("pk").values()) for table in tables
    }


def _told(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Without what is computed, whose rows are numbered anew."""
    return {name: held for name, held in rows.items() if name != Ancestry.__name__}


def holds(check: Callable[[AnyHistory], None]) -> Any:
    """An invariant; where nothing has changed since it was looked at, it need not be again."""

    @wraps(check)
    def look(machine: AnyHistory) -> None:
        if getattr(machine, "has_changed", False):
            check(machine)

    return invariant()(look)


class AnyHistory(RuleBasedStateMachine):
    """Acts are tried; a refused one must leave no trace, a done one must keep what holds."""

    @initialize()
    def found(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        units = cast.build_units()
        self.position = units.position
        self.units = [units.root, units.home, units.away]
        for number in range(3):
            parent = (units.home, units.away, units.root)[number]
            self.units.append(
                establish(f"Chi bộ {number}", "body", parent=parent, valid_from=FOUNDED)
            )
        self.people = [cast.make_cadre(units, unit=unit) for unit in self.units[1:] * 2]
        self.before: list[tuple[int, dict[str, Any]]] = []
        self.covered = self.coverage()
        self.rows = rows_of(*TABLES)
        self.has_changed = True

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def unit(self, number: int) -> Unit:
        return self.units[number % len(self.units)]

    def attempt(self, deed: Callable[[], Any]) -> Any:
        before = self.rows
        last = Reorganisation.objects.order_by("-pk").first()
        try:
            with transaction.atomic():
                done = deed()
        except Refusal:
            assert rows_of(*TABLES) == before
            self.has_changed = False
            return None
        self.look()
        newest = Reorganisation.objects.order_by("-pk").first()
        if newest != last and newest is not None:
            self.before.append((newest.pk, before))
        return done

    def look(self) -> None:
        self.rows, self.has_changed = rows_of(*TABLES), True

    def coverage(self) -> set[tuple[int, date]]:
        """Who has a main post on which of the days."""
        posts = list(Post.objects.filter(is_main=True))
        return {
            (post.cadre_id, day)
            for post in posts
            for day in [FOUNDED, *DAYS]
            if post.valid_from <= day and (post.valid_to is None or post.valid_to > day)
        }

    # --- What can be done ---------------------------------------------------------------------

    @rule(parent=numbers, day=days)
    def begin(self, parent: int, day: date) -> None:
        name = f"Đơn vị {len(self.units)}"
        unit = self.attempt(
            lambda: establish(name, "body", parent=self.unit(parent), valid_from=day)
        )
        if unit:
            self.units.append(unit)
            self.before.clear()  # it was no act, and stands in the way of undoing

    @rule(old=several, new=numbers, day=days)
    def merge(self, old: list[int], new: int, day: date) -> None:
        units = list({self.unit(n).pk: self.unit(n) for n in old}.values())
        self.attempt(lambda: merge(units, self.unit(new), effective_on=day, document=DOCUMENT))

    @rule(old=several, parent=numbers, day=days)
    def merge_into_new(self, old: list[int], parent: int, day: date) -> None:
        units = {self.unit(n).pk for n in old}
        steps: list[Step] = [Establish("new", "Đơn vị mới", "body", self.unit(parent).pk)]
        steps += [step for pk in units for step in (Succeed(pk, "new"), End(pk))]
        done = self.attempt(lambda: apply(Act(Kind.MERGE, day, DOCUMENT, tuple(steps)), by=None))
        if done:
            self.units.append(done.successions.all()[0].successor)

    @rule(old=numbers, new=several, lives_on=st.booleans(), day=days, named=st.booleans())
    def split(self, old: int, new: list[int], lives_on: bool, day: date, named: bool) -> None:
        unit = self.unit(old)
        parts: dict[Unit, Any] = {self.unit(n): None for n in new}
        if named:
            held = Cadre.objects.filter(posts__unit=unit, posts__valid_to=None).order_by("pk")
            parts[self.unit(new[0])] = list(held[:1])
        self.attempt(
            lambda: split(unit, parts, effective_on=day, document=DOCUMENT, lives_on=lives_on)
        )

    @rule(unit=numbers, day=days)
    def dissolve(self, unit: int, day: date) -> None:
        self.attempt(lambda: dissolve(self.unit(unit), effective_on=day, document=DOCUMENT))

    @rule(unit=numbers, parent=numbers, day=days)
    def transfer(self, unit: int, parent: int, day: date) -> None:
        self.attempt(
            lambda: transfer(
                self.unit(unit), self.unit(parent), effective_on=day, document=DOCUMENT
            )
        )

    @rule(unit=numbers, day=days)
    def rename(self, unit: int, day: date) -> None:
        name = f"Tên {len(self.before)}"
        self.attempt(lambda: rename(self.unit(unit), name, effective_on=day, document=DOCUMENT))

    @rule(person=numbers, unit=numbers, day=days)
    def post(self, person: int, unit: int, day: date) -> None:
        cadre = self.people[person % len(self.people)]
        if self.unit(unit).version_on(day) is None:
            return
        if self.attempt(lambda: assign(cadre, self.unit(unit), self.position, since=day)):
            self.before.clear()

    @rule()
    def undo_the_last(self) -> None:
        if not self.before:
            return
        pk, before = self.before.pop()
        undo(Reorganisation.objects.get(pk=pk), by=None, reason="Nhầm")
        self.look()
        assert _told(self.rows) == _told(before)
        alive = set(Unit.objects.values_list("pk", flat=True))
        self.units = [unit for unit in self.units if unit.pk in alive]

    # --- What holds ---------------------------------------------------------------------------

    @holds
    def nobody_is_lost(self) -> None:
        assert self.coverage() == self.covered
        mains = Counter(
            Post.objects.filter(valid_to=None, is_main=True).values_list("cadre_id", flat=True)
        )
        assert mains == Counter({cadre.pk: 1 for cadre in self.people})

    @holds
    def posts_lie_within_the_life_of_their_unit(self) -> None:
        lives: dict[int, tuple[date, date | None]] = {}
        for version in UnitVersion.objects.order_by("valid_from"):
            first, _last = lives.get(version.unit_id, (version.valid_from, None))
            lives[version.unit_id] = (first, version.valid_to)
        for post in Post.objects.all():
            first, last = lives[post.unit_id]
            assert post.valid_from >= first
            assert last is None or (post.valid_to is not None and post.valid_to <= last)

    @holds
    def nobody_holds_one_post_twice_at_a_time(self) -> None:
        spans: dict[tuple[int, int, int], list[tuple[date, date]]] = {}
        for post in Post.objects.order_by("valid_from"):
            key = (post.cadre_id, post.unit_id, post.position_id)
            spans.setdefault(key, []).append((post.valid_from, post.valid_to or date.max))
        for held in spans.values():
            assert all(a[1] <= b[0] for a, b in pairwise(held))

    @holds
    def versions_follow_each_other(self) -> None:
        ends: dict[int, date | None] = {}
        for version in UnitVersion.objects.order_by("unit_id", "valid_from"):
            if version.unit_id in ends:
                assert ends[version.unit_id] == version.valid_from
            ends[version.unit_id] = version.valid_to

    @holds
    def on_every_day_everyone_stands_under_somebody_who_is_there(self) -> None:
        versions = list(UnitVersion.objects.all())
        for day in [FOUNDED, *DAYS]:
            above = {
                v.unit_id: v.parent_id
                for v in versions
                if v.valid_from <= day and (v.valid_to is None or v.valid_to > day)
            }
            for unit in above:
                path = [unit]
                while (parent := above[path[-1]]) is not None:
                    assert parent in above
                    assert parent not in path
                    path.append(parent)

    @holds
    def the_ancestry_is_what_the_versions_imply(self) -> None:
        assert ancestry_differences() == []


@pytest.mark.django_db
def test_any_sequence_of_acts_keeps_people_and_tree() -> None:
    run(
        AnyHistory,
        settings=settings(max_examples=8, stateful_step_count=25, phases=[Phase.generate]),
    )
