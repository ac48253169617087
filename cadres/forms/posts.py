"""Giving, moving and ending posts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadres.forms.fields import OnUnit, after, document_field
from cadres.models import (
    Position,
    Post,
)
from kit.fields import DayField


class AssignForm(OnUnit):
    """A post for somebody."""

    unit_words = _("Choose the unit")

    unit = forms.ChoiceField(label=_("Unit"))
    position = forms.ModelChoiceField(
        Position.objects.order_by("name"), label=_("Position"), empty_label=_("Choose the position")
    )
    on = DayField(label=_("From"))
    last_day = DayField(
        label=_("Last day (leave empty: until further notice)"),
        required=False,
    )
    is_main = forms.BooleanField(label=_("This is the main post from that day on"), required=False)
    document = document_field()

    @property
    def until(self) -> date | None:
        return after(self.cleaned_data["last_day"])


class MoveForm(OnUnit):
    """Where a post goes on."""

    unit_words = _("Choose the unit")

    unit = forms.ChoiceField(
        label=_("New unit"),
        help_text=_("A unit you do not oversee: ask the administrator to move the person."),
    )
    position = forms.ModelChoiceField(
        Position.objects.order_by("name"), label=_("New position"), empty_label=None
    )
    on = DayField(label=_("From"), help_text=_("The former post ends on the day before."))
    document = document_field()


class EndForm(forms.Form):
    """When a post is held for the last time, and which becomes the main one."""

    last_day = DayField(label=_("Last day"))
    then = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Main post from then on"),
        required=False,
        empty_label=_("The one held longest"),
    )
    document = document_field()

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others.exists():
            self.fields["then"].queryset = others  # type: ignore[attr-defined]
            self.fields["then"].label_from_instance = _post_words  # type: ignore[attr-defined]
        else:
            del self.fields["then"]

    @property
    def on(self) -> date:
        return self.cleaned_data["last_day"] + timedelta(days=1)


def _post_words(post: Post) -> str:
    return f"{post.position} · {post.unit.name_on(post.valid_from)}"


class MainForm(forms.Form):
    on = DayField(label=_("From"))
    document = document_field()
