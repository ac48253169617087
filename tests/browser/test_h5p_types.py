"""Our own H5P types in a real browser: by keyboard alone, by touch on the smallest phone, after a
break; and what they say of the score is what the server makes of the response."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.h5p_player import Player
from tests.chromium import PHONE
from tests.media.h5p_packing import pieces

pytestmark = pytest.mark.browser

SITUATION, RATING = "k1-4-2-nha-thu-muoi-chin", "k1-2-2-bac-hanh-den-lan-thu-ba"
DIALOGUE = "k1-3-2-mui-chuong-lon"
SORTING = "k1-1-2-ba-chan-kieng"
TIMELINE, ORDER = "k1-1-3-ngay-dan-van", "k2-1-3-mot-nam-cua-mo-hinh"
BEST_TALK = ["mo-dau.1", "ke.0", "mong.0"]


@pytest.fixture
def small(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(**PHONE | {"viewport": {"width": 320, "height": 568}})
    yield context
    context.close()


@pytest.fixture
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1000, "height": 800}, color_scheme="dark")
    yield context
    context.close()


def reach(page: Page, target: Locator) -> None:
    """Tab by tab, as without a mouse."""
    expect(target).to_be_visible()
    for _ in range(60):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page: Page, name: str | re.Pattern[str], key: str = "Enter") -> None:
    reach(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press(key)


def tap(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=True).tap()


def band(page: Page) -> Locator:
    return page.locator(".kheo-band")


def fits(page: Page) -> None:
    """Nothing is wider than the phone, and a finger finds every button."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for box in [button.bounding_box() for button in page.get_by_role("button").all()]:
        assert box is None or box["height"] >= 44


# Situations


def test_a_situation_by_keyboard(desk):
    player = Player(desk, SITUATION)
    page = player.open()
    press(page, "Xem kết quả")
    expect(page.get_by_role("alert")).to_have_text("Đồng chí chưa chọn cách nên nhất.")
    page.reload()
    press(page, "Nên nhất, Cách A", "Space")
    press(page, "Tránh nhất, Cách D", "Space")
    press(page, "Xem kết quả")
    expect(band(page)).to_be_focused()
    expect(band(page)).to_have_text("Rất khéo")
    assert player.told()["response"] == "best[.]0[,]worst[.]3"
    assert player.told()["score"]["raw"] == 4
    assert player.told()["success"] is True


def test_a_situation_by_touch(small):
    player = Player(small, SITUATION)
    page = player.open()
    tap(page, "Nên nhất, Cách B")
    tap(page, "Tránh nhất, Cách B")
    expect(page.get_by_role("button", name="Nên nhất, Cách B")).to_have_attribute(
        "aria-pressed", "false"
    )
    tap(page, "Nên nhất, Cách B")
    tap(page, "Tránh nhất, Cách C")
    fits(page)
    tap(page, "Xem kết quả")
    expect(page.locator(".kheo-score")).to_have_text("2 trên 4 điểm")
    assert player.told()["score"] == {"min": 0, "max": 4, "raw": 2, "scaled": 0.5}
    tap(page, "Xem lời giải")
    expect(page.get_by_text("Người có kinh nghiệm:")).to_have_count(5)
    fits(page)


def test_a_situation_after_a_break(small):
    player = Player(small, SITUATION)
    tap(player.open(), "Nên nhất, Cách A")
    page = player.open_again()
    expect(page.get_by_role("button", name="Nên nhất, Cách A")).to_have_attribute(
        "aria-pressed", "true"
    )
    tap(page, "Tránh nhất, Cách E")
    tap(page, "Xem kết quả")
    page = player.open_again()
    expect(band(page)).to_have_text("Rất khéo")
    tap(page, "Làm lại")
    assert page.evaluate("H5P.instances[0].getCurrentState()") == {}


def test_rating_by_keyboard(desk):
    player = Player(desk, RATING)
    page = player.open()
    for at, downs in enumerate((0, 0, 1, 2, 3)):
        group = page.get_by_role("radiogroup").nth(at)
        reach(page, group.get_by_role("radio").first)
        page.keyboard.press("Space")
        for _ in range(downs):
            page.keyboard.press("ArrowDown")
    press(page, "Xem kết quả")
    expect(band(page)).to_be_focused()
    assert player.told()["response"] == "0[.]3[,]1[.]3[,]2[.]2[,]3[.]1[,]4[.]0"
    assert player.told()["score"]["raw"] == 10


def test_rating_by_touch_after_a_break(small):
    player = Player(small, RATING)
    page = player.open()
    for at in (0, 1):
        page.locator(".kheo-scale").nth(at).get_by_text("Nên", exact=True).tap()
    fits(page)
    page = player.open_again()
    expect(page.get_by_role("radio", checked=True)).to_have_count(2)
    tap(page, "Xem kết quả")
    expect(page.get_by_role("alert")).to_have_text("Còn 3 cách chưa được đánh giá.")
    for at in (2, 3, 4):
        page.locator(".kheo-scale").nth(at).get_by_text("Nên", exact=True).tap()
    expect(page.get_by_role("alert")).to_have_text("")
    tap(page, "Xem kết quả")
    expect(page.locator(".kheo-score")).to_have_text("4 trên 10 điểm")
    assert player.told()["score"]["raw"] == 4


# Talks


def replies(player: Player, steps: list[str]) -> Iterator[str]:
    nodes = {node["id"]: node for node in player.params["nodes"]}
    for step in steps:
        node, place = step.split(".")
        yield nodes[node]["replies"][int(place)]["text"]


def test_a_talk_by_keyboard(desk):
    player = Player(desk, DIALOGUE)
    page = player.open()
    for words in replies(player, BEST_TALK):
        press(page, words)
        expect(page.locator(".kheo-citizen").last).to_be_focused()
    expect(page.get_by_role("heading", name="Một lời hẹn có ngày, có giờ")).to_be_visible()
    expect(page.locator(".kheo-meter")).to_have_text("Lòng tin của chị Hiền: cởi mở")
    assert player.told()["response"] == "[,]".join(BEST_TALK)
    assert player.told()["score"]["raw"] == 10


def test_a_talk_by_touch_after_a_break(small):
    player = Player(small, DIALOGUE)
    page = player.open()
    for words in replies(player, ["mo-dau.0", "khep.0"]):
        tap(page, words)
    expect(page.get_by_text("Lòng tin giảm: khép cửa", exact=True)).to_be_visible()
    fits(page)
    page = player.open_again()
    expect(page.locator(".kheo-line")).to_have_count(5)
    for words in replies(player, ["ke.1", "ngai.0", "mong.1"]):
        tap(page, words)
    expect(page.locator(".kheo-score")).to_have_text("6 trên 10 điểm")
    assert player.told()["score"]["raw"] == 6
    expect(page.get_by_text("Có thể nói:")).to_have_count(0)
    tap(page, "Xem lời giải")
    expect(page.get_by_text("Có thể nói:")).to_have_count(3)
    fits(page)
    page = player.open_again()
    expect(page.get_by_role("heading", name="Chị Hiền ra về, lòng vẫn ngờ")).to_be_visible()


# Cards


def groups_of(player: Player) -> dict[str, int]:
    groups = player.params["groups"]
    return {card["text"]: at for at, group in enumerate(groups) for card in group["cards"]}


def test_cards_by_keyboard(desk):
    player = Player(desk, SORTING)
    page = player.open()
    belongs = groups_of(player)
    reach(page, page.locator(".kheo-into").first)
    for left in range(len(belongs), 0, -1):
        expect(page.locator(".kheo-card-number")).to_have_text(f"Thẻ {10 - left} trên 9")
        page.keyboard.press(str(belongs[page.locator(".kheo-card-text").inner_text()] + 1))
    expect(page.get_by_role("button", name="Xem kết quả")).to_be_focused()
    page.keyboard.press("Enter")
    expect(band(page)).to_be_focused()
    assert player.told()["score"]["raw"] == 9


def test_a_card_is_moved_by_keyboard(desk):
    player = Player(desk, SORTING)
    page = player.open()
    words = page.locator(".kheo-card-text").inner_text()
    press(page, "Lợi ích")
    press(page, f"Chuyển thẻ “{words}”")
    expect(page.locator(".kheo-card-text")).to_have_text(words)
    press(page, "Trách nhiệm")
    placed = page.get_by_role("region", name="Trách nhiệm").get_by_role("button")
    expect(placed).to_have_text(words)
    expect(placed).to_be_focused()
    press(page, f"Chuyển thẻ “{words}”")
    press(page, "Để nguyên chỗ cũ")
    expect(placed).to_be_focused()


def test_cards_by_touch_after_a_break(small):
    player = Player(small, SORTING)
    page = player.open()
    for _ in range(4):
        tap(page, "Quyền hạn")
    tap(page, "Để lại sau")
    fits(page)
    waiting = page.locator(".kheo-card-text").inner_text()
    page = player.open_again()
    expect(page.locator(".kheo-card-text")).to_have_text(waiting)
    expect(page.locator(".kheo-card-placed")).to_have_count(4)
    for _ in range(5):
        tap(page, "Quyền hạn")
    fits(page)
    tap(page, "Xem kết quả")
    expect(page.locator(".kheo-score")).to_have_text("3 trên 9 điểm")
    assert player.told()["score"]["raw"] == 3


def test_cards_are_dragged(desk):
    player = Player(desk, SORTING)
    page = player.open()
    words = page.locator(".kheo-card-text").inner_text()
    drag(page, page.locator(".kheo-card-now"), page.locator(".kheo-group").nth(2))
    placed = page.locator(".kheo-group").nth(2).locator(".kheo-card-placed")
    expect(placed).to_have_text(words)
    drag(page, placed, page.locator(".kheo-group").nth(0))
    expect(page.locator(".kheo-group").nth(0).locator(".kheo-card-placed")).to_have_text(words)
    expect(page.locator(".kheo-card-number")).to_have_text("Thẻ 2 trên 9")
    assert player.faults == []


def drag(page: Page, what: Locator, onto: Locator) -> None:
    start, end = what.bounding_box(), onto.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + end["height"] / 2, steps=6)
    page.mouse.up()


# Timelines


def put_in_order(page: Page, act: Callable[[str], None]) -> None:
    """Each event in turn is brought up to its place."""
    items = page.locator(".kheo-moved")
    count = items.count()
    for place in range(count):
        while (now := order_of(page).index(place)) > place:
            title = items.nth(now).locator(".kheo-moved-text p").inner_text()
            act(f"Chuyển lên: {title}")


def order_of(page: Page) -> list[int]:
    script = "nodes => nodes.map(node => Number(node.dataset.event))"
    order: list[int] = page.locator(".kheo-moved").evaluate_all(script)
    return order


def test_a_timeline_by_keyboard(desk):
    player = Player(desk, TIMELINE)
    page = player.open()
    for seen in range(2, 6):
        press(page, "Đọc tiếp")
        expect(page.locator(".kheo-event")).to_have_count(seen)
        expect(page.locator(".kheo-event").last).to_be_focused()
    press(page, "Thử xếp lại thứ tự")
    put_in_order(page, lambda name: press(page, name))
    press(page, "Xem kết quả")
    expect(band(page)).to_be_focused()
    assert player.told()["response"] == "0[,]1[,]2[,]3[,]4"
    assert player.told()["score"]["raw"] == 4


def test_a_timeline_by_touch_after_a_break(small):
    player = Player(small, TIMELINE)
    page = player.open()
    tap(page, "Đọc tiếp")
    page = player.open_again()
    expect(page.locator(".kheo-progress")).to_have_text("Mốc 2 trên 5")
    fits(page)
    for _ in range(3):
        tap(page, "Đọc tiếp")
    tap(page, "Thử xếp lại thứ tự")
    put_in_order(page, lambda name: tap(page, name))
    first = page.locator(".kheo-moved-text p").first.inner_text()
    tap(page, f"Chuyển xuống: {first}")
    fits(page)
    page = player.open_again()
    assert order_of(page) == [1, 0, 2, 3, 4]
    tap(page, "Xem kết quả")
    expect(page.locator(".kheo-score")).to_have_text("3 trên 4 điểm")
    assert player.told()["score"]["raw"] == 3
    tap(page, "Xem lời giải")
    expect(page.locator(".kheo-event")).to_have_count(5)
    fits(page)


def test_events_are_dragged(desk):
    player = Player(desk, ORDER)
    page = player.open()
    before = order_of(page)
    drag(page, page.locator(".kheo-grip").first, page.locator(".kheo-moved").last)
    after = order_of(page)
    assert after.index(before[0]) >= len(before) - 2
    expect(page.get_by_role("status")).to_contain_text("ở vị trí")
    assert player.faults == []


def test_reading_alone_is_completed_without_points(small):
    player = Player(small, TIMELINE)
    player.params = player.params | {"task": "read"}
    page = player.open()
    for _ in range(4):
        tap(page, "Đọc tiếp")
    expect(page.get_by_text("Đồng chí đã đọc hết dòng thời gian.")).to_be_visible()
    told = player.told()
    assert told["completion"] is True
    assert told["response"] == "0[,]1[,]2[,]3[,]4"
    assert "score" not in told


def test_a_picture_has_words_that_stand_for_it(small):
    player = Player(small, TIMELINE)
    image = {"path": "images/bao.png", "mime": "image/png", "width": 600, "height": 400}
    first = player.params["events"][0] | {"image": image, "imageAlt": "Tờ báo cũ trên bàn"}
    player.params = player.params | {"events": [first, *player.params["events"][1:]]}
    page = player.open()
    picture = page.get_by_role("img", name="Tờ báo cũ trên bàn")
    expect(picture).to_have_attribute("src", re.compile("/images/bao.png$"))
    fits(page)


# All of them


@pytest.mark.parametrize("piece", [path.stem for path in pieces()])
def test_page_and_server_count_alike(desk, piece):
    """Whatever is answered: what the page says of its score is what the server makes of it."""
    player = Player(desk, piece)
    page = player.open()
    chance = random.Random(piece)
    states = [state_of(player, chance) for _ in range(60)]
    script = """([params, states]) => states.map(state => new H5P[%s](
        params, "1", {previousState: state}).getXAPIData().statement)"""
    statements = page.evaluate(script % repr(player.name[4:]), [player.params, states])
    scores = set()
    for statement in statements:
        player.agrees(statement)
        scores.add(statement["result"]["score"]["raw"])
    assert len(scores) > 2
    assert player.faults == []


def state_of(player: Player, chance: random.Random) -> dict[str, Any]:
    params = player.params
    if "responses" in params:
        both = chance.sample(range(len(params["responses"])), 2)
        ratings = [chance.choice([0, 1, 2, 3, None]) for _ in params["responses"]]
        return {"best": both[0], "worst": both[1], "ratings": ratings, "done": True}
    if "groups" in params:
        cards = sum(len(group["cards"]) for group in params["groups"])
        choices = [None, *range(len(params["groups"]))]
        return {"places": [chance.choice(choices) for _ in range(cards)]}
    if "events" in params:
        order = chance.sample(range(len(params["events"])), len(params["events"]))
        return {"order": order, "ordering": True, "touched": True, "done": True}
    nodes = {node["id"]: node.get("replies", []) for node in params["nodes"]}
    at, path = next(iter(nodes)), []
    while nodes[at]:
        place = chance.randrange(len(nodes[at]))
        path.append([at, place])
        at = nodes[at][place]["next"]
    return {"path": path, "done": True}


@pytest.mark.parametrize("piece", [SITUATION, RATING, DIALOGUE, SORTING, TIMELINE, ORDER])
def test_text_of_an_author_stays_text(desk, piece):
    """Markup is not let in by plain fields, and by the others only what the semantics name: by the
    type's own care, without a policy of the page."""
    player = Player(desk, piece)
    player.policy = ""
    player.params = spoilt(player.params)
    page = player.open()
    page.evaluate("H5P.instances[0].showSolutions()")
    page.locator(".kheo").wait_for()
    assert page.locator(".kheo img, .kheo script, .kheo a, .kheo [onclick]").count() == 0
    assert page.evaluate("window.harmed") is None
    assert player.faults == []


def spoilt(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: spoilt(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [spoilt(item) for item in value]
    if isinstance(value, str) and name not in {"id", "next", "quality", "rating", "task"}:
        bad = '<img src=x onerror="window.harmed=1"><a href="javascript:1">a</a>'
        return f"{bad}<script>window.harmed=1</script>{value}"
    return value
