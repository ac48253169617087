"""What a production start refuses, besides what the settings refuse by themselves."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import User
from lms.demo.roster import PASSWORD, USERNAMES


def refuse_demo_accounts() -> None:
    """An account whose password stands in the demo's own description must never be served."""
    if not settings.IS_PRODUCTION:
        return
    named = User.objects.filter(username__in=USERNAMES, is_active=True)
    found = [user.username for user in named if user.check_password(PASSWORD)]
    if found:
        raise ImproperlyConfigured(f"A production start refuses demo accounts: {', '.join(found)}")
