"""A browser in plain words: enough to know one's own devices by."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first sign that is found counts, so the particular stands before the general.
_DEVICES: list[tuple[str, str | Promise]] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", gettext_lazy("Android phone")),
    ("Windows", gettext_lazy("Windows computer")),
    ("Macintosh", gettext_lazy("Mac computer")),
    ("CrOS", gettext_lazy("Chromebook")),
    ("Linux", gettext_lazy("Linux computer")),
]
_BROWSERS = [
    ("coc_coc_browser", "Cốc Cốc"),
    ("Zalo", "Zalo"),
    ("FBAV", "Facebook"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]


def device_words(user_agent: str) -> str:
    """ "Điện thoại Android, Chrome"."""
    found = [
        next((str(words) for sign, words in signs if sign in user_agent), "")
        for signs in (_DEVICES, _BROWSERS)
    ]
    return ", ".join(filter(None, found)) or _("Unknown device")
