"""Performance, figures for management, grading and contribution on the hand-made bank: sums by hand, bad input."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.cli import figuring, reading
from api.cli.frame import out
from api.services.export import export
from api.services.figures import BY, FiguresAsked, figures
from api.services.figures_answer import FiguresAnswer
from api.services.grading import grading
from api.services.grading_rules import grading_rules
from api.services.groups import group
from api.services.measures import Figure
from api.services.party import JoinedAway
from api.services.performance import performance
from api.services.preferences import preferences
from api.services.related_rules import related_rules
from api.services.replay import replay
from api.services.run import run
from api.services.run_parameters import read_parameters
from api.services.segment import make_segment
from api.services.segment_filter import FilterGiven
from api.services.segments import preview
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import EVERYTHING, Scope, Store
from tests.contract.answering import fill
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

HE, WU = "hand:staff:7", "hand:staff:8"
DAY = date(2025, 6, 30)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "archive"


@pytest.fixture(scope="module")
def store(connection: Connection, archive: Path) -> Iterator[Store]:
    """With a run for DAY, two saved segments (those of YZ; all companies, whether customers or not), an opening taken up in
    February, and a scope that holds P-HOLD and P-CHEN."""
    with fill(connection) as store:
        more().load(store, "more")
        offer(store, "O-1", ["offered", "taken_up", "taken_up"])
        with store.driver.session(database=store.connection.database) as session:
            session.run("MATCH (p:Party) WHERE p.party_id IN ['P-HOLD', 'P-CHEN'] SET p.scope = ['two']").consume()
        for name, field, value in (("yz", "branch", "YZ"), ("companies", "kind", "company")):
            make_segment(store.view(), name, FilterGiven.model_validate({"field": field, "is": value}), "wang")
        run(store, archive, replace(read_parameters((), rules=()), as_of=DAY), user="tester")
        yield store


def offer(store: Store, opening_id: str, outcomes: list[str]) -> None:
    """Write down what was done about an opening, a step a day from 10 February 2025 on."""
    at = [(on(2025, 2, 10) + n) * 86_400_000 for n in range(len(outcomes))]
    row: dict[str, Any] = {"opening_id": opening_id, "party_id": "P-TRADE", "product_id": "hand:product:CD"}
    row |= {"outcomes": outcomes, "outcome_at": at, "outcome_seqs": [1] * len(outcomes)}
    with store.driver.session(database=store.connection.database) as session:
        session.run("CREATE (o:Opening) SET o = $row", row=row).consume()


def on(year: int, month: int, day: int) -> int:
    return times.to_day(date(year, month, day))


def more() -> Bank:
    """He Wei has P-HOLD and P-LOG since ever; P-TRADE until 14 February 2025, Wu Min from then on; He only assists
    P-CHEN, whom Wu has as main since March. He is in team 1, below NB; Wu in team 2, below team 1. In coverage YZ stands
    below the centre R, and two branches below each other."""
    bank = Bank()
    bank.node("RelationshipManager", WU, name="吴敏", code="8")
    bank.link("MANAGED_BY", "P-TRADE", HE, role="main", valid_from=on(2024, 1, 1), valid_to=on(2025, 2, 15))
    bank.link("MANAGED_BY", "P-TRADE", WU, role="main", valid_from=on(2025, 2, 15))
    bank.link("MANAGED_BY", "P-CHEN", HE, role="assisting", valid_from=on(2025, 1, 1))
    bank.link("MANAGED_BY", "P-CHEN", WU, role="main", valid_from=on(2025, 3, 10))
    bank.link("BELONGS_TO", "P-LOG", "hand:branch:NB", "Party:Branch")
    for key, name in (("R", "华东中心"), ("X", "甲支行"), ("Y", "乙支行")):
        bank.node("Branch", f"hand:branch:{key}", name=name, code=key)
    for start, end in (("YZ", "R"), ("R", "HO"), ("NB", "HO"), ("X", "Y"), ("Y", "X")):
        bank.link("PART_OF", f"hand:branch:{start}", f"hand:branch:{end}", "Branch:Branch", hierarchy="coverage")
    bank.link("BELONGS_TO", "P-TRADE", "hand:branch:X", "Party:Branch", valid_from=on(2025, 6, 1))
    for number, above in (("1", "hand:branch:NB"), ("2", "hand:team:1")):
        bank.node("Team", f"hand:team:{number}", name=f"第{number}团队")
        ends = f"Team:{'Branch' if number == '1' else 'Team'}"
        bank.link("PART_OF", f"hand:team:{number}", above, ends, hierarchy="rollup")
    for who, team in ((HE, "1"), (WU, "2")):
        bank.link("PART_OF", who, f"hand:team:{team}", "RelationshipManager:Team", hierarchy="rollup")
    bank.link("HOLDS", "P-LOG", "hand:product:CD")
    given: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("P-HOLD", "CNY", {"deposits": [100, 200, 300], "bank_revenue": [1, 2, 4]}),
        ("P-LOG", "USD", {"deposits": [50, 60, 70], "bank_revenue": [8, 16]}),
        ("P-TRADE", "CNY", {"deposits": [1000, 2000, 3000], "bank_revenue": [32, 64, 128]}),
        ("P-CHEN", "CNY", {"deposits": [5, 6, 7]}),
    )
    for party, currency, lists in given:
        bank.node("YearFigures", f"hand:figures:{party}", year=2025, currency=currency, **lists)
        bank.link("HAS_FIGURES", party, f"hand:figures:{party}")
    return bank


def told(figure: Figure) -> tuple[list[str], int, int]:
    return [f"{one.currency} {one.amount}" for one in figure.amounts], figure.known, figure.unknown


def test_a_month_counts_with_who_had_the_customer_at_its_end(store: Store) -> None:
    found = performance(store.view(as_of=DAY), HE)
    assert (found.first, found.last, found.empty) == ("2025-01", "2025-03", None)
    assert [(one.month, one.customers, *told(one.revenue)) for one in found.months] == [
        ("2025-01", 4, ["CNY 0.33", "USD 0.08"], 3, 1),
        ("2025-02", 3, ["CNY 0.02", "USD 0.16"], 2, 1),
        ("2025-03", 2, ["CNY 0.04"], 1, 1),
    ]
    assert told(found.total.revenue) == (["CNY 0.39", "USD 0.24"], 6, 3)
    assert told(found.total.deposits) == (["CNY 3.00", "USD 0.70"], 2, 0)
    assert told(found.total.loans) == ([], 0, 2)
    assert (found.total.customers, found.assisting) == (2, 1)
    assert found.because[0].rule == "figures.attribution"


def test_the_months_of_all_managers_add_up_to_what_is_told(store: Store) -> None:
    view = store.view(as_of=DAY)
    both = [performance(view, one, "2025-01", "2025-03") for one in (HE, WU)]
    minor = sum(
        int(Decimal(amount.amount) * 100)
        for one in both
        for amount in one.total.revenue.amounts
        if amount.currency == "CNY"
    )
    assert minor == 1 + 2 + 4 + 32 + 64 + 128
    assert [one.customers for one in both[1].months] == [0, 1, 2]


def test_by_branch_what_lies_below_is_in_it_and_a_customer_of_two_counts_once(store: Store) -> None:
    def rows(hierarchy: str | None = None) -> list[tuple[str | None, int | None, int, list[str]]]:
        found = performance(store.view(as_of=DAY), "7", "2025-03", "2025-03", hierarchy)
        return [
            (one.branch.name if one.branch else None, one.level, one.customers, told(one.deposits)[0])
            for one in found.branches
        ]

    both = ["CNY 3.00", "USD 0.70"]
    assert rows() == [("总行", 1, 2, both), ("宁波分行", 2, 2, both), ("鄞州支行", 3, 2, both)]
    assert rows("coverage") == [
        ("总行", 1, 2, both),
        ("华东中心", 2, 2, both),
        ("鄞州支行", 3, 2, both),
        ("宁波分行", 2, 1, ["USD 0.70"]),
    ]
    before = performance(store.view(as_of=date(2025, 5, 31)), "7", "2025-01", "2025-01").branches
    assert [one.customers for one in before] == [3, 3, 2, 1]
    assert before[-1].branch is None


def test_a_month_that_nothing_tells_is_unknown(store: Store) -> None:
    found = performance(store.view(as_of=DAY), HE, "2025-04", "2025-06")
    assert [(one.customers, *told(one.revenue)) for one in found.months] == [(2, [], 0, 2)] * 3


def test_what_cannot_be_asked_is_refused(store: Store) -> None:
    view = store.view(as_of=DAY)
    with pytest.raises(NotFound, match="'nobody'"):
        performance(view, "nobody")
    with pytest.raises(BadInput, match="give the earlier month first"):
        performance(view, HE, "2025-03", "2025-01")
    with pytest.raises(BadInput, match="after 2025-06-30"):
        performance(view, HE, last="2025-07")
    with pytest.raises(BadInput, match="give rollup or coverage"):
        performance(view, HE, hierarchy="sideways")


def test_nobody_outside_the_scope_counts(store: Store) -> None:
    found = performance(store.view(as_of=DAY, scope=Scope(frozenset({"branch:none"}))), HE)
    assert (found.total.customers, found.branches) == (0, [])
    assert found.empty


def of(store: Store, archive: Path, scope: Scope = EVERYTHING, **asked: Any) -> FiguresAnswer:
    question = FiguresAsked(**{"first": "2025-01", "last": "2025-03"} | asked)
    return figures(store.view(as_of=DAY, scope=scope), archive, question)


def rows(answer: FiguresAnswer) -> dict[str, tuple[int, list[str]]]:
    return {
        one.name or "none": (one.customers, [f"{m.currency} {m.amount}" for m in one.figures["revenue"].amounts])
        for one in (*answer.rows, answer.total)
    }


ALL = (4, ["CNY 2.31", "USD 0.24"])


def test_each_total_has_what_lies_below_it_once(store: Store, archive: Path) -> None:
    """P-HOLD and P-LOG are in YZ, P-LOG in NB as well, P-CHEN in NB; P-TRADE in X from June."""
    found = of(store, archive)
    assert [(one.name, one.level, one.above) for one in found.rows[:3]] == [
        ("总行", 1, []),
        ("甲支行", 1, []),
        ("宁波分行", 2, ["hand:branch:HO"]),
    ]
    yz = (2, ["CNY 0.07", "USD 0.24"])
    whole = (3, ["CNY 0.07", "USD 0.24"])
    assert rows(found) == {"总行": whole, "宁波分行": whole, "鄞州支行": yz, "甲支行": (1, ["CNY 2.24"]), "all": ALL}
    assert (found.hierarchy, found.flags, found.empty) == ("rollup", [], None)
    assert rows(of(store, archive, level=3)) == {"鄞州支行": yz, "all": ALL}


def test_the_coverage_hierarchy_is_another_and_circles_are_flagged(store: Store, archive: Path) -> None:
    found = of(store, archive, hierarchy="coverage")
    yz, x = (2, ["CNY 0.07", "USD 0.24"]), (1, ["CNY 2.24"])
    assert rows(found) == {
        "总行": (3, yz[1]), "宁波分行": (2, ["USD 0.24"]), "华东中心": yz, "鄞州支行": yz, "甲支行": x, "乙支行": x, "all": ALL,
    }  # fmt: skip
    assert [flag.split(" stands")[0] for flag in found.flags] == ["甲支行 (hand:branch:X)", "乙支行 (hand:branch:Y)"]
    assert {one.name: one.level for one in found.rows}["甲支行"] is None


def test_by_manager_a_month_counts_as_in_the_performance(store: Store, archive: Path) -> None:
    found = of(store, archive, by="manager")
    assert rows(found) == {"吴敏": (2, ["CNY 1.92"]), "何伟": (2, ["CNY 0.39", "USD 0.24"]), "all": ALL}
    for one in found.rows:
        own = performance(store.view(as_of=DAY), one.id or "", "2025-01", "2025-03").total
        assert (one.customers, one.figures["revenue"]) == (own.customers, own.revenue)
        assert one.figures["deposits"] == own.deposits
    unassigned = of(store, archive, by="manager", first="2025-01", last="2025-01")
    assert "none" not in rows(unassigned)


def test_teams_hold_the_teams_below_them(store: Store, archive: Path) -> None:
    assert rows(of(store, archive, by="team")) == {"第1团队": ALL, "第2团队": (2, ["CNY 1.92"]), "all": ALL}


def test_by_month_segment_and_product(store: Store, archive: Path) -> None:
    by_month = of(store, archive, by="month")
    assert rows(by_month) == {
        "2025-01": (4, ["CNY 0.33", "USD 0.08"]),
        "2025-02": (4, ["CNY 0.66", "USD 0.16"]),
        "2025-03": (4, ["CNY 1.32"]),
        "all": ALL,
    }
    assert [told(one.figures["deposits"])[1:] for one in by_month.rows] == [(4, 0)] * 3
    assert told(by_month.total.figures["revenue"])[1:] == (8, 4)
    assert told(by_month.total.figures["deposits"]) == (["CNY 33.07", "USD 0.70"], 4, 0)
    assert rows(of(store, archive, by="segment")) == {"company": (3, ALL[1]), "person": (1, []), "all": ALL}
    by_product = of(store, archive, by="product", measures=("revenue",))
    assert rows(by_product) == {"大额存单": (2, ["USD 0.24"]), "none": (2, ["CNY 2.31"]), "all": ALL}
    assert list(by_product.total.figures) == ["revenue"]


def test_openings_count_where_the_party_stands_when_they_are_taken_up(store: Store, archive: Path) -> None:
    for by, name in (("month", "2025-02"), ("manager", "何伟"), ("product", "大额存单"), ("branch", "甲支行")):
        found = of(store, archive, by=by)
        assert [one.name for one in found.rows if one.openings_taken_up] == [name]
        assert (found.total.openings_taken_up, found.total.openings_sold) == (1, 0)
    assert of(store, archive, first="2025-03").total.openings_taken_up == 0
    offer(store, "O-2", ["sold"])
    assert of(store, archive).total.openings_sold == 0  # the next run counts it


def test_saved_segments_overlap_and_the_total_has_each_customer_once(store: Store, archive: Path) -> None:
    found = of(store, archive, by="saved_segment")
    assert rows(found) == {
        "yz": (2, ["CNY 0.07", "USD 0.24"]), "companies": (3, ALL[1]), "none": (1, []), "all": ALL,
    }  # fmt: skip
    assert [one.rule for one in found.because] == ["figures.overlap"]
    assert found.run_id
    assert export(store.view(as_of=DAY), "segments", io.StringIO(), archive=archive) > 5  # with who is no customer


def test_preferences_are_lifts_over_all_customers(store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.services.preferences.FEWEST", 1)
    found = preferences(store.view(as_of=DAY), archive)
    assert [(one.segment, one.product, one.holders, one.customers, one.lift) for one in found.rows] == [
        ("person", "大额存单", 1, 1, "2.00"),
        ("company", "大额存单", 1, 3, "0.66"),
    ]
    assert (found.rows[0].rate, found.rows[0].rate_of_all) == ("1.000000000", "0.500000000")
    saved = preferences(store.view(as_of=DAY), archive, "saved_segment")
    assert [(one.name, one.holders, one.customers, one.lift) for one in saved.rows] == [
        ("yz", 1, 2, "1.00"),
        ("companies", 1, 3, "0.66"),
    ]
    with pytest.raises(BadInput, match="give segment or saved_segment"):
        preferences(store.view(as_of=DAY), archive, "colour")


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"by": "colour"}, "by", "give branch, team, manager, segment, saved_segment, product, month"),
        ({"hierarchy": "matrix"}, "hierarchy", "give rollup or coverage"),
        ({"by": "month", "hierarchy": "rollup"}, "hierarchy", "leave it out by month"),
        ({"by": "manager", "level": 1}, "level", "leave it out by manager"),
        ({"level": 0}, "level", "give 1 for the top"),
        ({"level": 7}, "level", "No branch stands at level 7 of the rollup hierarchy; the deepest is 3"),
        ({"first": "2025-04"}, "from", "give the earlier month first"),
        ({"last": "2025-07"}, "to", "after 2025-06-30"),
        ({"measures": ("profit",)}, "measure", "give any of deposits"),
    ],
)
def test_figures_that_cannot_be_asked_are_refused(
    store: Store, archive: Path, asked: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        of(store, archive, **asked)
    assert refused.value.field == field


def test_pages_and_scope(store: Store, archive: Path) -> None:
    page = figures(store.view(as_of=DAY), archive, FiguresAsked("month"), limit=2, offset=0)
    assert (len(page.rows), page.total_rows) == (2, 3)
    assert "1 more: ask with offset=2" in page.omitted
    with pytest.raises(BadInput):
        figures(store.view(), archive, FiguresAsked(), limit=0)
    hidden = of(store, archive, Scope(frozenset({"branch:none"})))
    assert (hidden.rows, hidden.total.customers) == ([], 0)
    assert hidden.empty


@pytest.mark.parametrize("by", BY)
def test_a_narrower_scope_counts_those_who_lie_in_it(store: Store, archive: Path, by: str) -> None:
    """P-HOLD of YZ, with a manager, and P-CHEN of NB, who holds a product."""
    found = of(store, archive, Scope(frozenset({"two"})), by=by)
    assert rows(found)["all"] == (2, ["CNY 0.07"])
    customers = {one.name or "none": one.customers for one in found.rows}
    assert (
        customers
        == {
            "branch": {"总行": 2, "宁波分行": 2, "鄞州支行": 1},
            "team": {"第1团队": 2, "第2团队": 1},
            "manager": {"何伟": 1, "吴敏": 1},
            "segment": {"company": 1, "person": 1},
            "saved_segment": {"yz": 1, "companies": 1, "none": 1},
            "product": {"大额存单": 1, "none": 1},
            "month": {"2025-01": 2, "2025-02": 2, "2025-03": 2},
        }[by]
    )


def test_a_run_grades_all_customers_as_each_is_graded_by_itself(store: Store, archive: Path) -> None:
    out = io.StringIO()
    view = store.view(as_of=DAY)
    assert export(view, "grades", out, archive=archive) == 4
    for row in csv.DictReader(io.StringIO(out.getvalue())):
        alone = grading(view, row["party_id"], grading_rules()).grading
        assert (row["grade"], int(row["points"])) == (alone.grade, alone.points)
    found = preview(view, archive, FilterGiven.model_validate({"field": "grade", "in": ["D", "E"]}))
    assert {one.party_id for one in found.members} == {"P-HOLD", "P-LOG", "P-TRADE", "P-CHEN"}


def test_figures_are_those_of_a_run(store: Store, archive: Path) -> None:
    with pytest.raises(NotFound, match="no run for 2025-06-29"):
        figures(store.view(as_of=date(2025, 6, 29)), archive, FiguresAsked())
    assert replay(store, archive, of(store, archive).run_id).equal


def test_the_export_has_every_dimension_and_the_same_totals(store: Store, archive: Path) -> None:
    out = io.StringIO()
    export(store.view(as_of=DAY), "figures", out, archive=archive)
    table = list(csv.DictReader(io.StringIO(out.getvalue())))
    totals = {
        (row["by"], row["currency"]): row["amount"]
        for row in table
        if row["name"] == "all" and row["measure"] == "revenue"
    }
    assert totals == {(by, c): amount for by in BY for c, amount in (("CNY", "2.31"), ("USD", "0.24"))}


def test_grading_and_contribution_of_a_customer_and_a_group(store: Store) -> None:
    view = store.view(as_of=DAY)
    found = grading(view, "P-HOLD", grading_rules())
    assert (found.grading.grade, found.grading.points) == ("E", 0)
    assert [(one.measure, one.known) for one in found.grading.items] == [
        ("deposits", True), ("contribution", False), ("products", True), ("years", False),
    ]  # fmt: skip
    (own,) = found.grading.contributions
    assert (own.of, own.first, own.last, told(own.revenue)) == ("party", "2025-01", "2025-03", (["CNY 0.07"], 3, 0))
    assert found.because[0].text == "0 + 0 + 0 + 0 = 0 of 100 points; E is given from 0 points"
    together = group(view, "hand:group:G1").contribution
    assert together
    assert (together.customers, told(together.revenue)) == (2, (["CNY 2.31"], 6, 0))
    assert told(together.contribution) == ([], 0, 6)
    assert grading(view, "P-SUB", grading_rules()).grading.empty
    with pytest.raises(NotFound):
        grading(view, "P-NONE", grading_rules())
    with pytest.raises(JoinedAway):
        grading(view, "P-OLD", grading_rules())


@pytest.fixture
def said(
    store: Store, archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What a command prints."""
    guanxi = Guanxi(read_settings(home=archive.parent), store, related_rules())
    watch = SimpleNamespace(note=lambda text: out.print(text), pause=lambda: None)

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield guanxi, watch

    monkeypatch.setattr(figuring, "opened", opened)
    monkeypatch.setattr(reading, "opened", opened)

    def run(command: Callable[..., None], *given: Any, **options: Any) -> str:
        command(*given, as_of=str(DAY), **options)
        return capsys.readouterr().out

    return run


def test_the_commands_print_it(said: Callable[..., str], tmp_path: Path) -> None:
    told = said(figuring.performance_command, "7", first="2025-01", last="2025-03")
    assert "何伟 (7): 2025-01 to 2025-03, as of 2025-06-30" in told
    assert "CNY 0.39, USD 0.24 + 3 months unknown" in told
    assert "1 customer counted with another main manager" in told
    told = said(figuring.figures_command, by="branch", hierarchy="coverage", first="2025-01", last="2025-03")
    assert "by branch in the coverage hierarchy" in told
    assert "甲支行 (hand:branch:X) stands above itself" in told
    for name in ("made.csv", "made.xlsx"):
        said(figuring.figures_command, by="month", first="2025-01", last="2025-03", file=tmp_path / name)
        assert (tmp_path / name).stat().st_size > 200
    assert "fewer than 5 holders" in said(figuring.figures_command, preferred=True)
    assert "fewer than 5 holders" in said(figuring.figures_command, preferred=True, by="saved_segment")
    assert "the total has each customer once" in said(figuring.figures_command, by="saved_segment")
    told = said(reading.show_command, "P-HOLD")
    assert re.search("0 points +of +100: grade E", told)
    assert "revenue CNY 0.07" in told


@pytest.mark.parametrize(
    ("options", "field"),
    [({"file": Path("made.pdf")}, "--out"), ({"preferred": True, "by": "month"}, "--preferences")],
)
def test_what_the_command_cannot_do_is_refused(said: Callable[..., str], options: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        said(figuring.figures_command, **options)
    assert refused.value.field == field


def test_the_same_is_answered_over_http(store: Store, archive: Path) -> None:
    with served(Guanxi(read_settings(home=archive.parent), store, related_rules())) as client:
        asked = f"/v1/relationship-managers/{HE}/performance?as_of={DAY}"
        assert client.get(f"{asked}&from=2025-01").json() == performance(
            store.view(as_of=DAY), HE, "2025-01"
        ).model_dump(mode="json")
        refused = client.get(f"{asked}&from=2025-13")
        assert (refused.status_code, refused.json()["field"]) == (400, "from")
        told_figures = client.get(f"/v1/figures?as_of={DAY}&by=team&from=2025-01&to=2025-03&measure=revenue,loans")
        assert told_figures.json() == of(store, archive, by="team", measures=("revenue", "loans")).model_dump(
            mode="json"
        )
        lines = client.get(f"/v1/figures.csv?as_of={DAY}&by=month").text.splitlines()
        assert lines[0].startswith("by,id,name,code,level,customers")
        made = client.get(f"/v1/figures.xlsx?as_of={DAY}&hierarchy=coverage")
        assert made.headers["content-disposition"] == 'attachment; filename="figures-branch.xlsx"'
        assert made.content[:2] == b"PK"
        assert client.get(f"/v1/figures/preferences?as_of={DAY}").json()["total_rows"] == 0
        whole = client.get(f"/v1/parties/P-HOLD?as_of={DAY}&grading=true").json()
        alone = client.get(f"/v1/parties/P-HOLD/grading?as_of={DAY}").json()
        assert whole["sections"]["grading"] == alone["grading"]
        assert client.get(f"/v1/parties/P-HOLD?as_of={DAY}").json()["sections"]["grading"] is None


def test_whom_a_manager_assists_counts_from_the_day_of_becoming_a_customer(store: Store) -> None:
    """The last of this file: the bank has a customer more from here on."""
    bank = Bank()
    bank.party("P-NEW", "新客户", "person", roles=("Customer",), customer_since=on(2025, 5, 1))
    bank.link("MANAGED_BY", "P-NEW", HE, role="assisting", valid_from=on(2025, 1, 1))
    bank.link("MANAGED_BY", "P-NEW", WU, role="main", valid_from=on(2025, 1, 1))
    bank.load(store, "later")
    view = store.view(as_of=DAY)
    told = [performance(view, HE, "2025-01", last).assisting for last in ("2025-03", "2025-04", "2025-05")]
    assert told == [1, 1, 2]
