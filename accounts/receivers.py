from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_set
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.visiting import begin, end_visits, visits_of


@receiver(user_logged_in)
def on_sign_in(request: HttpRequest, **_: Any) -> None:
    begin(request)


@receiver([password_changed, password_set])
def on_password(request: HttpRequest, user: User, **_: Any) -> None:
    """A new password signs one out everywhere else."""
    end_visits(visits_of(user).exclude(session_key=request.session.session_key))
