"""Pages and commands of others that would change accounts or the site past the journal."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Collection

from accounts.models import User
from cadres.granting import grant
from cadres.models import Role
from operations.models import JournalEntry
from tests.cast import FOUNDED
from tests.lms.test_access import authoring_routes

SHUT_PAGES = ("users", "groups", "sites", "collections", "workflows")


@pytest.fixture
def superuser(db: None) -> Client:
    """An administrator to whom Wagtail itself would refuse nothing."""
    admin = User.objects.create_superuser("goc", full_name="Quản trị gốc")
    grant(admin, Role.ADMIN, valid_from=FOUNDED)
    client = Client()
    client.force_login(admin)
    return client


@pytest.mark.parametrize("page", SHUT_PAGES)
def test_what_would_leave_no_entry_is_shut_to_everybody(superuser: Client, page: str) -> None:
    paths = [path for path in authoring_routes() if path.startswith(f"/soan/{page}/")]
    assert paths
    answers = [ask(path) for path in paths for ask in (superuser.get, superuser.post)]
    assert {answer.status_code for answer in answers} == {404}


def test_nobody_changes_many_accounts_at_once_there(superuser: Client) -> None:
    user = User.objects.create_user("mot", full_name="Một người")
    form = {"mark_as_active": "False"}
    path = f"/soan/bulk/accounts/user/set_active_state/?id={user.pk}&next=/soan/"
    assert superuser.post(path, form).status_code == 404
    user.refresh_from_db()
    assert user.is_active


def test_no_menu_leads_to_a_shut_page(superuser: Client) -> None:
    page = superuser.get("/soan/").content.decode()
    assert [name for name in SHUT_PAGES if f"/soan/{name}/" in page] == []


def test_collections_are_not_added_renamed_or_deleted(superuser: Client) -> None:
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    kept = root.add_child(name="Tài liệu")
    for path in ("add/", f"{kept.pk}/", f"{kept.pk}/delete/", f"{kept.pk}/privacy/"):
        form = {"name": "Khác", "parent": root.pk, "restriction_type": "login"}
        assert superuser.post(f"/soan/collections/{path}", form).status_code == 404
    assert [row.name for row in root.get_children()] == ["Tài liệu"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words", [["createsuperuser", "--noinput", "--username", "goc"], ["changepassword", "mot"]]
)
def test_no_command_makes_or_opens_an_account_past_the_journal(words: list[str]) -> None:
    User.objects.create_user("mot", full_name="Một người")
    with pytest.raises(CommandError, match="create_admin"):
        call_command(*words)
    assert list(User.objects.values_list("username", flat=True)) == ["mot"]


@pytest.mark.django_db
def test_the_command_for_administrators_is_kept_with_role_and_slip() -> None:
    call_command("create_admin", "goc", "--name", "Quản trị gốc", stdout=StringIO())
    entries = JournalEntry.objects.order_by("pk").values_list("deed", "subject_type")
    assert list(entries) == [("role.grant", "cadres.rolegrant"), ("slip.print", "accounts.user")]
