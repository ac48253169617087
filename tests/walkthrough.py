"""The story of the platform, told in a browser on a phone, through pages only.

A roster is entered, a trainer publishes, the new cadre signs in, learns, loses the connection
once, passes; the certificate's code leads a stranger to the public page; the indicator has moved
by exactly this one person. `walk` knows addresses and what people know (their passwords, the
right answers), nothing of the database: the same story is told to a server in the test's own
process and to the processes of a deployment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import cycle
from typing import Any

import pypdfium2
import zxingcpp
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from assessments.models import Paper
from cadres.models import UnitVersion
from cadres.organising import establish
from content.preparing import prepare as prepare_authoring
from indicators.measuring import remeasure
from kit.sheets import XLSX
from lms.demo.building import ISSUER, configure_issuer
from lms.demo.plan import build_plan
from lms.demo.province import PROVINCE_MERGED_ON, build_province
from lms.demo.roster import PASSWORD, build_accounts
from lms.demo.writing import FOLDER, read_yaml, write_draft
from tests.accounts.knocking import six_digits
from tests.chromium import PHONE

WARD, PROVINCE = "Phường Hoa Lư", "Tỉnh ủy Ninh Bình"
# A unit of the ward, so that unit, parent and province are three different ones.
UNIT, UNIT_CODE = "Ủy ban MTTQ Việt Nam phường Hoa Lư", "MT-14329"
COURSE = "Tư tưởng Hồ Chí Minh về dân vận"
ISSUING_UNIT = "Ban Tuyên giáo và Dân vận Tỉnh ủy"
LESSONS = ("1-1", "1-2", "2-2")
DRAW, TOO_MANY = 20, 500

NAME, PHONE_NUMBER, BORN = "Vũ Thị Thanh Mai", "0900888001", "08/3/1983"
NEW_PASSWORD = "ba bông lúa vàng 1983"
ROW = {
    "Họ và tên": NAME,
    "Giới tính": "Nữ",
    "Ngày sinh": BORN,
    "Loại": "Công chức",
    "Mã đơn vị": UNIT_CODE,
    "Chức vụ": "Chủ tịch UB MTTQ Việt Nam cấp xã",
    "Ngày nhận nhiệm vụ": "01/7/2025",
    "Điện thoại": PHONE_NUMBER,
}
NO_SUCH_DAY = "31/02/1983"
PATIENCE = 30_000


# --- What stands before the story ---------------------------------------------------------------


def prepare() -> None:
    """Units, accounts, a plan that is measured, a course that is written but not published.

    The course has two gaps: it names no issuing unit, and its paper draws more than the bank has.
    """
    shelf = prepare_authoring()
    province = build_province()
    establish(
        UNIT,
        UnitVersion.Kind.UNION,
        parent=province.hoa_lu,
        valid_from=PROVINCE_MERGED_ON,
        code=UNIT_CODE,
    )
    accounts = build_accounts()
    issuer = province.bodies[ISSUER]
    configure_issuer(issuer, accounts["admin"]["user"])
    course = write_draft("k1", shelf, issuer, by=accounts["trainer"]["user"], lessons=LESSONS)
    course.issuing_unit = None
    course.save()
    Paper.objects.filter(pk=course.final_paper_id).update(draw=TOO_MANY)
    remeasure(build_plan(province.root))


# --- Somebody with a phone ----------------------------------------------------------------------


@dataclass
class Visitor:
    """A browser of one's own; each address one types is answered by the next web process."""

    page: Page
    addresses: Iterator[str]
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(next(self.addresses) + path)
        return self.page

    def sign_in(self, login: str, password: str) -> None:
        page = self.open("/tai-khoan/dang-nhap/")
        page.get_by_label("Số điện thoại, mã cán bộ hoặc").fill(login)
        page.get_by_label("Mật khẩu", exact=True).fill(password)
        self.press("Đăng nhập")
        page.wait_for_url(lambda address: "/dang-nhap/" not in address)
        if "/2fa/" in page.url:
            self.set_up_second_step()

    def set_up_second_step(self) -> None:
        """Whose role needs one is led here, and gets no further without."""
        self.press("Thiết lập ứng dụng")
        self.page.locator("#id_code").fill(six_digits(self.page.locator(".secret").inner_text()))
        self.press("Thiết lập ứng dụng")
        self.press("Tôi đã cất")

    def press(self, name: str | re.Pattern[str]) -> None:
        """The page's own button or link of that name; headers and menus have theirs."""
        main = self.page.locator("main")
        role = main.get_by_role("button", name=name, exact=isinstance(name, str))
        role.or_(main.get_by_role("link", name=name, exact=isinstance(name, str))).first.tap()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()


@contextmanager
def visiting(browser: Browser, addresses: list[str]) -> Iterator[Visitor]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(context.new_page(), cycle(addresses))
    context.on("weberror", lambda error: visitor.faults.append(str(error.error)))
    context.on(
        "response",
        lambda got: visitor.faults.append(got.url) if got.status >= 500 else None,
    )
    yield visitor
    context.close()
    assert visitor.faults == []


# --- The story ----------------------------------------------------------------------------------


def walk(browser: Browser, addresses: list[str]) -> None:
    expect.set_options(timeout=PATIENCE)
    with ExitStack() as stack:
        owner, admin, manager, trainer, cadre, stranger = (
            stack.enter_context(visiting(browser, addresses)) for _visitor in range(6)
        )
        owner.sign_in("chitieu", PASSWORD)
        before = read_figures(owner)
        admin.sign_in("quantri", PASSWORD)
        enter_roster(admin)
        entered = read_figures(owner)
        check_moves(before, entered, (0, 1))
        manager.sign_in("quanly", PASSWORD)
        slip = print_slip(manager)
        trainer.sign_in("giangvien", PASSWORD)
        publish(trainer)
        sign_in_for_the_first_time(cadre, slip, addresses)
        learn(cadre)
        pass_test(cadre)
        certificate = fetch_certificate(cadre)
        check_certificate(stranger, read_code(certificate), addresses)
        learned = read_figures(owner)
        check_moves(entered, learned, (1, 0))
        find_behind_the_number(owner)


# --- Entering a roster --------------------------------------------------------------------------


def fill_in(template: bytes, row: dict[str, str]) -> bytes:
    """The template with one person in its first empty row."""
    book = load_workbook(BytesIO(template))
    sheet = book["Danh sách"]
    titles = [str(cell.value).rstrip(" *") for cell in sheet[1]]
    for title, value in row.items():
        sheet.cell(3, titles.index(title) + 1, value)
    filled = BytesIO()
    book.save(filled)
    return filled.getvalue()


def enter_roster(admin: Visitor) -> None:
    page = admin.open("/don-vi/nhap-danh-sach/")
    with page.expect_download() as got:
        admin.press("Tải tệp mẫu")
    template = got.value.path().read_bytes()
    upload(admin, fill_in(template, ROW | {"Ngày sinh": NO_SUCH_DAY}))
    expect(page.locator("tbody tr")).to_have_count(1)
    told = page.locator("tbody tr")
    for words in ("3", "Ngày sinh", NO_SUCH_DAY):
        expect(told).to_contain_text(words)
    expect(told.locator("td").last).to_contain_text(re.compile(r"\w+ \w+"))
    expect(page.get_by_role("button", name=re.compile("^Ghi "))).to_have_count(0)
    admin.press("Tải lên tệp đã sửa")
    upload(admin, fill_in(template, ROW))
    admin.press("Ghi 1 thay đổi")
    admin.sees("Hoàn tác danh sách này")


def upload(admin: Visitor, content: bytes) -> None:
    file: Any = {"name": "danh-sach.xlsx", "mimeType": XLSX, "buffer": content}
    admin.page.locator("input[type=file]").set_input_files(file)
    admin.press("Kiểm tra danh sách")


def print_slip(manager: Visitor) -> bytes:
    """The slip of the new cadre, out of those of the unit who have never signed in."""
    page = manager.open("/don-vi/nguoi/")
    manager.press("In phiếu đăng nhập")
    page.get_by_label("Họ tên, mã").fill("thanh mai")
    manager.press(re.compile("^(Lọc|Tìm|Xem)"))
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(NAME)
    manager.press(re.compile("^Tiếp tục"))
    manager.sees("In phiếu cho 1 đồng chí?")
    with page.expect_download() as got:
        manager.press("In 1 phiếu (PDF)")
    return got.value.path().read_bytes()


# --- Publishing ---------------------------------------------------------------------------------


def publish(trainer: Visitor) -> None:
    """Refused twice, each time with the list of what is missing; mended; published."""
    page = trainer.open("/soan/")
    page.get_by_role("link", name="trang trong Khéo").tap()
    page.get_by_role("link", name=COURSE).first.tap()
    press_publish(page)
    gaps = page.locator(".messages li li")
    expect(gaps).to_have_count(2)
    unit = page.get_by_label("Đơn vị cấp giấy chứng nhận")
    unit.select_option(label=ISSUING_UNIT)
    press_publish(page)
    expect(gaps).to_have_count(1)
    expect(gaps).to_contain_text(str(TOO_MANY))
    edit_course = page.url
    page = trainer.open("/soan/snippets/assessments/paper/")
    page.get_by_role("link", name="k1-cuoi-khoa").tap()
    page.locator("[name=draw]").fill(str(DRAW))
    page.locator("footer button[type=submit]").first.tap()
    expect(page.locator(".messages")).to_contain_text("Đã cập nhật")
    page.goto(edit_course)
    press_publish(page)
    expect(page.locator(".messages")).to_contain_text(f"“{COURSE}”")
    expect(gaps).to_have_count(0)


def press_publish(page: Page) -> None:
    button = page.locator("button[name=action-publish]")
    page.locator("footer").get_by_role("button", name="Thao tác khác").tap()
    button.tap()


# --- Learning -----------------------------------------------------------------------------------


def sign_in_for_the_first_time(cadre: Visitor, slip: bytes, addresses: list[str]) -> None:
    """The phone's camera reads the slip; a password is chosen; the slip is used up."""
    address = read_code(slip)
    assert address.startswith(f"{addresses[0]}/tai-khoan/phieu/")
    page = cadre.page
    page.goto(address)
    cadre.sees(f"Chào đồng chí {NAME}")
    page.get_by_label("Mật khẩu mới").fill(NEW_PASSWORD)
    page.get_by_label("Gõ lại mật khẩu ấy").fill(NEW_PASSWORD)
    cadre.press("Lưu mật khẩu và vào")
    cadre.sees("Lưu gì về cán bộ và để làm gì")
    cadre.press("Tôi đã đọc")
    expect(page).to_have_url(re.compile(r"\d/$"))
    page.goto(address)
    cadre.sees("Phiếu này đã dùng rồi")


def learn(cadre: Visitor) -> None:
    page = cadre.open("/khoa-hoc/")
    page.get_by_label("Tìm khóa học").fill("dan van")
    cadre.press("Tìm")
    cadre.press(COURSE)
    cadre.press("Bắt đầu học")
    for lesson in LESSONS:
        title = read_yaml(FOLDER / "courses" / "k1" / "lessons" / f"{lesson}.yaml")["title"]
        expect(page.locator("h1")).to_have_text(title)
        practise(page)
        cadre.press("Đã học xong bài này")
    cadre.press("Làm bài kiểm tra cuối khóa")


def practise(page: Page) -> None:
    """Every practice question of the lesson, answered rightly."""
    for place in range(page.locator(".practice").count()):
        question = page.locator(".practice").nth(place)
        answer(question, {**known_answers("practice")})
        question.get_by_role("button", name="Trả lời").tap()
        expect(page.locator(".practice").nth(place).locator(".feedback")).to_contain_text("Đúng")


def known_answers(name: str) -> dict[str, list[str]]:
    """What the right choices of each question say, by the question's own words."""
    found = {}
    for item in read_yaml(FOLDER / "courses" / "k1" / f"{name}.yaml"):
        choices = item.get("choices")
        rights = [c["text"] for c in choices if c.get("right")] if choices else None
        found[plain(item["stem"])] = rights or ["Đúng" if item["answer"] else "Sai"]
    return found


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def answer(question: Locator, known: dict[str, list[str]]) -> None:
    rights = known[plain(question.locator(".question-text").inner_text())]
    for choice in question.locator(".choice").all():
        if plain(choice.locator(".choice-text").inner_text()) in map(plain, rights):
            choice.tap()


def pass_test(cadre: Visitor) -> None:
    page, known = cadre.page, known_answers("questions")
    cadre.press("Bắt đầu làm bài")
    questions = page.locator("fieldset.question")
    expect(questions).to_have_count(DRAW)
    state = page.locator(".attempt-state")
    online, offline = questions.all()[:5], questions.all()[5:12]
    for question in online:
        answer(question, known)
    expect(state).to_contain_text("Đã lưu")
    page.context.set_offline(True)
    for question in offline:
        answer(question, known)
    expect(state).to_contain_text("đã giữ trên máy")
    for question in offline:
        expect(question.locator("[data-mark]")).to_contain_text("Đã giữ trên máy")
    page.context.set_offline(False)
    for question in [*online, *offline]:
        expect(question.locator("[data-mark]")).to_contain_text("Đã lưu")
    for question in questions.all()[12:]:
        answer(question, known)
    expect(page.locator("[data-count-now]")).to_have_text(str(DRAW))
    page.locator("[data-submit]").tap()
    cadre.sees("10")
    expect(page.locator(".result")).to_contain_text("Đạt")


# --- The certificate ----------------------------------------------------------------------------


def fetch_certificate(cadre: Visitor) -> bytes:
    """The page of a certificate that is still being issued looks again by itself."""
    cadre.press("Xem giấy chứng nhận")
    download = cadre.page.locator("main").get_by_role("link", name=re.compile("Tải .*PDF"))
    expect(download).to_be_visible(timeout=2 * PATIENCE)
    with cadre.page.expect_download() as got:
        download.tap()
    return got.value.path().read_bytes()


def read_code(pdf: bytes) -> str:
    """What a decoder that is not ours reads from the picture of the page."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    [code] = zxingcpp.read_barcodes(picture)
    return code.text


def check_certificate(stranger: Visitor, address: str, addresses: list[str]) -> None:
    assert address.startswith(f"{addresses[0]}/xac-minh/")
    page = stranger.page
    page.goto(address)
    stranger.sees(re.compile("ĐANG HIỆU LỰC"))
    for words in (NAME, COURSE, "GCN/BTGDVTU"):
        stranger.sees(re.compile(re.escape(words)))
    said = page.content()
    assert not re.search(r"0?8/0?3/1983|1983-03-08|1983", said)
    assert PHONE_NUMBER not in said


# --- The indicator ------------------------------------------------------------------------------

Figures = dict[str, tuple[int, int]]


def check_moves(before: Figures, after: Figures, by: tuple[int, int]) -> None:
    """Counted and all people went up by `by` in each of the three units."""
    expected = {name: (n + by[0], of + by[1]) for name, (n, of) in before.items()}
    assert after == expected, f"{before} became {after}, not {expected}"


def read_figures(owner: Visitor) -> Figures:
    """How many people are counted, of how many, in the unit, its parent and the province."""
    return {name: read_figure(owner, name) for name in (UNIT, WARD, PROVINCE)}


def read_figure(owner: Visitor, unit: str) -> tuple[int, int]:
    value = open_figure(owner, unit).inner_text()
    counted, people = (int(number.replace(".", "")) for number in value.split("/"))
    return counted, people


def open_figure(owner: Visitor, unit: str) -> Locator:
    """The tile "3/38" of indicator 1.1."""
    page = owner.open("/chi-tieu/")
    named = re.compile(rf"^\s*{re.escape(unit)}\s*$")
    option = page.locator("select[name=don-vi] option").filter(has_text=named)
    owner.open(f"/chi-tieu/1.1/?don-vi={option.get_attribute('value')}")
    expect(page.locator("main .meta").first).to_contain_text(unit)
    return page.locator(".stat-value").filter(has_text=re.compile(r"\d/\s*\d"))


def find_behind_the_number(owner: Visitor) -> None:
    for unit in (UNIT, WARD, PROVINCE):
        open_figure(owner, unit).tap()
        row = owner.page.locator("tbody tr").filter(has_text=NAME)
        expect(row).to_have_count(1)
        expect(row).to_contain_text("K1")
