"""A form whose consequences are looked at before it is carried out: in one page, by POST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from kit.errors import Refusal
from kit.http import HttpRequest


@dataclass(frozen=True)
class Decision:
    """What is to be decided; the callables are asked once the form is filled in rightly."""

    form: forms.Form
    title: str
    act: str
    sentence: Callable[[], str]
    foresee: Callable[[], object]
    deed: Callable[[], object]
    back: str


def decide(
    request: HttpRequest, template: str, decision: Decision, context: dict[str, Any]
) -> HttpResponse:
    """Shows the form, then what follows from it; carries it out when that is confirmed."""
    form, shown = decision.form, {"decision": decision, "form": decision.form, **context}
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if "confirm" in request.POST:
                sentence = decision.sentence()
                decision.deed()
                messages.success(request, sentence)
                return redirect(decision.back)
            shown |= {"foreseen": decision.foresee(), "sentence": decision.sentence()}
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
    return render(request, template, shown)
