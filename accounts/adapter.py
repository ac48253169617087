"""How allauth meets our users: no open sign-up; a phone number is a way to sign in."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.limiting import (
    TooOften,
    count_failure,
    counting_failures,
    tell_too_often,
    too_often,
    wait,
)
from accounts.linking import link
from accounts.models import User
from accounts.recognising import find_named, normal_phone
from accounts.signals import Way, locked_out, sign_in_failed
from kit.addresses import client_address
from kit.errors import Refusal
from kit.secrets import seal, unseal

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.contrib.auth.base_user import AbstractBaseUser

_PHONE = re.compile(r"^[+(]?\d[\d .()-]{8,18}$")
_JUST_NOW = 5 * 60
_WRONG = _("What was typed does not fit together. Check it, or ask for a new slip.")


def _tried(credentials: dict[str, Any]) -> User | None:
    """The account that somebody knocked for, where there is one."""
    typed = (credentials.get(name) for name in ("username", "email", "phone"))
    return find_named(next(filter(None, typed), ""))


class AccountAdapter(DefaultAccountAdapter):
    # The same for all three, so that nobody learns which numbers and names there are.
    error_messages = DefaultAccountAdapter.error_messages | {
        f"{method}_password_mismatch": _WRONG for method in ("email", "phone", "username")
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What is behind a socket has no address."""
        return client_address(request) or "0.0.0.0"  # noqa: S104

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One account has one count, however its phone number is written."""
        if phone := credentials.get("phone"):
            credentials = {"username": normal_phone(phone)}
        return str(super()._get_login_attempts_cache_key(request, **credentials))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many failures are refused with the time to wait."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            seconds = wait(request, "login_failed", key)
            locked_out.send(User, user=_tried(credentials))
            raise ValidationError(too_often(seconds), code="too_many_login_attempts") from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in_failed.send(User, user=_tried(credentials), way=Way.PASSWORD)

    def respond_user_inactive(
        self, request: HttpRequest, user: AbstractBaseUser
    ) -> HttpResponseBase:
        sign_in_failed.send(User, user=user, way=Way.CLOSED)
        return super().respond_user_inactive(request, user)

    def is_reauthentication_required(self, **_kwargs: Any) -> bool:
        """Not of one who has just signed in."""
        records = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - record["at"] < _JUST_NOW for record in records)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/tai-khoan/"

    def phone_form_field(self, **kwargs: Any) -> forms.CharField:
        """What is typed at the door is a phone number as people write it here, "+84" or not."""
        return forms.RegexField(_PHONE, **kwargs)

    def clean_phone(self, phone: str) -> str:
        return normal_phone(phone)

    def set_phone(self, user: AbstractBaseUser, phone: str, verified: bool) -> None:
        User.objects.filter(pk=user.pk).update(phone=phone, phone_verified=verified)

    def get_phone(self, user: AbstractBaseUser) -> tuple[str, bool] | None:
        assert isinstance(user, User)  # noqa: S101 (narrows allauth's abstract type)
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: AbstractBaseUser, phone: str) -> None:
        User.objects.filter(pk=user.pk, phone=phone).update(phone_verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        digits = normal_phone(phone)
        return User.objects.filter(phone=digits).first() if digits else None


class SecondStepAdapter(DefaultMFAAdapter):
    """Secrets of the second step are ciphertext at rest, as identity numbers are."""

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user)

    def encrypt(self, text: str) -> str:
        return seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Khéo"}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Whom a provider names is one of ours already, or is told whom to ask."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        try:
            with counting_failures(request, Way.SIGN_ON):
                link(request, sociallogin)
        except TooOften as refusal:
            raise ImmediateHttpResponse(tell_too_often(request, refusal.seconds)) from None
        except Refusal as refusal:
            page = "socialaccount/unknown_person.html"
            answer = render(request, page, {"refusal": refusal}, status=refusal.status)
            raise ImmediateHttpResponse(answer) from None

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """A callback that fails counts, whoever made it up. Not every provider sends the state
        along when somebody there has said no."""
        try:
            count_failure(request, Way.SIGN_ON)
        except TooOften as refusal:
            raise ImmediateHttpResponse(tell_too_often(request, refusal.seconds)) from None
        if request.GET.get("error") == "access_denied":
            raise ImmediateHttpResponse(redirect("socialaccount_login_cancelled"))
