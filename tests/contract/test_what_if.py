"""What-if, weakest links and contagion over HTTP, on the hand-made bank of `tests.handmade`."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from api.services.run_world import Worlds
from api.settings import read_settings
from api.wiring import Guanxi, assemble
from graph.connect import Connection
from tests.contract.answering import fill, make
from tests.contract.loads import ask
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def guanxi(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guanxi]:
    fill(connection).close()
    whole = assemble(read_settings(home=tmp_path_factory.mktemp("home")), connection)
    more = Bank()
    more.node("Facility", "hand:facility:F2", code="F2", limit_amount=1_000_00, drawn_amount=1_000_00, currency="CNY")
    more.link("BORROWS", "P-TRADE", "hand:facility:F2", role="borrower")
    more.link("OWNS", "P-LOG", "P-SUB", share=0.35, source="registry")
    more.load(whole.store, "more")
    make(whole.store, whole.settings.archive)
    yield whole
    whole.store.close()


@pytest.fixture(scope="module")
def client(guanxi: Guanxi) -> Iterator[httpx.Client]:
    with served(guanxi) as client:
        yield client


def counts(guanxi: Guanxi) -> object:
    rows = ask(
        guanxi.store, "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n) AS nodes, count(r) AS links"
    )
    return [dict(row) for row in rows], guanxi.view().seq


def link_of(client: httpx.Client, party: str, section: str) -> str:
    (item,) = client.get(f"/v1/parties/{party}").json()["sections"][section]["items"][:1]
    return str(item["link"]["id"])


def test_a_holding_taken_away_parts_a_group_and_nothing_is_stored(guanxi: Guanxi, client: httpx.Client) -> None:
    before = counts(guanxi)
    link = link_of(client, "P-LOG", "owners")
    changes = [
        {"do": "rebut", "link": link},
        {"do": "add_facility", "borrowers": ["91330200MA2AF35W3B"], "amount": "5"},
    ]
    answer = client.post("/v1/what-if", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["run_id"] == guanxi.view().run_id
    (parted,) = (one for one in told["groups"] if one["kind"] == "control" and one["leaving"])
    assert {"P-LOG"} <= {one["party_id"] for one in parted["leaving"]}
    assert parted["leaving"][0]["name"]
    assert client.post("/v1/what-if", json={"changes": changes}).json()["groups"] == told["groups"]
    assert counts(guanxi) == before


def test_of_two_sources_of_a_holding_the_first_counts_and_then_the_next_one(client: httpx.Client) -> None:
    items = client.get("/v1/parties/P-SUB").json()["sections"]["owners"]["items"]
    links = {item["link"]["source"]: item["link"]["id"] for item in items if item["party"]["party_id"] == "P-LOG"}
    assert set(links) == {"hand", "registry"}
    refused = client.post(
        "/v1/what-if", json={"changes": [{"do": "change_link", "link": links["registry"], "share": "0.5"}]}
    )
    assert (refused.status_code, refused.json()["field"]) == (400, "changes[0].link")
    assert f"that is hand with {links['hand']}" in refused.text
    told = client.post("/v1/what-if", json={"changes": [{"do": "rebut", "link": links["hand"]}]}).json()
    assert told["because"][1]["text"] == f"in place of what hand tells, {links['registry']} of registry counts"
    assert not any(group["leaving"] for group in told["groups"])


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"do": "add_link", "type": "OWNS", "from": "P-HOLD", "to": "P-TRADE", "share": 1.3}, 400, "changes[0].share"),
        ({"do": "add_link", "type": "OWNS", "from": "P-NONE", "to": "P-TRADE", "share": 0.3}, 404, "changes[0].from"),
        ({"do": "add_link", "type": "OWNS", "from": "P-LOG", "to": "P-SUB", "share": 0.1}, 400, "changes[0].to"),
        ({"do": "rebut", "link": "OWNS-AAAAAAAAAAAAAAAA"}, 404, "changes[0].link"),
        ({"do": "change_facility", "facility": "F1", "drawn": "-1"}, 400, "changes[0].drawn"),
        ({"do": "add_link", "share": "much"}, 422, "changes[0].share"),
    ],
)
def test_a_field_at_fault_is_named_by_its_place(
    client: httpx.Client, change: dict[str, object], status: int, field: str
) -> None:
    told = client.post("/v1/what-if", json={"changes": [change]})
    assert (told.status_code, told.json()["field"]) == (status, field)
    assert told.headers["content-type"] == "application/problem+json"


def test_a_day_in_the_future_and_one_without_a_run_are_refused(client: httpx.Client) -> None:
    question = {"changes": [{"do": "repay_facility", "facility": "F1"}]}
    assert client.post("/v1/what-if?as_of=2999-01-01", json=question).json()["field"] == "as_of"
    told = client.post("/v1/what-if?as_of=2024-01-01", json=question)
    assert (told.status_code, "no run for 2024-01-01" in told.json()["detail"]) == (404, True)


def test_weakest_links_carry_their_ids(guanxi: Guanxi, client: httpx.Client) -> None:
    world = guanxi.worlds.of(guanxi.view())
    tested = {place for one in world.found.by_rules.values() for place in one.potential.tolist() if place >= 0}
    group_id = world.group_ids[max(tested)]
    told = client.get(f"/v1/groups/{group_id}/weakest-links")
    assert told.status_code == 200, told.text
    sets = [each for question in told.json()["questions"] if question["ask"] == "split" for each in question["sets"]]
    assert {link["type"] for each in sets for link in each["links"]} == {"OWNS", "DEPENDS_ON"}
    assert all(link["link_ids"] for each in sets for link in each["links"])
    assert {tuple(link["sources"]) for each in sets for link in each["links"]} <= {(), ("hand", "registry")}
    assert client.get("/v1/groups/G-NONE/weakest-links").status_code == 404
    assert client.get(f"/v1/groups/{group_id}/weakest-links?links=9").json()["field"] == "links"


def test_contagion_tells_unknown_amounts(client: httpx.Client) -> None:
    told = client.get("/v1/parties/P-TRADE/contagion").json()
    assert [(one["round"], one["guarantor"]["party_id"], one["debtor"]["party_id"]) for one in told["calls"]] == [
        (1, "P-HOLD", "P-TRADE")
    ]
    assert told["called"][0]["assessed"] is False
    assert client.get("/v1/parties/P-NONE/contagion").status_code == 404
    assert client.get("/v1/parties/P-OLD/contagion", follow_redirects=False).status_code == 307


def test_a_run_whose_tables_are_elsewhere_is_said(guanxi: Guanxi) -> None:
    with pytest.raises(Exception, match="not in the archive"):
        Worlds(guanxi.store, guanxi.settings.home / "elsewhere").of(guanxi.view())
