"""How a person wants pages to look: theme and text size, kept with the account or in a cookie."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE = "display"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Display:
    theme: str = User.Theme.SYSTEM.value
    text_size: int = User.TextSize.NORMAL.value


def display_of(request: HttpRequest) -> Display:
    """The cookie's wish, else the account's; no query."""
    kept = _read(request.COOKIES.get(COOKIE, ""))
    if kept:
        return kept
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.is_authenticated:
        return Display(user.theme, user.text_size)
    return Display()


def parse(theme: str, text_size: str, before: Display | None = None) -> Display:
    """A wish as it was sent; what is missing or not one of the choices stays as before."""
    before = before or Display()
    size = int(text_size) if text_size.isdecimal() else -1
    return Display(
        theme if theme in User.Theme.values else before.theme,
        size if size in User.TextSize.values else before.text_size,
    )


def _read(cookie: str) -> Display | None:
    theme, mark, size = cookie.partition(".")
    return parse(theme, size) if mark else None


def remember(wish: Display, user: User | None, response: HttpResponse) -> None:
    """Kept in a cookie for the device and, for one signed in, with the account."""
    response.set_cookie(COOKIE, f"{wish.theme}.{wish.text_size}", max_age=_YEAR, samesite="Lax")
    if user is not None:
        User.objects.filter(pk=user.pk).update(theme=wish.theme, text_size=wish.text_size)
