"""What a record says: correcting it, asking for a correction, seeing the number."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cadres.correcting import CHECKS
from cadres.forms.fields import reason_field
from cadres.models import (
    Cadre,
)
from cadres.stating import FIELDS
from kit.errors import Refusal
from kit.sheets import read_day


class RecordForm(forms.Form):
    """A record as it stands, to be corrected."""

    full_name = forms.CharField(label=_("Full name"), max_length=100)
    gender = forms.ChoiceField(label=_("Gender"), choices=Cadre.Gender.choices)
    born = forms.CharField(
        label=_("Born"), max_length=10, help_text=_("Day/month/year, or the year alone.")
    )
    kind = forms.ChoiceField(label=_("Kind of cadre"), choices=Cadre.Kind.choices)
    civil_number = forms.CharField(label=_("Civil servant number"), required=False, max_length=30)
    political_level = forms.ChoiceField(
        label=_("Level of political theory"),
        required=False,
        choices=[("", "—"), *Cadre.PoliticalLevel.choices],
    )
    expertise = forms.ChoiceField(
        label=_("Professional level"),
        required=False,
        choices=[("", "—"), *Cadre.Expertise.choices],
    )
    phone = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = forms.CharField(label=_("E-mail for work"), required=False, max_length=254)
    identity_number = forms.CharField(
        label=_("New identity number"),
        required=False,
        max_length=15,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = reason_field()

    def __init__(self, *args: Any, cadre: Cadre, shown_identity: str, **kwargs: Any) -> None:
        held = {name: getattr(cadre, name) for name in CHECKS if name != "identity_number"}
        super().__init__(*args, initial=held | {"born": cadre.birth_text}, **kwargs)
        self.fields["identity_number"].help_text = _(
            "Leave it empty to keep the present one: %(number)s"
        ) % {"number": shown_identity or "—"}

    def clean_born(self) -> tuple[date, bool]:
        try:
            return read_day(self.cleaned_data["born"])
        except ValueError:
            raise ValidationError(_("Write day/month/year, for example 05/9/1980.")) from None

    def clean(self) -> dict[str, Any]:
        """Each field by the rule of the deed, told beside it."""
        for name, check in CHECKS.items():
            try:
                if name in self.cleaned_data:
                    self.cleaned_data[name] = check(self.cleaned_data[name])
                elif name == "born_on" and "born" in self.cleaned_data:
                    check(self.cleaned_data["born"][0])
            except Refusal as refusal:
                self.add_error("born" if name == "born_on" else name, str(refusal.message))
        return self.cleaned_data

    def changes(self) -> dict[str, Any]:
        """For `correct`."""
        given = self.cleaned_data
        found = {name: given[name] for name in CHECKS if name in given}
        found["born_on"], found["born_year_only"] = given["born"]
        if not found["identity_number"]:
            del found["identity_number"]
        return found


class CorrectionForm(forms.Form):
    """What is wrong, what is right, why; a paper that shows it, if there is one."""

    field = forms.ChoiceField(
        label=_("What is wrong?"), choices=[(name, field.label) for name, field in FIELDS.items()]
    )
    value = forms.CharField(
        label=_("What is right?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write what is right.")},
    )
    reason = forms.CharField(
        label=_("How can one see that it is so?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is wrong; whoever answers must judge it.")},
    )
    file = forms.FileField(
        label=_("A paper that shows it (optional)"),
        required=False,
        help_text=_(
            "PDF, JPEG or PNG, at most 5 MB. It is encrypted and seen only by whoever answers."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=_("Words to the person"),
        required=False,
        max_length=1000,
        help_text=_("Needed when you return the request: why, and what is to be done."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need the number?"),
        max_length=300,
        help_text=_("The person will read who saw the number, when and why."),
        error_messages={"required": _("Say why you need the number.")},
    )
