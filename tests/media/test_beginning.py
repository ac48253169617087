"""New contents from templates: only what can be played is offered, each makes a sound content."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client

from accounts.models import User
from kit.errors import Refusal
from media.beginning import FOLDER, begin, offered
from media.deciding import approve
from media.editing import edit
from media.models import Interactive, LibraryVersion
from media.opening import open_revision
from media.packing import pack
from media.taking_in import take_in
from operations.models import JournalEntry
from tests.courses.conftest import signed_in
from tests.media.building import approve_all
from tests.media.h5p_packing import TYPES

pytestmark = pytest.mark.django_db
KEYS = ["tinh-huong", "doi-thoai", "the-phan-loai", "dong-thoi-gian"]


@pytest.fixture
def installed(trainer: User, admin: User) -> None:
    for name in TYPES:
        take_in(io.BytesIO(pack("Có sẵn", f"{name} 1.0", {})), by=trainer)
    approve_all(by=admin)


def test_only_types_whose_libraries_are_approved_are_offered(trainer: User, admin: User) -> None:
    assert offered() == []
    take_in(io.BytesIO(pack("Có sẵn", "H5P.KheoSorting 1.0", {})), by=trainer)
    assert offered() == []
    for version in LibraryVersion.objects.filter(machine_name="H5P.KheoSorting"):
        approve(version, by=admin)
    assert offered() == []  # what it needs is not approved
    approve_all(by=admin)
    assert [template.key for template in offered()] == ["the-phan-loai"]
    page = signed_in(trainer).get("/tuong-tac/moi/").content.decode()
    assert "Thẻ phân loại" in page
    assert "Dòng thời gian" not in page


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("key", KEYS)
def test_three_clicks_lead_from_the_list_to_the_form(trainer: User, key: str) -> None:
    author = signed_in(trainer)
    assert 'href="/tuong-tac/moi/"' in author.get("/tuong-tac/").content.decode()
    assert f'value="{key}"' in author.get("/tuong-tac/moi/").content.decode()
    answer = author.post("/tuong-tac/moi/", {"template": key}, follow=True)
    made = Interactive.objects.get(title=answer.context["here"].content.title)
    assert answer.redirect_chain == [(f"/tuong-tac/{made.public_id}/sua/", 302)]
    assert JournalEntry.objects.filter(deed="interactive.begin").count() == 1


@pytest.mark.usefixtures("installed")
def test_what_came_of_three_clicks_says_that_it_was_begun_from_a_template(trainer: User) -> None:
    author = signed_in(trainer)
    to_templates = re.search(r'href="(/tuong-tac/moi/)"', page_at(author, "/tuong-tac/"))
    assert to_templates
    choice = re.search(r'name="template" value="(tinh-huong)"', page_at(author, to_templates[1]))
    assert choice
    form = author.post(to_templates[1], {"template": choice[1]}, follow=True)
    made = Interactive.objects.get(public_id=form.redirect_chain[-1][0].split("/")[2])
    address = f"/tuong-tac/{made.public_id}/"
    assert [ways(author, address), made.revisions.get().way] == [["Bắt đầu từ mẫu"], "begun"]
    told = {"title": "Của thôn Đoài", "based_on": "1", "do": "save"}
    author.post(f"{address}sua/", told)
    assert ways(author, address) == ["Sửa tại chỗ", "Bắt đầu từ mẫu"]


def page_at(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def ways(client: Client, address: str) -> list[str]:
    """How each revision was made, as the content's page says it."""
    said = r'data-label="Cách tạo"><span>([^<]+)'
    return [words.strip() for words in re.findall(said, page_at(client, address))]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("key", KEYS)
def test_every_template_is_kept_whole_played_and_edited(trainer: User, key: str) -> None:
    made = begin(key, by=trainer)
    first = made.latest
    assert first
    template = next(template for template in offered() if template.key == key)
    assert first.filtered == template.revision.params
    assert "H5P.KheoBase 1.0" in first.needs
    assert open_revision(first)
    again = edit(made, title="Của thôn Đoài", params=first.filtered, based_on=1, by=trainer)
    assert (again.number, again.title) == (2, "Của thôn Đoài")
    assert offered()[0].revision.title != "Của thôn Đoài"


@pytest.mark.usefixtures("installed")
def test_talks_lead_somewhere_and_end() -> None:
    (template,) = (template for template in offered() if template.key == "doi-thoai")
    moments = {moment["id"]: moment for moment in template.revision.params["nodes"]}
    replies = [reply for moment in moments.values() for reply in moment.get("replies", [])]
    assert {reply["next"] for reply in replies} == moments.keys() - {"mo-dau"}
    endings = [moment for moment in moments.values() if "replies" not in moment]
    assert all(moment["endingText"] for moment in endings)


def test_what_is_not_offered_is_refused(trainer: User) -> None:
    for key in ("tinh-huong", "../tinh-huong", "", "khong-co"):
        answer = signed_in(trainer).post("/tuong-tac/moi/", {"template": key})
        assert answer.status_code == 409
        assert "quản trị viên đã duyệt thư viện" in answer.content.decode()
    assert not Interactive.objects.exists()


@pytest.mark.usefixtures("installed")
def test_only_authors_begin(learner: User) -> None:
    with pytest.raises(Refusal):
        begin("tinh-huong", by=learner)
    assert signed_in(learner).post("/tuong-tac/moi/", {"template": "tinh-huong"}).status_code == 404


def test_every_file_is_a_template() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(KEYS)
