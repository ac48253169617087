"""The home page says what there is to do, each figure with the way to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.attesting import attest
from certificates.models import Certificate, CertificateEvent
from kit.dates import format_day, today
from tests.lms.building import World


def lines_of(world: World, part: str) -> dict[str, str]:
    """Words and addresses of the cards."""
    tiles = world.client(part).get("/").context["tiles"]
    return {str(line.words): line.path for tile in tiles for line in tile.lines}


def test_a_manager_sees_the_unit_by_state(world: World) -> None:
    lines = lines_of(world, "manager")
    assert lines["Đã hoàn thành: 1"] == "/don-vi/?trang-thai=done"
    assert "/chi-tieu/" in lines.values()


def test_figures_say_when_their_people_were_confirmed(world: World) -> None:
    assert "Còn đơn vị chưa xác nhận danh sách" in lines_of(world, "owner")
    assert "Còn đơn vị chưa xác nhận danh sách" in lines_of(world, "admin")
    assert "Danh sách chưa xác nhận lần nào" in lines_of(world, "manager")
    attest(world.units.root, by=None)
    for part in ("owner", "manager", "admin", "auditor"):
        lines = lines_of(world, part)
        assert lines[f"Danh sách đã xác nhận ngày {format_day(today())}"] == "/don-vi/xac-nhan/"


def test_the_figures_are_of_ones_own_unit(world: World) -> None:
    assert "Đã hoàn thành: 1" not in lines_of(world, "far manager")


def test_a_trainer_is_told_of_a_draft_that_learners_do_not_have(world: World) -> None:
    assert lines_of(world, "trainer")["Mọi bản nháp đã được xuất bản"] == "/soan/"
    page = world.course.page
    page.title = "Tên khác"
    page.save_revision()
    words = "K1: 1 bản nháp khác với ấn bản đang học"
    assert lines_of(world, "trainer")[words] == f"/soan/pages/{page.pk}/"
    assert words in lines_of(world, "reviewer")


def test_an_issuer_sees_the_last_number_and_who_waits(world: World) -> None:
    lines = lines_of(world, "issuer")
    last = lines[f"Số cuối trong sổ: {world.certificate.number}"]
    assert last == f"/so-cap/{world.certificate.code}/"
    assert lines["Không ai phải chờ cấp giấy"] == "/so-cap/"
    CertificateEvent.objects.all().delete()
    Certificate.objects.all().delete()
    assert lines_of(world, "issuer")["1 giấy chứng nhận đang chờ cấp"] == "/so-cap/#cho-cap"
    assert world.learner.full_name in world.client("issuer").get("/so-cap/").content.decode()
    assert "1 giấy chứng nhận đang chờ cấp" not in lines_of(world, "far issuer")


def test_a_plan_owner_sees_what_falls_behind(world: World) -> None:
    lines = lines_of(world, "owner")
    assert any(path == "/chi-tieu/" for path in lines.values())
    assert any(path.startswith("/chi-tieu/1.1/") for path in lines.values())


def test_an_administrator_finds_the_accounts_nobody_has_used(world: World) -> None:
    User.objects.exclude(pk=world.learner.user_id).update(last_login=None)
    path = next(path for path in lines_of(world, "admin").values() if "signed_in" in path)
    page = world.client("admin").get(path).content.decode()
    assert world.learner.full_name not in page
    assert "Trần Văn Bình" in page


def test_an_auditor_is_led_to_register_and_journal(world: World) -> None:
    page = world.client("auditor").get("/").content.decode()
    assert 'href="/nhat-ky/"' in page and 'href="/so-cap/"' in page
    assert {"/nhat-ky/", "/so-cap/", "/chi-tieu/", "/don-vi/nguoi/"} <= set(
        lines_of(world, "auditor").values()
    ) | {"/so-cap/"}


@pytest.mark.parametrize("part", ["learner", "manager", "trainer", "issuer", "owner", "auditor"])
def test_its_queries_do_not_grow(
    world: World, part: str, django_assert_max_num_queries: Any
) -> None:
    client: Client = world.client(part)
    client.get("/")
    with django_assert_max_num_queries(24):
        client.get("/")
