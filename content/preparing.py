"""What authoring stands on: the shelf of courses, the site, and the authors' groups."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
)

from accounts.models import User
from cadres.models import Role, RoleGrant
from cadres.models.units import valid_on
from content.models import ShelfPage
from kit.dates import today
from media.registering import WRITERS

# What each role may do in authoring: on pages, on collections of files, on records.
PAGES = {
    Role.TRAINER: ["add_page", "change_page", "publish_page", "lock_page"],
    Role.REVIEWER: ["change_page"],
    Role.ADMIN: ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
}
# Wagtail asks for the permissions of its own models, whichever models stand in for them.
FILES = [
    *(f"{verb}_image" for verb in ("add", "change", "choose")),
    *(f"{verb}_document" for verb in ("add", "change", "choose")),
]
RECORDS = [
    *(f"{verb}_{noun}" for verb in ("add", "change", "view") for noun in ("question", "paper")),
    *(f"{verb}_questionbank" for verb in ("add", "change", "view")),
    *(f"{verb}_recording" for verb in ("add", "change", "view")),
    "view_legaldocument",
]
# Legal documents are entered by those who write courses (media.registering).
DOCUMENTS = ["add_legaldocument", "change_legaldocument"]


@transaction.atomic
def prepare() -> ShelfPage:
    """Makes what is missing; doing it again changes nothing."""
    Locale.objects.get_or_create(language_code="vi")
    shelf = _shelf()
    for role, page_permissions in PAGES.items():
        group, _is_new = Group.objects.get_or_create(name=role.value)
        names = ["access_admin", *FILES, *RECORDS]
        if role in WRITERS:
            names += DOCUMENTS
        group.permissions.set(Permission.objects.filter(codename__in=names))
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", codename__in=page_permissions
        ):
            GroupPagePermission.objects.get_or_create(
                group=group, page=shelf, permission=permission
            )
        _share_files(group)
    return shelf


def _shelf() -> ShelfPage:
    shelf = ShelfPage.objects.first()
    if shelf is None:
        root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
        shelf = root.add_child(instance=ShelfPage(title="Khóa học", slug="khoa-hoc"))
    default = Site.objects.filter(is_default_site=True)
    if not default.update(root_page=shelf, site_name="Khéo"):
        Site.objects.create(hostname="localhost", root_page=shelf, is_default_site=True)
    Page.objects.filter(depth=2, slug="home").exclude(pk=shelf.pk).delete()
    return shelf


def _share_files(group: Group) -> None:
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for permission in Permission.objects.filter(codename__in=FILES):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission=permission
        )


def sync_groups(user: User) -> None:
    """The user's authors' groups are the roles granted today."""
    held = RoleGrant.objects.filter(valid_on(today()), user=user).values_list("role", flat=True)
    groups = Group.objects.filter(name__in=[role.value for role in PAGES])
    user.groups.remove(*groups)
    user.groups.add(*groups.filter(name__in=list(held)))
