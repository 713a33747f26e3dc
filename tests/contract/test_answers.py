"""The services over the hand-made bank: what is known, what is not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from api.services import network as network_service
from api.services import related_walk
from api.services import search as search_service
from api.services.answers import TODAYS_ATTRIBUTES
from api.services.find import one_party
from api.services.groups import group
from api.services.history import loads
from api.services.network import network
from api.services.party import JoinedAway, party
from api.services.reasons import names_in
from api.services.related import related, related_batch
from api.services.related_rules import read_rules, related_rules
from api.services.resolve import resolve
from api.services.search import Filters, search
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Scope, Store, View
from tests.contract.answering import fill

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        yield store


@pytest.fixture
def view(store: Store) -> View:
    return store.view()


def test_a_party_is_told_with_its_sources(view: View) -> None:
    answer = party(view, "P-HOLD")
    assert (answer.name, answer.kind, answer.roles) == ("浙江远洋控股有限公司", "company", ["Customer"])
    capital = answer.sections.basic.registered_capital
    assert capital is not None
    assert (capital.amount, capital.currency) == ("10000000.00", "CNY")
    owners = answer.sections.owners
    assert [(o.party.party_id, o.share) for o in owners.items] == [("P-CHEN", 0.51), ("P-LIN", 0.3)]
    assert (owners.known_share, owners.unknown_shares, owners.sources) == ("0.810000000", 0, ["hand"])
    assert owners.items[0].link.from_key == "hand:party:P-CHEN"


def test_a_branch_is_told_with_what_stands_above(view: View) -> None:
    (branch,) = party(view, "P-HOLD").sections.branch.items
    assert [(above.name, above.steps) for above in branch.above] == [("宁波分行", 1), ("总行", 2)]


def test_drawdowns_stand_under_their_facility_and_unknown_amounts_stay_unknown(view: View) -> None:
    (facility,) = party(view, "P-LOG").sections.facilities.items
    balances = {d.code: d.balance.amount if d.balance else None for d in facility.drawdowns}
    assert balances == {"D1": "40000.00", "D2": "20000.00", "D3": None}
    assert facility.limit_amount is not None
    assert facility.limit_amount.amount == "100000.00"


def test_a_currency_without_minor_units_has_no_decimals(view: View) -> None:
    (account,) = party(view, "P-CHEN").sections.accounts.items
    assert account.balance is not None
    assert (account.balance.amount, account.balance.currency) == ("1234", "JPY")


def test_an_unknown_share_stays_unknown(view: View) -> None:
    owners = party(view, "P-TRADE").sections.owners
    assert [o.share for o in owners.items] == [None]
    assert (owners.known_share, owners.unknown_shares) == (None, 1)


def test_a_party_that_was_joined_since_is_told_by_the_name_of_the_other(view: View) -> None:
    names = names_in(view, ["controlled by {P-OLD} and {P-NOBODY}", "head of {P-LOG}"], {"P-LOG": "known"})
    assert names == {
        "P-LOG": "known",
        "P-OLD": "浙江远洋控股有限公司 (P-OLD, joined into it since)",
        "P-NOBODY": "P-NOBODY (no longer known)",
    }
    hangzhou = replace(view, scope=Scope(frozenset({"branch:nowhere"})))
    assert names_in(hangzhou, ["controlled by {P-OLD} and {P-NOBODY}"], {}) == {}


def test_empty_sections_say_why(view: View) -> None:
    sections = party(view, "P-ZHANG").sections
    assert sections.accounts.empty == "no data from by_hand"
    no_run = "no analysis run has been made yet; `guanxi run` makes one"
    assert sections.groups.empty == f"no data from by_hand; {no_run}"
    assert sections.controllers.empty == f"no data from by_hand; {no_run}", "control follows from holdings, too"
    assert sections.household.empty == no_run


def test_an_answer_about_the_past_says_that_attributes_are_todays(store: Store) -> None:
    yesterday = times.today(store.zone) - timedelta(days=1)
    rules = related_rules()
    for view, told in ((store.view(as_of=yesterday), [TODAYS_ATTRIBUTES]), (store.view(), [])):
        assert party(view, "P-HOLD").omitted == told
        assert related(view, "P-HOLD", "group_risk", rules).omitted == told
        assert search(view, "陈志远").omitted == told
        assert resolve(view, ["P-HOLD"]).omitted == told
        assert group(view, "hand:group:G1").omitted == told
        assert network(view, "P-HOLD").omitted[: len(told)] == told
        assert next(related_batch(view, ["P-HOLD"], "group_risk", rules))["omitted"] == told


def test_an_answer_says_the_day_it_was_known_on(store: Store) -> None:
    here = times.today(store.zone)
    answer = party(store.view(known_on=here), "P-HOLD")
    assert (answer.known_on, answer.omitted) == (here, [])
    assert party(store.view(), "P-HOLD").known_on is None


def test_a_shared_address_says_by_how_many(view: View) -> None:
    (address,) = party(view, "P-LIN").sections.identifiers.items
    assert address.shared_with == 40


def test_long_sections_are_capped_with_the_true_number(view: View) -> None:
    answer = party(view, "P-HOLD", cap=1)
    assert (len(answer.sections.owners.items), answer.sections.owners.total) == (1, 2)
    assert "owners: 1 of 2 shown" in answer.omitted


def test_an_unknown_id_is_not_found(view: View) -> None:
    with pytest.raises(NotFound, match="P-NO"):
        party(view, "P-NO")


def test_a_joined_party_leads_to_the_other(view: View) -> None:
    with pytest.raises(JoinedAway) as told:
        party(view, "P-OLD")
    assert told.value.into == "P-HOLD"


def test_before_the_join_the_party_is_itself(store: Store) -> None:
    assert party(store.view(seq=2), "P-OLD").name == "远洋控股"


def test_a_network_caps_by_kind_and_counts(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_service, "PER_KIND", 5)
    answer = network(view, "P-LIN", depth=2)
    (cap,) = [cap for cap in answer.caps if cap.kind == "HAS_IDENTIFIER"]
    assert (cap.node_id, cap.shown, cap.total) == ("hand:address:1", 5, 41)
    assert any("capped at 5 of 41" in told for told in answer.omitted)
    (address,) = [node for node in answer.nodes if node.id == "hand:address:1"]
    assert address.link_count == 41
    ends = {link.from_id for link in answer.links} | {link.to_id for link in answer.links}
    assert ends <= {node.id for node in answer.nodes}


def test_a_network_tells_the_links_among_its_outermost(view: View) -> None:
    answer = network(view, "P-HOLD", depth=1)
    assert ("KIN_OF", "P-CHEN", "P-LIN") in {(x.type, x.from_id, x.to_id) for x in answer.links}
    assert ("OWNS", "P-LOG", "P-SUB") in {(x.type, x.from_id, x.to_id) for x in answer.links}


def test_a_node_with_a_capped_kind_tells_the_number_of_all_its_links(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = network(view, "P-HOLD", kinds=["OWNS", "LEGAL_REPRESENTATIVE_OF"])
    assert (len(whole.links), whole.nodes[0].link_count) == (6, None)
    monkeypatch.setattr(network_service, "PER_KIND", 1)
    focus = network(view, "P-HOLD", kinds=["OWNS", "LEGAL_REPRESENTATIVE_OF"]).nodes[0]
    assert focus.link_count == 5


def test_links_among_the_outermost_that_are_left_out_are_declared(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = ["OWNS", "KIN_OF", "GUARANTEES"]
    assert network(view, "P-HOLD", kinds=kinds).omitted == []
    monkeypatch.setattr(network_service, "MOST_AMONG", 1)
    assert network(view, "P-HOLD", kinds=kinds).omitted == ["links between the outermost nodes capped at 1 of 4"]


def test_an_outermost_node_of_which_only_some_links_were_read_is_declared(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert network(view, "P-SUB", kinds=["OWNS"]).omitted == []
    monkeypatch.setattr(network_service, "SCAN", 2)
    told = "浙江远洋控股有限公司: only 2 of its links were read, in no order"
    assert told in network(view, "P-SUB", kinds=["OWNS"]).omitted


def test_products_and_branches_are_walked_only_when_asked(view: View) -> None:
    assert not {n.kind for n in network(view, "P-CHEN", depth=1).nodes} & {"product", "branch"}
    asked = network(view, "P-CHEN", depth=2, kinds=["holds", "BELONGS_TO"])
    assert {n.kind for n in asked.nodes} == {"person", "product", "branch"}


def test_a_network_keeps_to_its_limit_and_says_so(view: View) -> None:
    answer = network(view, "P-HOLD", depth=3, limit=4)
    assert len(answer.nodes) == 4
    assert any(told.startswith("nodes capped at 4") for told in answer.omitted)


@pytest.mark.parametrize(("depth", "kinds", "limit"), [(0, None, 10), (4, None, 10), (1, ["NO"], 10), (1, None, 0)])
def test_what_a_network_cannot_be_asked(view: View, depth: int, kinds: list[str] | None, limit: int) -> None:
    with pytest.raises(BadInput):
        network(view, "P-HOLD", depth=depth, kinds=kinds, limit=limit)


def test_related_parties_come_with_path_and_reason(view: View) -> None:
    answer = related(view, "P-LIN", "group_risk", related_rules())
    by_id = {found.party_id: found for found in answer.related}
    assert by_id["P-CHEN"].reason == "陈志远 is the spouse of 林美华"
    assert [step.to_id for step in by_id["P-LOG"].path] == ["P-HOLD", "P-LOG"]
    assert by_id["P-LOG"].distance == 2
    (why,) = answer.because
    assert (why.rule, why.text) == ("related.group_risk", "Who else is hit when this one falls 风险传导")
    used = {link for one in answer.related for step in one.path for link in step.links}
    assert set(why.links) == used
    assert len(why.links) == len(used) > 0


def test_an_unknown_share_never_passes_a_threshold(view: View) -> None:
    paths = related(view, "P-LIN", "group_risk", related_rules()).related
    assert all(found.distance > 1 for found in paths if found.party_id == "P-TRADE")


def test_a_batch_answers_in_order_and_tells_what_it_cannot(view: View) -> None:
    ids = ["hand:party:P-CHEN", "P-OLD", "nobody", "6222000011112222"]
    first, *entries = related_batch(view, ids, "group_risk", related_rules())
    assert first["seq"] == view.seq
    assert [e["id"] for e in entries] == ids
    assert [e["party_id"] for e in entries] == ["P-CHEN", "P-HOLD", None, None]
    assert entries[1]["redirected_from"] == "P-OLD"
    assert entries[2]["error"] == "no party has this id"
    assert entries[3]["error"] == "2 parties carry this id"
    one = related(view, "P-CHEN", "group_risk", related_rules()).related
    assert [r["party_id"] for r in entries[0]["related"]] == [r.party_id for r in one]


@pytest.mark.parametrize(("bound", "most"), [("PER_PARTY", 2), ("SCAN", 2)])
@pytest.mark.parametrize("purpose", ["group_risk", "disclosure"])
def test_links_not_looked_at_are_declared_whatever_the_rules_drop(
    view: View, monkeypatch: pytest.MonkeyPatch, bound: str, most: int, purpose: str
) -> None:
    whole = related(view, "P-HOLD", purpose, related_rules())
    assert whole.omitted == []
    monkeypatch.setattr(related_walk, bound, most)
    answer = related(view, "P-HOLD", purpose, related_rules())
    assert any(told.startswith("浙江远洋控股有限公司: neighbours capped") for told in answer.omitted)
    _, entry = related_batch(view, ["P-HOLD"], purpose, related_rules())
    assert entry["omitted"] == answer.omitted


def test_shared_nodes_not_looked_at_are_declared(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = read_rules(
        "{version: 1, purposes: {joint: {title: t, source: s, depth: 1, most: 9, steps: [{through: Account}]}}}",
        "rules",
    )
    assert related(view, "P-CHEN", "joint", rules).omitted == []
    monkeypatch.setattr(related_walk, "SCAN", 1)
    assert related(view, "P-CHEN", "joint", rules).omitted


def test_more_related_parties_than_a_purpose_takes_are_declared(view: View) -> None:
    shipped = related_rules().purpose("group_risk")
    rules = related_rules().model_copy(update={"purposes": {"few": shipped.model_copy(update={"most": 2})}})
    answer = related(view, "P-HOLD", "few", rules)
    assert len(answer.related) == 2
    assert "related parties capped at 2; there are more" in answer.omitted


@pytest.mark.parametrize(
    ("text", "status", "by"),
    [
        ("P-HOLD", "found", "party id"),
        ("hand:party:P-HOLD", "found", "source key"),
        ("91330200ma2af35w3b", "found", "unified social credit code"),
        ("529900T8BM49AURSDO55", "found", "LEI"),
        ("F1", "found", "contract number"),
    ],
)
def test_numbers_lead_to_their_party(view: View, text: str, status: str, by: str) -> None:
    (result,) = resolve(view, [text]).results
    assert (result.status, result.matched_by) == (status, by)
    assert result.party_id in ("P-HOLD", "P-LOG")


def test_what_resolving_tells_of_joined_shared_and_unknown_ids(view: View) -> None:
    joined, shared, unknown = resolve(view, ["P-OLD", "6222000011112222", "zzz"]).results
    assert (joined.status, joined.party_id, joined.redirected_from) == ("joined", "P-HOLD", "P-OLD")
    assert (shared.status, shared.party_id, len(shared.candidates)) == ("ambiguous", None, 2)
    assert unknown.status == "not_found"


def test_a_number_that_is_one_partys_account_and_anothers_customer_number_is_ambiguous(view: View) -> None:
    (result,) = resolve(view, ["70001"]).results
    assert (result.status, result.party_id) == ("ambiguous", None)
    assert result.matched_by == "account number or customer number"
    assert {one.party_id for one in result.candidates} == {"P-LOG", "P-SUB"}


@pytest.mark.parametrize(
    ("text", "first", "by"),
    [
        ("陈志远", "P-CHEN", "name"),
        ("志远", "P-CHEN", "name"),
        ("陈", "P-CHEN", "name"),
        ("zhangwei", "P-ZHANG", "pinyin or initials"),
        ("zhang wei", "P-ZHANG", "English name"),
        ("zhan", "P-ZHANG", "English name"),
        ("ZW", "P-ZHANG", "pinyin or initials"),
        ("Qihang Trad", "P-TRADE", "English name"),
        ("启航 杭州", "P-TRADE", "name"),
        ("330203198012150013", "P-CHEN", "certificate"),
        ("P-OLD", "P-HOLD", "party id"),
    ],
)
def test_searches_find_what_a_manager_expects(view: View, text: str, first: str, by: str) -> None:
    hits = search(view, text, limit=50).hits
    assert hits[0].party_id == first
    assert hits[0].matched_by == by


def test_an_address_finds_those_who_share_it_and_tells_that_there_are_more(view: View) -> None:
    answer = search(view, "宁波市鄞州区 百丈路1号", limit=50)
    sharing = {"P-LIN", *(f"P-N{n:02}" for n in range(40))}
    found = [hit.party_id for hit in answer.hits]
    assert set(found) <= sharing
    assert len(set(found)) == 20
    assert {hit.matched_by for hit in answer.hits} == {"phone, address or e-mail"}
    assert any("capped at 20" in told for told in answer.omitted)


def test_names_the_index_kept_back_are_declared_whatever_is_dropped_afterwards(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert search(view, "邻居", limit=100).omitted == []
    monkeypatch.setattr(search_service, "_HITS_NARROWED", 5)
    answer = search(view, "邻居", Filters(kind="company"))
    assert answer.hits == []
    assert answer.omitted == ["ranked among the 5 best names; more may match, type more of the name"]


@pytest.mark.parametrize("text", ['"', "a AND (", "\\", "*:*", "\x00\x01", "-", "~", "[1 TO 2]", "名" * 900])
def test_no_text_breaks_a_search(view: View, text: str) -> None:
    assert search(view, text).hits == []


def test_searches_are_narrowed(view: View) -> None:
    assert [h.party_id for h in search(view, "陈志远", Filters(branch="NB")).hits] == ["P-CHEN"]
    assert search(view, "陈志远", Filters(branch="YZ")).hits == []
    assert {h.party_id for h in search(view, "远洋", Filters(branch="HO", manager="7")).hits} == {"P-HOLD", "P-LOG"}
    assert search(view, "远洋", Filters(kind="person")).hits == []
    with pytest.raises(BadInput, match="branch"):
        search(view, "远洋", Filters(branch="nowhere"))
    with pytest.raises(BadInput, match="No relationship manager has the id, staff number or name 'nobody'") as refused:
        search(view, "远洋", Filters(manager="nobody"))
    assert type(refused.value) is BadInput  # and not NotFound: the question is wrong


def test_a_group_is_told_with_its_head_first(view: View) -> None:
    answer = group(view, "hand:group:G1")
    assert [(m.party.party_id, m.role) for m in answer.members] == [("P-HOLD", "head"), ("P-TRADE", "member")]
    with pytest.raises(NotFound):
        group(view, "nothing")


def test_a_name_that_several_have_is_not_guessed(view: View) -> None:
    assert one_party(view, "张伟").party_id == "P-ZHANG"
    with pytest.raises(BadInput, match="P-N00"):
        one_party(view, "邻居")


def test_loads_are_listed(store: Store) -> None:
    first, second = loads(store).loads
    assert (first.mapping, second.mapping, second.state) == ("joins", "by_hand", "published")
