"""The landing page as a relationship manager meets it: search, one customer, one network."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import answers
from tests.browser.stub import SLOW_S
from tests.browsing import Open

pytestmark = pytest.mark.browser

HOLDING = answers.HOLDING[0]
Site = tuple[str, list[str]]


def fits(page: Page) -> bool:
    """Whether nothing makes the page scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def at(site: Site, party_id: str) -> str:
    return f"{site[0]}/#/party/{party_id}"


@pytest.mark.parametrize("wide", ["desk", "phone"])
def test_from_search_to_customer_with_the_keyboard_alone(site: Site, open_page: Open, wide: str) -> None:
    page = open_page(site[0], wide=wide)
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("远洋")
    expect(page.get_by_role("option")).to_have_count(2)
    assert box.get_attribute("aria-expanded") == "true"
    assert fits(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("宁波远洋物流")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("浙江远洋控股有限公司")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.url.endswith(f"#/party/{HOLDING}")
    assert fits(page)


def test_typing_fast_asks_for_the_last_text_only(site: Site, open_page: Open) -> None:
    page = open_page(site[0])
    page.get_by_role("combobox").evaluate(
        """box => { for (const text of ["c", "ch", "che", "chen"]) {
             box.value = text;
             box.dispatchEvent(new Event("input"));
           } }"""
    )
    expect(page.get_by_role("option")).to_have_count(1)
    assert [path for path in site[1] if "/v1/search" in path] == ["/v1/search?q=chen"]


def test_enter_at_once_opens_the_first_hit(site: Site, open_page: Open) -> None:
    page = open_page(site[0])
    page.keyboard.type("chen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈志远")


def test_escape_closes_and_slash_returns_to_the_search(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    box.fill("远洋")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_escape_while_an_answer_arrives_leaves_the_list_closed(site: Site, open_page: Open) -> None:
    page = open_page(site[0])
    with page.expect_response("**/v1/search*"):  # its head is here, its body is not
        page.get_by_role("combobox").fill("slow")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1000 * SLOW_S)
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_examples_of_the_server_search(site: Site, open_page: Open) -> None:
    page = open_page(site[0])
    page.get_by_role("link", name=re.compile("A group with its owners")).click()
    expect(page.locator("ol.results").get_by_role("link")).to_have_count(2)
    page.locator("ol.results").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("浙江远洋")


def test_nothing_found_and_a_failed_search_are_said(site: Site, open_page: Open) -> None:
    page = open_page(site[0])
    box = page.get_by_role("combobox")
    box.fill("nobody")
    expect(page.locator("#found")).to_contain_text("Nothing found")
    expect(page.get_by_role("status")).to_contain_text("Nothing found")
    box.fill("fail")
    expect(page.locator("#found")).to_contain_text("The database does not answer. Ask again in a moment.")


def test_the_360_shows_sections_evidence_unknowns_and_reasons(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    owners = page.get_by_role("region", name="Owners")
    expect(owners.get_by_role("row")).to_have_count(4)
    expect(owners.get_by_role("row").nth(1)).to_contain_text("51%")
    expect(owners.get_by_role("row").nth(1)).to_contain_text("CUSTOMER_RELATIVE:1")
    expect(owners.get_by_role("row").nth(3)).to_contain_text("unknown")
    expect(owners.get_by_role("row").nth(3)).to_contain_text("flagged")
    expect(owners).to_contain_text("Known shares together: 81% · shares unknown: 1")
    expect(page.get_by_role("region", name="Guarantees given")).to_contain_text("CNY 12,500,000")
    expect(page.get_by_role("region", name="Guarantees received").get_by_role("row").nth(1)).to_contain_text("unknown")
    facilities = page.get_by_role("region", name="Facilities and drawdowns")
    expect(facilities.get_by_role("row")).to_have_count(7)
    expect(facilities.get_by_role("row").nth(1)).to_contain_text("HT2024-0001")
    expect(facilities.get_by_role("row").nth(2)).to_contain_text("12 days overdue")
    expect(facilities.get_by_role("row").nth(3)).to_contain_text("JJ002")
    expect(facilities.get_by_role("row").nth(3)).to_contain_text("CNY 21,500,000.50")
    expect(page.get_by_role("region", name="Figures")).to_contain_text("CNY -1,200,000")
    without = page.get_by_role("region", name="Without data")
    expect(without).to_contain_text("nothing found by R-0007")
    expect(page.get_by_role("region", name="Source records")).to_contain_text("浙江远洋控股公司")


def test_decisions_on_its_links_say_who_when_why_and_what_became_of_them(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    waiting = page.get_by_role("region", name="Decisions that wait")
    expect(waiting.get_by_role("row")).to_have_count(4)
    first, again, counted = (waiting.get_by_role("row").nth(at) for at in (1, 2, 3))
    for told in ("rebutted", "已核对工商登记", "wang.li", "18 Nov 2026", "pending", "until then nothing changes"):
        expect(first).to_contain_text(told)
    expect(first).to_contain_text("CNY 6,200,000.00 of CNY 10,000,000.00")
    expect(again).to_contain_text("approved for 45%, but the link says 47% now")
    expect(counted).to_contain_text("zhao.min")
    expect(counted).to_contain_text("decided, counts from the next run")
    expect(counted.get_by_role("link", name="陈志远")).to_have_attribute("href", f"#/party/{answers.CHEN[0]}")
    page.get_by_role("button", name="中文").click()
    waiting = page.get_by_role("region", name="待生效的人工决定")
    expect(waiting).to_contain_text("等待第二人复核，此前不产生影响")
    expect(waiting).to_contain_text("复核时为45%，现为47%：须再次由第二人复核")


def test_a_party_without_decisions_has_no_card_of_them(site: Site, open_page: Open) -> None:
    page = open_page(at(site, answers.LOGISTICS[0]))
    expect(page.get_by_role("region", name="Owners")).to_be_visible()
    expect(page.get_by_role("region", name="Decisions that wait")).to_have_count(0)


def test_the_foot_tells_day_state_and_run_and_omissions_are_told(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    expect(page.get_by_role("contentinfo")).to_contain_text("As of 2026-11-20 · state 42 · run R-0007")
    expect(page.get_by_role("contentinfo")).to_contain_text(
        "no run for 2026-11-20; the nearest is R-0007 of 2026-11-19"
    )
    expect(page.get_by_text("events: 1 of 12 shown")).to_be_visible()
    expect(page.get_by_text("neighbours capped at 7 of 5,204")).to_be_visible()


@pytest.mark.parametrize("wide", ["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_network_is_a_picture_that_leads_on(site: Site, open_page: Open, wide: str, scheme: str) -> None:
    page = open_page(at(site, HOLDING), wide=wide, scheme=scheme)
    network = page.get_by_role("region", name="Relationship network")
    expect(network.locator("svg a.party")).to_have_count(7)
    expect(network.locator("svg path.line")).to_have_count(10)
    expect(network.locator("svg path.flagged")).to_have_count(1)
    expect(network.locator("svg .party.focus text").first).to_have_text("浙江远洋控股有限公司")
    assert fits(page)
    page.get_by_role("button", name="Two steps").click()
    expect(network.locator("svg a.party")).to_have_count(9)
    expect(page.get_by_role("button", name="Two steps")).to_be_focused()
    other = network.get_by_role("link", name=re.compile("Zhoushan Shipping"))
    other.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("舟山海运")


def test_owners_stand_above_and_holdings_below(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    page.locator("svg a.party").first.wait_for()

    def height(name: str) -> float:
        box = page.locator("svg a.party", has_text=name).locator("circle, rect").bounding_box()
        assert box
        return box["y"]

    assert height("陈志远") < height("浙江远洋控股") < height("宁波远洋")


def test_parties_do_not_cover_each_other(site: Site, open_page: Open) -> None:
    page = open_page(at(site, answers.SUPERNODE))
    page.locator("svg a.party").first.wait_for()
    places = page.locator("svg a.party circle, svg a.party > rect").evaluate_all(
        "all => all.map(one => { const box = one.getBBox(); return [box.x + box.width / 2, box.y + box.height / 2]; })"
    )
    assert len(places) == 141
    near = [1 for n, a in enumerate(places) for b in places[:n] if abs(a[0] - b[0]) + abs(a[1] - b[1]) < 20]
    assert near == []


def test_people_and_companies_first_everything_when_asked(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    page.get_by_role("button", name="Everything").click()
    expect(page.get_by_role("button", name="Everything")).to_have_attribute("aria-pressed", "true")
    asked = [path for path in site[1] if path.startswith("/v1/") and "/network" in path]
    assert "kinds=OWNS" in asked[0]
    assert "depth=1" in asked[0]
    assert "kinds" not in asked[1]


def test_the_list_says_what_the_picture_shows(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    page.get_by_role("button", name="List").click()
    rows = page.get_by_role("region", name="Relationship network").get_by_role("row")
    expect(rows).to_have_count(11)
    expect(rows.filter(has_text="CNY 12.5 m")).to_contain_text("rebutted")
    expect(page.locator("svg.network")).to_be_hidden()


def test_zooming_changes_the_size_of_the_picture(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    svg = page.locator("svg.network")
    before = float(svg.get_attribute("width") or 0)
    page.get_by_role("button", name="Zoom in").click()
    assert float(svg.get_attribute("width") or 0) == pytest.approx(before * 1.25)
    page.get_by_role("button", name="Whole picture").click()
    frame = page.locator(".frame")
    assert frame.evaluate("f => f.scrollWidth <= f.clientWidth && f.scrollHeight <= f.clientHeight")


def test_the_language_switches_without_asking_again_and_is_remembered(site: Site, open_page: Open) -> None:
    page = open_page(at(site, HOLDING))
    expect(page.get_by_role("region", name="Owners")).to_be_visible()
    asked = len(site[1])
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("region", name="股东")).to_contain_text("已知持股合计: 81%")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert len(site[1]) == asked
    page.reload()
    expect(page.get_by_role("region", name="股东")).to_be_visible()


def test_a_chinese_browser_sees_chinese(site: Site, open_page: Open) -> None:
    page = open_page(site[0], locale="zh-CN", wide="phone")
    expect(page.get_by_role("heading", name="这位客户是谁？谁与谁相关联？", exact=True)).to_be_visible()
    assert page.get_by_role("combobox").get_attribute("placeholder") == "姓名、拼音或号码"


def test_an_unknown_party_and_a_failed_network_leave_a_way_on(site: Site, open_page: Open) -> None:
    page = open_page(at(site, "P-NONE"))
    expect(page.get_by_role("heading", level=1)).to_have_text("No such party")
    expect(page.get_by_role("alert")).to_contain_text("No party has the id 'P-NONE'.")
    page.get_by_role("link", name="Back to search").click()
    expect(page.get_by_role("link", name=re.compile("A person, by pinyin"))).to_be_visible()
    page.goto(at(site, answers.BROKEN))
    expect(page.get_by_role("region", name="Owners")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("It is too large today.")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_names_never_become_markup(site: Site, open_page: Open) -> None:
    page = open_page(at(site, answers.BAD_NAME[0]))
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")
    page.get_by_role("button", name="List").click()
    assert page.locator("img").count() == 0
    assert "broken" not in page.title().replace(answers.EVIL, "")


def test_nothing_is_asked_of_any_other_host_and_the_policy_is_kept(site: Site, open_page: Open) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(at(site, HOLDING))
    expect(page.locator("svg.network")).to_be_visible()
    assert asked
    assert [url for url in asked if not url.startswith(site[0])] == []
    assert told == []
