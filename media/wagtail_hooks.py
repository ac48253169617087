"""Authors find interactive content, and administrators its libraries, from the authoring menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cadres.models import Role
from media.choosing import InteractiveChooser, chooser


@hooks.register("register_admin_viewset")
def register_chooser() -> InteractiveChooser:
    return chooser


@hooks.register("register_admin_menu_item")
def interactive_menu() -> MenuItem:
    path = reverse("media:contents")
    return MenuItem(
        _("Interactive content"), path, name="interactive", icon_name="media", order=350
    )


class LibrariesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        access: Any = getattr(request, "access", None)
        return bool(access and access.has(Role.ADMIN))


@hooks.register("register_admin_menu_item")
def libraries_menu() -> MenuItem:
    path = reverse("media:libraries")
    return LibrariesMenuItem(_("Libraries"), path, name="libraries", icon_name="cogs", order=360)
