"""What lists are narrowed by, on which day, by whose units."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cadres.attesting import Coverage, coverage_of
from cadres.choosing import UnitChoice, find_unit, tops_of, units_for
from cadres.lensing import Lens
from cadres.models import (
    Cadre,
    TargetGroup,
)
from cadres.scopes import Access
from kit.errors import Refusal
from kit.fields import DayField

RESTATED = "hien-nay"


class LensForm(forms.Form):
    """On which day people are looked at and by whose units: words of the address, `lens` of them.

    A word that means nothing leaves today and the units of the day; the form says so.
    `unit_word` is the word of the unit asked for, one of `units`.
    """

    unit_word = "unit"

    def __init__(self, query: Any, *, access: Access, day: date | None = None) -> None:
        """`day`: the one meant where the address names none; otherwise today."""
        super().__init__(query)
        self.fields |= {
            "ngay": DayField(label=_("As on the day"), required=False),
            "to-chuc": forms.ChoiceField(
                label=_("By the units"),
                required=False,
                choices=[("", _("of that day")), (RESTATED, _("of today (restated)"))],
            ),
        }
        is_restated = self.data.get("to-chuc") == RESTATED
        self.lens = Lens(access, self._day() or day or access.day, is_restated)
        self.units = self.lens.units()

    def _day(self) -> date | None:
        try:
            day: date | None = self.fields["ngay"].clean(self.data.get("ngay", ""))
        except ValidationError:
            return None
        return day

    def unit_choices(self) -> list[tuple[str, str]]:
        """The units of the day, and the one asked for though it was not there."""
        absent = [self.absent_unit] if self.absent_unit else []
        return [(str(unit.public_id), unit.indented) for unit in [*absent, *self.units]]

    @cached_property
    def asked_unit(self) -> UnitChoice | None:
        """The unit of the address, among those of the day."""
        return find_unit(self.units, self.data.get(self.unit_word, ""))

    @cached_property
    def coverage(self) -> Coverage:
        """How far people are confirmed: those of the unit asked for, else all one oversees."""
        asked = [self.asked_unit.pk] if self.asked_unit else tops_of(self.units)
        return coverage_of(self.lens.units_meant(asked), self.lens.day, self.lens.access)

    @property
    def unit_today(self) -> UnitChoice | None:
        """The unit asked for where it is one of today, whose pages can be opened."""
        return self.asked_unit if self.lens.units_day == self.lens.access.day else None

    @cached_property
    def absent_unit(self) -> UnitChoice | None:
        """A unit of today that one asked for and that was not there on the day."""
        asked = self.data.get(self.unit_word, "")
        if self.asked_unit or not asked or self.lens.is_present:
            return None
        return find_unit(units_for(self.lens.access), asked)


def refuse_wrong_day(form: LensForm) -> None:
    """A file cannot show an error beside the field."""
    if form.errors.get("ngay"):
        raise Refusal(
            _("This is not a day. Write day/month/year, for example 05/9/1980."), status=400
        )


class PeopleFilter(LensForm):
    """What a list of people is narrowed by; an unknown value narrows nothing."""

    q = forms.CharField(
        label=_("Name, code or phone number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    group = forms.ModelChoiceField(
        TargetGroup.objects.all(),
        label=_("Target group"),
        to_field_name="code",
        required=False,
        empty_label=_("All groups"),
    )
    kind = forms.ChoiceField(
        label=_("Kind of cadre"),
        required=False,
        choices=[("", _("All kinds of cadres")), *Cadre.Kind.choices],
    )
    signed_in = forms.ChoiceField(
        label=_("Signing in"),
        required=False,
        choices=[("", _("Whether or not")), ("never", _("Have never signed in"))],
    )

    def __init__(self, query: Any, *, access: Access) -> None:
        super().__init__(query, access=access)
        self.fields["unit"].choices = [("", _("All units")), *self.unit_choices()]  # type: ignore[attr-defined]

    def narrowing(self) -> dict[str, Any]:
        """The arguments of `find_people`."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "text": given.get("q") or "",
            "unit_id": self.asked_unit.pk if self.asked_unit else None,
            "group": given.get("group"),
            "kind": given.get("kind") or "",
            "never_signed_in": given.get("signed_in") == "never",
        }


class SlipFilter(PeopleFilter):
    """Whom one may print slips for."""

    NEW, NEVER, EVERYBODY = "new", "never", "everybody"
    who = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[
            (NEW, _("Never signed in, and without a slip")),
            (NEVER, _("Never signed in")),
            (EVERYBODY, _("Everybody")),
        ],
    )


class UnitsFilter(forms.Form):
    q = forms.CharField(
        label=_("Unit, by a name of today or of old"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    ngay = DayField(label=_("As on the day"), required=False)
