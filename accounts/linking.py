"""Knowing whom a single sign-on provider names: by its own id once linked, before that by what
it vouches for. Nobody is entered, and nobody is linked by a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import sign_on_linked
from kit.errors import Refusal

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin


def link(request: HttpRequest, named: SocialLogin) -> None:
    """Links the provider's person to the one account meant, the first time; refuses else."""
    if named.is_existing:
        return
    user = _find(_claims(named))
    if user is None:
        raise Refusal(
            _(
                "You signed in at %(provider)s, but Khéo does not know this account yet. Ask the"
                " manager of your unit to compare your e-mail and cadre code with your record."
            )
            % {"provider": settings.OIDC_NAME or _("single sign-on")},
            status=403,
        )
    if is_linked(user):
        raise Refusal(
            _(
                "Your record is already linked to another account there. An administrator can"
                " undo that link."
            ),
            status=403,
        )
    named.connect(request, user)
    sign_on_linked.send(User, user=user, uid=named.account.uid)


def is_linked(user: User) -> bool:
    return bool(SocialAccount.objects.filter(user=user).exists())


def _claims(named: SocialLogin) -> dict[str, Any]:
    """Of both what the provider signed and what it told on asking; the signed counts more."""
    data = named.account.extra_data
    return {**(data.get("userinfo") or {}), **(data.get("id_token") or {})}


def _find(claims: dict[str, Any]) -> User | None:
    """The one active account of the code or the confirmed e-mail; None when nobody, or several."""
    meant = Q()
    if code := str(claims.get(settings.OIDC_CODE_CLAIM) or "").strip():
        meant = Q(username__iexact=code)
    elif claims.get("email") and claims.get("email_verified") is True:
        meant = Q(email__iexact=str(claims["email"]).strip())
    found = list(User.objects.filter(meant, is_active=True)[:2]) if meant else []
    return found[0] if len(found) == 1 else None
