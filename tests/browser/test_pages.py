"""Pages beside the customer's: all hits of a search, a group, a network that grows; on a desk and on a phone, in Chinese."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import answers
from tests.browsing import Open, english_in

pytestmark = pytest.mark.browser

Site = tuple[str, list[str]]
PARTY = f"#/party/{answers.HOLDING[0]}"
PERSON = f"#/party/{answers.CHEN[0]}"
GROUP = f"#/group/{answers.GROUP}"
GROUPS = "#/groups"
SEARCH = "#/search/%E8%BF%9C%E6%B4%8B"


def test_several_hits_are_a_list_to_choose_from_with_the_keyboard(site: Site, open_page: Open) -> None:
    page = open_page(site[0])
    page.keyboard.type("远洋")
    page.keyboard.press("Enter")
    hits = page.locator("ol.results").get_by_role("link")
    expect(hits).to_have_count(2)
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 results")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("宁波远洋物流有限公司")
    page.go_back()
    expect(hits).to_have_count(2)


def test_a_search_that_finds_nothing_says_so_on_its_page(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/#/search/nobody")
    expect(page.locator("#shown")).to_contain_text("Nothing found")


def test_a_group_opens_from_the_customer_and_shows_members_with_reasons(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    page.get_by_role("region", name="Groups").get_by_role("link", name="G-1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Group of 陈志远")
    expect(page.locator(".chip").nth(1)).to_have_text("Control group, found by a run")
    rows = page.get_by_role("region", name="Members").get_by_role("row")
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text("head: controls 3 parties and nobody outside controls it")
    expect(rows.nth(4).locator(".badge")).to_have_text("flagged")
    expect(page.get_by_role("region", name="Why this is a group")).to_contain_text("more than 50%")
    limits = page.get_by_role("region", name="Exposure against limits").get_by_role("row")
    expect(limits.nth(1)).to_contain_text("at least CNY 230,000,000")
    for told in ("1 of unknown amount", "23%", "20%", "CNY 200,000,000", "breach", "confirmed links"):
        expect(limits.nth(1)).to_contain_text(told)
    for told in ("unknown", "undecided", "with flagged links"):
        expect(limits.nth(2)).to_contain_text(told)
    expect(page.get_by_role("contentinfo")).to_contain_text("run R-0007")
    rows.nth(2).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("浙江远洋控股有限公司")


def test_a_person_has_a_household_and_a_family_with_its_business(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PERSON}")
    household = page.get_by_role("region", name="Household")
    expect(household.get_by_role("link", name="林美华")).to_be_visible()
    expect(household).to_contain_text("same address and telephone as 林美华")
    family = page.get_by_role("region", name="Family")
    for told in ("balances CNY 3,250,000 + 1 of unknown amount", "the bank's revenue 2026 unknown", "products held 5"):
        expect(family).to_contain_text(told)
    expect(family.get_by_role("link", name="宁波远洋物流有限公司")).to_be_visible()
    decided = page.get_by_role("region", name="Decisions that wait")
    expect(decided).to_contain_text("one household with")
    expect(decided).to_contain_text("not one household")
    family.get_by_role("link", name="吴国强").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("吴国强")


def test_openings_say_why_and_what_is_not_offered_is_folded_away(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    offered = page.get_by_role("region", name="Openings")
    expect(offered.get_by_role("row")).to_have_count(3)
    expect(offered.get_by_role("row").nth(1)).to_contain_text("25 of the 29 customers who hold 单位结算卡")
    expect(offered.get_by_role("row").nth(2)).to_contain_text("offered")
    left = offered.get_by_text("its household was approached within the last 30 days")
    expect(left).to_be_hidden()
    offered.get_by_text("Not offered, and why (1)").click()
    expect(left).to_be_visible()
    page.goto(f"{site[0]}/{PERSON}")
    expect(page.get_by_role("region", name="Without data")).to_contain_text("R-0007 found nothing to offer it")
    page.goto(f"{site[0]}/#/party/{answers.TEXTILE[0]}")
    expect(page.get_by_role("region", name="Without data")).to_contain_text("No analysis run has been made yet")


def test_routes_from_a_manager_veil_whom_a_colleague_looks_after(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    card = page.get_by_role("region", name="Who can introduce you")
    asked = card.get_by_role("textbox")
    asked.fill("nobody")
    asked.press("Enter")
    expect(card.get_by_role("alert")).to_contain_text("no relationship manager that id or staff number")
    asked.fill(answers.MANAGER)
    card.get_by_role("button", name="Find routes").click()
    route = card.locator("ol.routes > li")
    expect(route.locator("strong")).to_contain_text("何伟 (S00001) → 林美华")
    expect(route.locator("strong")).to_contain_text(" → a colleague's customer → 浙江远洋控股有限公司")
    expect(route.locator("strong").get_by_role("link")).to_have_count(2)
    expect(route).to_contain_text("strength 72.9%")
    expect(route.get_by_role("listitem")).to_have_count(3)
    expect(route.get_by_role("listitem").nth(1)).to_contain_text("90% kin of (kin speak for each other)")
    expect(card).to_contain_text("introducers who asked not to be approached, left out: 2")


def test_routes_are_told_in_chinese(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}", locale="zh-CN")
    card = page.get_by_role("region", name="谁可引荐")
    card.get_by_role("textbox").fill(answers.MANAGER)
    card.get_by_role("button", name="查找引荐路径").click()
    for told in ("同事的客户", "亲属之间可互相引荐", "未列入已拒绝营销的引荐人：2 个"):
        expect(card).to_contain_text(told)
    assert not english_in(page)


def test_the_grade_is_told_with_its_arithmetic_and_what_the_customer_contributes(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    graded = page.get_by_role("region", name="Grading and contribution")
    expect(graded.get_by_role("heading")).to_contain_text("C · 40 / 100 points")
    lines = graded.get_by_role("row")
    for nth, told in (
        (1, "CNY 2,400,000 on average of 12 months"),
        (1, "at least CNY 1,000,000"),
        (2, "CNY 52,000 in 10 months"),
        (3, "products held"),
        (4, "unknown"),
        (6, "CNY 91,000 + 2 months unknown"),
        (6, "the customer"),
    ):
        expect(lines.nth(nth)).to_contain_text(told)
    assert f"/v1/parties/{answers.HOLDING[0]}?grading=true" in site[1]
    page.goto(f"{site[0]}/{PERSON}")
    expect(page.get_by_role("region", name="Without data")).to_contain_text("customers alone are graded")
    page.goto(f"{site[0]}/#/party/{answers.LIN[0]}")
    expect(graded).to_contain_text("its household H-1")


def test_the_grade_is_told_in_chinese(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}", locale="zh-CN")
    graded = page.get_by_role("region", name="评级与贡献")
    expect(graded.get_by_role("row").nth(1)).to_contain_text("平均，共 12 个月")
    expect(graded.get_by_role("row").nth(6)).to_contain_text("客户本身")


def test_what_a_registered_record_said_before_is_told_with_it(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    records = page.get_by_role("region", name="Source records")
    expect(records).to_contain_text("Date of birth: 1970-01-02; Gender: –")
    expect(records).to_contain_text("护照 (周晓, 吴敏)")


def test_signs_of_risk_stand_in_one_card(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    risk = page.get_by_role("region", name="Signs of risk").get_by_role("row")
    expect(risk).to_have_count(4)
    for nth, told in ((1, "CNY 800,000"), (2, "12"), (3, "杭州启航贸易有限公司")):
        expect(risk.nth(nth)).to_contain_text(told)


def test_a_tag_tells_when_it_was_put_on_as_people_write_it(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    tags = page.get_by_role("region", name="Tags")
    expect(tags).to_contain_text("10 Nov 2026")
    expect(tags).not_to_contain_text("T02:00")


def test_groups_are_listed_from_the_landing_page_the_nearest_to_a_limit_first(site: Site, open_page: Open) -> None:
    page = open_page(site[0])
    page.get_by_role("link", name="Groups nearest to a limit").click()
    listed = page.get_by_role("region", name="Groups nearest to a limit").get_by_role("row")
    expect(listed).to_have_count(3)
    for told in ("Group of 陈志远", "breach", "at least CNY 230,000,000", "23% / 20%"):
        expect(listed.nth(1)).to_contain_text(told)
    expect(listed.nth(2)).to_contain_text("绍兴纺织系")
    listed.nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Group of 陈志远")


def test_an_unknown_group_leaves_a_way_on(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/#/group/G-NONE")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such group")
    expect(page.get_by_role("link", name="Back to search")).to_be_visible()


def test_what_is_not_shown_hangs_on_the_picture_with_its_number_and_grows(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/#/party/{answers.CAPPED}")
    network = page.get_by_role("region", name="Relationship network")
    expect(network.locator("svg a.party")).to_have_count(3)
    network.get_by_role("button", name="Show more: +30 owns").press("Enter")
    expect(network.locator("svg a.party")).to_have_count(5)
    expect(network.locator("svg .pill")).to_have_count(0)
    network.get_by_role("button", name=re.compile("Show more around 陈志远")).click()
    expect(network.locator("svg a.party")).to_have_count(6)
    expect(network.get_by_role("button", name=re.compile("Show more around 陈志远"))).to_have_count(0)
    asked = [path for path in site[1] if "limit=1000" in path]
    assert asked[0].startswith(f"/v1/parties/{answers.HOLDING[0]}/network?depth=1&per_kind=24&limit=1000&kinds=OWNS")
    assert asked[1].startswith(f"/v1/parties/{answers.CHEN[0]}/network?depth=1&per_kind=6&limit=1000&kinds=OWNS&kinds=")


def test_a_picture_begins_with_one_step_and_few_of_each_kind(site: Site, open_page: Open) -> None:
    page = open_page(f"{site[0]}/{PARTY}")
    page.get_by_role("button", name="Two steps").click()
    expect(page.get_by_role("button", name="Two steps")).to_have_attribute("aria-pressed", "true")
    first, second = (path for path in site[1] if "/network?" in path)
    assert "depth=1&per_kind=6&kinds=" in first
    assert "depth=2&per_kind=4&limit=40&kinds=" in second


@pytest.mark.parametrize("wide", ["desk", "phone"])
@pytest.mark.parametrize("party", [answers.HOLDING[0], answers.SUPERNODE])
def test_no_text_of_a_picture_covers_another(site: Site, open_page: Open, wide: str, party: str) -> None:
    page = open_page(f"{site[0]}/#/party/{party}", wide=wide)
    for name in ("Everything", "Two steps"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    page.locator("svg.network a.party").nth(5).wait_for()
    assert page.evaluate(OVERLAPPING) == []


OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll("svg.network text")].map((one) => ({ text: one.textContent, of: one.getBoundingClientRect() }));
  const parts = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5;
  return boxes.flatMap((one, n) => boxes.slice(n + 1).filter((other) => parts(one.of, other.of)).map((other) => [one.text, other.text]));
}"""
"""Pairs of texts of a picture that cover each other; lines of one name stand close."""


@pytest.mark.parametrize("address", [PARTY, PERSON, GROUP, GROUPS, SEARCH])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_nothing_is_cut_at_the_right_of_a_phone(site: Site, open_page: Open, address: str, locale: str) -> None:
    page = open_page(f"{site[0]}/{address}", wide="small phone", locale=locale)
    page.locator("h1:visible").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.locator(".scroll").evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length")
    assert cut == 0
    beyond = page.locator("td > div, dd").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().right > innerWidth).length"
    )
    assert beyond == 0


@pytest.mark.parametrize(
    "address", [PARTY, PERSON, GROUP, GROUPS, SEARCH, "#/", "#/party/P-NONE", "#/search/12345", "#/group/G-NONE"]
)
def test_chinese_is_chinese_throughout(site: Site, open_page: Open, address: str) -> None:
    page = open_page(f"{site[0]}/{address}", locale="zh-CN")
    page.locator("h1:visible").wait_for()
    assert english_in(page) == set()
