from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cadres.choosing import UnitChoice, find_unit, units_for
from cadres.concerning import units_above, units_meant
from cadres.scopes import Access
from lms.keeping import KEEPINGS
from operations.forms import JournalFilter
from operations.models import EntryUnit
from operations.models.journal import JournalQuerySet
from operations.retaining import MOST_MONTHS

# A look at a list concerns all below the unit whose list it is, and the journal keeps that unit
# only; one at everybody's list concerns all units and is kept with none.
LOOKS = "read."


class RetentionForm(forms.Form):
    """How long something is kept."""

    code = forms.ChoiceField(label=_("What"))
    months = forms.IntegerField(label=_("For how many months"), min_value=1, max_value=MOST_MONTHS)
    document = forms.CharField(
        label=_("By which document"),
        max_length=200,
        help_text=_("Number, symbol, day and issuing body."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(keeping.code, keeping.title) for keeping in KEEPINGS]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]


class UnitJournalFilter(JournalFilter):
    """The filter of the journal, by unit too: a unit of today with all below it."""

    def __init__(self, query: Any, *, access: Access) -> None:
        super().__init__(query)
        self.access = access
        self.units = units_for(access)
        choices = [(str(unit.public_id), unit.indented) for unit in self.units]
        self.unit: UnitChoice | None = None
        self.fields["don-vi"] = forms.ChoiceField(
            label=_("Of a unit and all below it"),
            required=False,
            choices=[("", _("All units")), *choices],
        )

    def narrow(self, entries: JournalQuerySet) -> JournalQuerySet:
        entries = super().narrow(entries)
        self.unit = find_unit(self.units, self.cleaned_data.get("don-vi", ""))
        if self.unit is None:
            return entries
        meant = units_meant(self.unit.pk, self.access.day)
        looks = entries.filter(deed__startswith=LOOKS)
        at_everybody = looks.filter(~Exists(EntryUnit.objects.filter(entry=OuterRef("pk"))))
        return (
            entries.concerning(meant)
            | looks.concerning(units_above(meant))
            | at_everybody.filter(subject_type="")
        )
