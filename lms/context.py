from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.displaying import display_of
from accounts.visiting import is_shared
from operations.notifying import count_unread


def site(request: HttpRequest) -> dict[str, object]:
    """What every page's frame needs: one query, and only for one who has signed in."""
    display = display_of(request)
    access = getattr(request, "access", None)
    return {
        "access": access,
        "is_demo": settings.DEMO,
        "is_shared": bool(access and access.user_id) and is_shared(request.session),
        "viewing": getattr(request, "viewing", None),
        "sign_on": settings.OIDC_NAME or _("single sign-on") if settings.OIDC_ISSUER else "",
        "display_theme": display.theme,
        "display_text_size": display.text_size,
        "unread_notices": lambda: count_unread(access.user_id) if access and access.user_id else 0,
    }
