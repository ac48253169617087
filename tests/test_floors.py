"""The floors where no import shows them: foreign keys, open reverse accessors, migrations."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.models import ForeignObject, ManyToManyField, Model

FLOORS = [
    "kit",
    "accounts",
    "operations",
    "cadres",
    "media",
    "assessments",
    "content",
    "courses",
    "certificates",
    "exchange",
    "indicators",
    "lms",
]
# Read from the lower floor on purpose, each with its reason.
OPEN_ACCESSORS = {
    "cadres.Cadre.user": "whoever signs in asks for `user.cadre`",
    "cadres.RoleGrant.user": "whoever signs in asks for `user.grants`",
    "certificates.Certificate.completion": "a completion is asked whether it has its certificate",
    "media.Attachment.uploaded_by_user": "Wagtail's abstract model names it",
    "media.Picture.uploaded_by_user": "Wagtail's abstract model names it",
}


def height(label: str) -> int:
    """Libraries lie below the ground floor."""
    return FLOORS.index(label) if label in FLOORS else -1


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in FLOORS]


def our_links() -> list[Any]:
    kinds = (ForeignObject, ManyToManyField)
    return [
        f
        for m in our_models()
        for f in m._meta.local_fields + m._meta.local_many_to_many
        if isinstance(f, kinds)
    ]


def name(link: Any) -> str:
    return f"{link.model._meta.label}.{link.name}"


def test_every_app_of_ours_has_a_floor() -> None:
    house = apps.get_app_config("lms").path.removesuffix("lms")
    ours = {c.label for c in apps.get_app_configs() if c.path == house + c.name}
    assert ours == set(FLOORS)


def floors(link: Any) -> tuple[str, str]:
    return link.model._meta.app_label, link.related_model._meta.app_label


def test_no_link_of_a_model_climbs() -> None:
    climbs = [
        name(link) for link in our_links() if height(floors(link)[1]) > height(floors(link)[0])
    ]
    assert not climbs


def test_a_link_gives_a_lower_floor_no_accessor() -> None:
    opened = {
        name(link)
        for link in our_links()
        if floors(link)[0] != floors(link)[1] in FLOORS
        and not link.remote_field.hidden
        and not link.remote_field.parent_link
    }
    assert opened == set(OPEN_ACCESSORS), "related_name='+', or a reason in OPEN_ACCESSORS"


def test_no_migration_depends_on_a_higher_floor() -> None:
    migrations = MigrationLoader(None).disk_migrations
    climbs = [
        f"{app}.{migration} depends on {there}"
        for (app, migration), found in migrations.items()
        if app in FLOORS
        for there, _ in found.dependencies
        if height(there) > height(app)
    ]
    assert not climbs
