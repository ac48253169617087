"""Proposing an act of reorganisation: the form of each kind, and the act that it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.acts import (
    Act,
    Change,
    Document,
    Establish,
    Kind,
    Part,
    Ref,
    Step,
    dissolving,
    equal_shares,
    merging,
    splitting,
)
from cadres.models import Cadre, UnitVersion
from kit.dates import format_day
from kit.fields import DayField
from kit.text import clean

NEW = "new"
PARTS = (1, 2, 3)
_DOCUMENTS = ("Nghị quyết", "Quyết định", "Kết luận", "Thông báo")

Choices = list[tuple[str, str]]


def unit_choices(day: date) -> Choices:
    """Units that stand, or are going to; by their last name."""
    lasting = UnitVersion.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day))
    rows = lasting.order_by("name_key", "pk").values_list("unit_id", "name", "code", "valid_from")
    last: dict[int, str] = {}
    for pk, name, code, begun in rows:
        told = f"{name} ({code})" if code else name
        last[pk] = told if begun <= day else f"{told}, {format_day(begun)}"
    return [(str(pk), told) for pk, told in last.items()]


class ActForm(forms.Form):
    """The day and the document of an act; each kind adds its units."""

    kind: ClassVar[Kind]
    unit_fields: ClassVar[tuple[str, ...]] = ()

    effective_on = DayField(label=_("Takes effect on"))
    document_kind = forms.ChoiceField(
        label=_("Kind of document"), choices=[(word, word) for word in _DOCUMENTS]
    )
    number = forms.CharField(label=_("Number"), max_length=20)
    symbol = forms.CharField(
        label=_("Symbol"), max_length=40, help_text=_("For example NQ-UBTVQH15.")
    )
    issued_on = DayField(label=pgettext_lazy("document", "Issued on"), required=False)
    abstract = forms.CharField(label=_("Abstract"), max_length=300, required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = list(ActForm.base_fields)
        own = [name for name in self.fields if name not in document]
        self.order_fields([*own, *document])
        for name in self.unit_fields:
            field: Any = self.fields[name]
            none = _("Choose the unit") if field.required else _("None")
            is_one = not isinstance(field, forms.MultipleChoiceField)
            field.choices = [("", none), *units] if is_one else units

    def act(self) -> Act:
        given = self.cleaned_data
        number, symbol = clean(given["number"]), clean(given["symbol"])
        document = Document(
            f"{given['document_kind']} số {number}/{symbol}",
            number,
            symbol,
            given["issued_on"],
            clean(given["abstract"]),
        )
        return Act(self.kind, given["effective_on"], document, tuple(self.steps(given)))

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        raise NotImplementedError


def _pk(value: str) -> int | None:
    return int(value) if value else None


class _NewUnit(forms.Form):
    """The name, kind, code and superior of a unit that begins."""

    name = forms.CharField(label=_("Name of the new unit"), max_length=200)
    unit_kind = forms.ChoiceField(label=_("Kind of unit"), choices=UnitVersion.Kind.choices)
    code = forms.CharField(label=_("Code"), max_length=20, required=False)
    parent = forms.ChoiceField(label=_("Under"), required=False)


def _establish(given: dict[str, Any]) -> Establish:
    parent = _pk(given["parent"])
    return Establish(NEW, clean(given["name"]), given["unit_kind"], parent, clean(given["code"]))


class EstablishForm(_NewUnit, ActForm):
    kind = Kind.ESTABLISH
    unit_fields = ("parent",)

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        return [_establish(given)]


class RenameForm(ActForm):
    kind = Kind.RENAME
    unit_fields = ("unit",)

    unit = forms.ChoiceField(label=_("Unit"))
    name = forms.CharField(label=_("New name"), max_length=200)
    code = forms.CharField(
        label=_("New code (leave empty: it stays)"), max_length=20, required=False
    )

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        return [Change(int(given["unit"]), clean(given["name"]), code=clean(given["code"]) or None)]


class MergeForm(_NewUnit, ActForm):
    """Several units become a new one."""

    kind = Kind.MERGE
    unit_fields = ("units", "parent")

    units = forms.MultipleChoiceField(
        label=_("Units that merge"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose two or more."),
    )
    field_order = ("units", "name")

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        return [_establish(given), *merging([int(pk) for pk in given["units"]], NEW)]


class AbsorbForm(ActForm):
    """Units go into one that stands already."""

    kind = Kind.ABSORB
    unit_fields = ("units", "into")

    units = forms.MultipleChoiceField(
        label=_("Units that end"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose one or more."),
    )
    into = forms.ChoiceField(label=_("They go into"))

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        return merging([int(pk) for pk in given["units"]], int(given["into"]))


class SplitForm(ActForm):
    """A unit goes on in several, each new (by its name) or standing (by its code)."""

    kind = Kind.SPLIT
    unit_fields = ("unit",)

    unit = forms.ChoiceField(label=_("Unit that is split"))
    lives_on = forms.BooleanField(label=_("The unit itself goes on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in PARTS:
            words = {"number": number}
            self.fields[f"to_{number}"] = forms.CharField(
                label=_("Part %(number)d: name of the new unit, or code of a standing one") % words,
                max_length=200,
                required=number == 1,
            )
            self.fields[f"share_{number}"] = forms.DecimalField(
                label=_("Part %(number)d: share in percent") % words,
                min_value=Decimal("0.01"),
                max_value=100,
                required=False,
                localize=True,
                help_text=_("Left empty, the parts are equal."),
            )
            self.fields[f"people_{number}"] = forms.CharField(
                label=_("Part %(number)d: codes of the cadres who go there") % words,
                required=False,
                help_text=_("With commas between them; the others go by the shares."),
            )
        parts = [f"{word}_{n}" for n in PARTS for word in ("to", "share", "people")]
        self.order_fields(["unit", "lives_on", *parts])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in PARTS:
            named, unknown = _known(_codes(given.get(f"people_{number}")))
            if unknown:
                self.add_error(f"people_{number}", unknown)
            given[f"cadres_{number}"] = named
        return given

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        unit = int(given["unit"])
        day = given["effective_on"]
        numbers = [number for number in PARTS if clean(given[f"to_{number}"])]
        targets = [_target(clean(given[f"to_{number}"]), number, unit, day) for number in numbers]
        equal = equal_shares(len(numbers) + given["lives_on"])
        parts = [
            Part(ref, _share(given[f"share_{n}"]) or equal[i], given[f"cadres_{n}"])
            for i, (n, (ref, _step)) in enumerate(zip(numbers, targets, strict=True))
        ]
        begun = [step for _ref, step in targets if step]
        return [*begun, *splitting(unit, parts, lives_on=given["lives_on"])]


def _codes(text: str | None) -> list[str]:
    return (text or "").upper().replace(";", ",").replace(",", " ").split()


def _known(codes: list[str]) -> tuple[frozenset[int], ValidationError | None]:
    """The cadres of these codes, and what is wrong with the first code that nobody has."""
    found = dict(Cadre.objects.filter(code__in=codes).values_list("code", "pk"))
    unknown = [code for code in codes if code not in found]
    if unknown:
        return frozenset(), ValidationError(_("Nobody has the code %s.") % unknown[0])
    return frozenset(found.values()), None


def _share(percent: Decimal | None) -> Decimal | None:
    return percent and (percent / 100).quantize(Decimal("0.0001"))


def _target(text: str, number: int, unit: int, day: date) -> tuple[Ref, Establish | None]:
    """A standing unit by its code; else a new one like the unit that is split, of that name."""
    standing = UnitVersion.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), code=text).first()
    if standing:
        return standing.unit_id, None
    like = UnitVersion.objects.filter(unit=unit).order_by("-valid_from").first()
    key = f"{NEW}-{number}"
    kind, parent = (like.kind, like.parent_id) if like else (UnitVersion.Kind.BODY, None)
    return key, Establish(key, text, str(kind), parent)


class TransferForm(ActForm):
    kind = Kind.TRANSFER
    unit_fields = ("unit", "parent")

    unit = forms.ChoiceField(label=_("Unit"))
    parent = forms.ChoiceField(label=_("It comes under"))

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        return [Change(int(given["unit"]), parent=int(given["parent"]))]


class DissolveForm(ActForm):
    kind = Kind.DISSOLVE
    unit_fields = ("unit", "to")

    unit = forms.ChoiceField(
        label=_("Unit that ends"),
        help_text=_("Its people and the units below it go to its superior."),
    )
    people = forms.CharField(
        label=_("Codes of the cadres who go elsewhere"),
        required=False,
        help_text=_("With commas between them."),
    )
    to = forms.ChoiceField(label=_("Where they go"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named, unknown = _known(_codes(given.get("people")))
        if unknown:
            self.add_error("people", unknown)
        if named and not given.get("to"):
            self.add_error("to", ValidationError(_("Choose the unit.")))
        return given | {"cadres": named}

    def steps(self, given: dict[str, Any]) -> Iterable[Step]:
        placed = [(int(given["to"]), given["cadres"])] if given["cadres"] else []
        return dissolving(int(given["unit"]), placed)


FORMS: dict[str, type[ActForm]] = {
    "thanh-lap": EstablishForm,
    "doi-ten": RenameForm,
    "hop-nhat": MergeForm,
    "sap-nhap": AbsorbForm,
    "chia-tach": SplitForm,
    "chuyen-cap-tren": TransferForm,
    "giai-the": DissolveForm,
}


class CorrectionForm(forms.Form):
    unit = forms.ChoiceField(label=_("Unit"))
    name = forms.CharField(label=_("The name as it should be spelt"), max_length=200)
    reason = forms.CharField(label=_("What was wrong"), max_length=300)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class UndoForm(forms.Form):
    reason = forms.CharField(label=_("Why the act is undone"), max_length=300)
