"""Pages of Wagtail's that would change accounts or the site past the journal."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from cadres.granting import grant
from cadres.models import Role
from tests.cast import FOUNDED
from tests.lms.test_access import authoring_routes

SHUT_PAGES = ("users", "groups", "sites")


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
