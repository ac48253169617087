from __future__ import annotations

from typing import Any

from allauth.account.fields import PasswordField
from allauth.account.forms import LoginForm, SetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signals import Way, locked_out, sign_in_failed
from accounts.visiting import share


def shared_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Shared computer"),
        required=False,
        help_text=_("Signs out by itself after 15 minutes and when the browser is closed."),
    )


class SignInForm(LoginForm):
    """The form of the door; on a shared computer the session is a short one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared"] = shared_field()

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        is_shared = self.cleaned_data["shared"]
        share(request, is_shared)
        response: HttpResponse = super().login(request, redirect_url)
        if is_shared:
            request.session.set_expiry(0)
        return response


class SecondStepForm(AuthenticateForm):
    """The code of the second step; that it was wrong, or tried too often, is told upward."""

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                locked_out.send(User, user=self.user)
            else:
                sign_in_failed.send(User, user=self.user, way=Way.SECOND_STEP)
            raise
        return code


class SlipForm(forms.Form):
    """Who one is, and the code of one's slip."""

    login = forms.CharField(
        label=_("Phone number, cadre code or e-mail"),
        max_length=120,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "class": "input-large"}
        ),
    )
    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=40,
        help_text=_("Twelve digits, with or without the spaces."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input-large"}
        ),
    )


class FirstPasswordForm(SetPasswordForm):
    """The password that one chooses with a slip."""

    password2 = PasswordField(label=_("The same password again"), autocomplete="new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["shared"] = shared_field()


class AddPasskeyForm(AddWebAuthnForm):
    """Every key that can is made one that signs in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the device")
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].label = _("Sign in with it alone, without a password")
        self.fields["passwordless"].help_text = _(
            "The device asks for a fingerprint, a face or a PIN. Clear the box for a plain security"
            " key, which is used after the password."
        )
