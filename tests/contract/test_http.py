"""The HTTP API as another system meets it: a real server, a real client."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from api.services.doctor import _port
from api.services.managers import MEANT_BY
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi, assemble
from graph import times
from graph.connect import Connection
from graph.errors import StoreUnavailable
from graph.store import Store
from tests.contract.answering import fill
from tests.contract.serving import served

pytestmark = pytest.mark.contract

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    fill(connection).close()
    settings = read_settings(home=tmp_path_factory.mktemp("home"), max_body=200_000, hosts="guanxi.bank.example")
    guanxi = assemble(settings, connection)
    with served(guanxi) as client:
        yield client
    guanxi.store.close()


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    told: dict[str, Any] = response.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert "Traceback" not in response.text
    return told


def test_every_answer_tells_its_state_of_the_world(client: httpx.Client) -> None:
    state = client.get("/readyz").json()
    related = {"rule": "related.group_risk"}
    for path, reason in (
        ("search?q=zw", None),
        ("parties/P-HOLD", None),
        ("parties/P-HOLD/network?kinds=OWNS", None),
        ("parties/P-HOLD/related", related),
        ("groups/hand:group:G1", None),
    ):
        answer = client.get(f"/v1/{path}").json()
        assert answer["seq"] == state["seq"]
        assert answer["as_of"] == str(times.today(times.DEFAULT_ZONE))
        assert abs(datetime.fromisoformat(answer["known_at"]) - datetime.now(UTC)) < timedelta(minutes=15)
        assert (answer["run_id"], answer["run_note"], answer["known_on"]) == (None, None, None)
        assert answer["omitted"] == []
        assert [{"rule": told["rule"]} for told in answer["because"]] == ([reason] if reason else [])


def test_a_declared_membership_is_told_by_its_row(client: httpx.Client) -> None:
    answer = client.get("/v1/groups/hand:group:G1/members/P-HOLD/why").json()
    assert (answer["status"], answer["rules"], answer["declared"]["type"]) == ("declared", None, "MEMBER_OF")
    assert answer["because"][0]["links"] == [answer["declared"]["id"]]
    assert answer["declared"]["source"] in answer["text"]
    chinese = client.get("/v1/groups/hand:group:G1/members/P-HOLD/why?lang=zh").json()
    assert chinese["text"].endswith("。")


def test_an_explanation_that_cannot_be_given_is_a_problem(client: httpx.Client) -> None:
    told = problem(client.get("/v1/why-not?a=P-HOLD&b=P-HOLD"), 400)
    assert told["field"] == "b"
    assert "No analysis run" in problem(client.get("/v1/why-not?a=P-HOLD&b=P-LOG"), 404)["detail"]
    assert "'P-NOBODY'" in problem(client.get("/v1/why-not?a=P-HOLD&b=P-NOBODY"), 404)["detail"]
    problem(client.get("/v1/why-not?a=P-HOLD&b=P-LOG&lang=fr"), 422)
    assert "No analysis run" in problem(client.get("/v1/groups/G-X/members/P-HOLD/why"), 404)["detail"]


def test_a_joined_party_redirects_wherever_it_is_named(client: httpx.Client) -> None:
    answer = client.get("/v1/groups/hand:group:G1/members/P-OLD/why?lang=zh")
    assert (answer.status_code, answer.headers["location"]) == (
        307,
        "/v1/groups/hand:group:G1/members/P-HOLD/why?lang=zh",
    )
    answer = client.get("/v1/why-not?a=P-LOG&b=P-OLD")
    assert (answer.status_code, answer.headers["location"]) == (307, "/v1/why-not?a=P-LOG&b=P-HOLD")


def test_what_the_sources_cover_is_told_by_a_run(client: httpx.Client) -> None:
    answer = client.get("/v1/coverage")
    assert (answer.status_code, answer.json()["field"]) == (404, "run_id")
    assert "`guanxi run` makes one" in answer.json()["detail"]


def test_a_joined_party_redirects(client: httpx.Client) -> None:
    answer = client.get("/v1/parties/P-OLD/network?depth=2")
    assert answer.status_code == 307
    assert answer.headers["location"] == "/v1/parties/P-HOLD/network?depth=2"
    assert answer.json()["redirected_from"] == "P-OLD"
    assert client.get("/v1/parties/P-OLD", follow_redirects=True).json()["party_id"] == "P-HOLD"


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("parties/P-NO", 404, "party_id"),
        ("groups/nothing", 404, "group_id"),
        ("parties/P-HOLD?known_on=2000-01-01", 404, "known_on"),
        ("parties/P-HOLD?known_on=2999-01-01", 400, "known_on"),
        ("parties/P-HOLD?as_of=yesterday", 422, "as_of"),
        ("parties/P-HOLD/network?depth=9", 400, "depth"),
        ("parties/P-HOLD/network?depth=two", 422, "depth"),
        ("parties/P-HOLD/network?limit=1000000", 400, "limit"),
        ("parties/P-HOLD/network?kinds=OWNS,LIKES", 400, "kinds"),
        ("parties/P-HOLD/related?purpose=fun", 400, "purpose"),
        ("search", 422, "q"),
        ("search?q=", 400, "q"),
        ("search?q=" + "x" * 5_000, 400, "q"),
        ("search?q=x&kind=robot", 422, "kind"),
        ("search?q=x&branch=nowhere", 400, "branch"),
        ("loads?limit=0", 400, "limit"),
        ("no/such/address", 404, None),
    ],
)
def test_what_cannot_be_asked_is_told(client: httpx.Client, path: str, status: int, field: str | None) -> None:
    told = problem(client.get(f"/v1/{path}"), status)
    assert told.get("field") == field
    if status == 422 and "=" in path:
        assert told["value"] == path.rpartition("=")[2]


@pytest.mark.parametrize("text", ["%00", "%01%02", "%22%27--", "%F0%9F%8F%A6", "a%0Ab", "..%2F..", "%25"])
def test_no_text_breaks_an_address(client: httpx.Client, text: str) -> None:
    for path in (f"search?q={text}", f"parties/{text}", f"groups/{text}"):
        assert client.get(f"/v1/{path}").status_code in (200, 404)


def test_ids_resolve(client: httpx.Client) -> None:
    results = client.post("/v1/resolve", json={"ids": ["hand:party:P-LOG", "P-OLD", "zz"]}).json()["results"]
    assert [(r["status"], r["party_id"]) for r in results] == [
        ("found", "P-LOG"),
        ("joined", "P-HOLD"),
        ("not_found", None),
    ]


@pytest.mark.parametrize("body", [{}, {"ids": "x"}, {"ids": [1]}, {"ids": []}, [], None, {"ids": ["x"] * 10_001}])
def test_malformed_bodies_are_told(client: httpx.Client, body: Any) -> None:
    problem(client.post("/v1/resolve", json=body), 422)


@pytest.mark.parametrize("id", ["", "  ", "x" * 1_000])
def test_ids_at_fault_are_named(client: httpx.Client, id: str) -> None:
    assert problem(client.post("/v1/resolve", json={"ids": ["P-HOLD", id]}), 400)["field"] == "ids[1]"


@pytest.mark.parametrize("letter", [rb"\uD800", rb"x\udfff", b"\xed\xa0\x80"])
def test_half_a_letter_is_refused(client: httpx.Client, letter: bytes) -> None:
    body = b'{"kind": "person", "evidence": "x", "name": "' + letter + b'"}'
    headers = {"Content-Type": "application/json", "X-Guanxi-User": "t"}
    told = problem(client.post("/v1/parties", content=body, headers=headers), 400)
    assert "half of a letter" in told["detail"]


def test_true_is_no_share(client: httpx.Client) -> None:
    body = {"kind": "OWNS", "from": "P-CHEN", "to": "P-SUB", "evidence": "x", "share": True}
    problem(client.post("/v1/links", json=body, headers={"X-Guanxi-User": "t"}), 422)


def test_bodies_are_bounded(client: httpx.Client) -> None:
    problem(client.post("/v1/resolve", json={"ids": ["x" * 300_000]}), 413)

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b'"x"\n' * 1_000

    for path in ("related:batch", "resolve"):
        assert problem(client.post(f"/v1/{path}", content=endless()), 413)["title"] == "Too much at once"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000", "guanxi.bank.example"])
def test_known_names_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/v1/search?q=zw", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[2001:db8::1]"])
def test_a_page_of_another_name_that_points_here_is_refused(client: httpx.Client, host: str) -> None:
    for path in ("/", "/v1/search?q=zw", "/healthz"):
        told = problem(client.get(path, headers={"Host": host}), 400)
        assert told["field"] == "Host"
        assert host in told["detail"]
        assert "GUANXI_HOSTS" in told["detail"]


def test_who_asks_is_logged(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="api.routes.asking"):
        client.get("/v1/search?q=zw", headers={"X-Guanxi-User": "risk"})
        client.get("/healthz")
    assert [record.getMessage() for record in caplog.records if record.name == "api.routes.asking"] == [
        "GET /v1/search by risk",
        "GET /healthz by anonymous",
    ]
    problem(client.get("/v1/search?q=zw", headers={"X-Guanxi-User": "x" * 101}), 422)


def test_a_batch_streams_a_line_an_id(client: httpx.Client) -> None:
    body = '"P-HOLD"\n\n{"id": "hand:party:P-CHEN"}\n"nobody"'
    answer = client.post("/v1/related:batch?purpose=group_risk", content=body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    first, *lines = [json.loads(line) for line in answer.text.splitlines()]
    assert first["purpose"] == "group_risk"
    assert [line["party_id"] for line in lines] == ["P-HOLD", "P-CHEN", None]
    assert lines[0]["related"][0]["path"]


def test_bare_ids_are_taken_as_they_are(client: httpx.Client) -> None:
    answer = client.post("/v1/related:batch", content="P-HOLD\r\nhand:party:P-CHEN\n\n0042\n")
    _, *lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [(line["id"], line["party_id"]) for line in lines] == [
        ("P-HOLD", "P-HOLD"),
        ("hand:party:P-CHEN", "P-CHEN"),
        ("0042", None),
    ]


@pytest.mark.parametrize("body", ["", "[1]", '{"no": "id"}', '"ok"\n{'])
def test_a_bad_batch_is_refused_whole(client: httpx.Client, body: str) -> None:
    problem(client.post("/v1/related:batch", content=body), 400)


def test_operations(client: httpx.Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    latest = client.get("/v1/loads").json()["loads"][0]["published_seq"]
    assert client.get("/readyz").json() == {"status": "ready", "seq": latest, "run_id": None}
    assert client.get("/v1/loads").json()["loads"][0]["mapping"] == "joins"
    assert client.get("/v1/runs").json() == {"runs": []}
    metrics = client.get("/metrics").text
    assert 'guanxi_request_seconds_count{method="GET",route="/v1/loads",status="200"}' in metrics


def test_the_page_and_its_files(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Content-Security-Policy" in page.headers
    assert client.get("/assets/page.js").headers["content-type"].startswith("text/javascript")
    problem(client.get("/assets/pages.py"), 404)


def test_every_route_is_described(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/search", "/v1/parties/{party_id}", "/v1/related:batch", "/readyz"} <= paths.keys()
    assert all(operation["summary"] for path in paths.values() for operation in path.values())


@pytest.mark.parametrize(
    ("path", "field", "hint"),
    [
        ("parties/P-HOLD?asof=2024-01-01", "asof", "did you mean 'as_of'?"),
        ("parties/P-HOLD?colour=red", "colour", "it takes as_of, grading, known_on, openings, sections."),
        ("search?q=zw&foo=1", "foo", "it takes as_of, branch, kind, known_on, limit, manager, q."),
    ],
)
def test_a_parameter_that_a_question_does_not_take_is_refused(
    client: httpx.Client, path: str, field: str, hint: str
) -> None:
    told = problem(client.get(f"/v1/{path}"), 400)
    assert told["field"] == field
    assert told["detail"].endswith(hint)


def test_every_parameter_of_a_question_has_an_example(client: httpx.Client) -> None:
    for name, path in client.get("/openapi.json").json()["paths"].items():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                asked = parameter["in"] != "header"
                assert not asked or parameter["schema"].get("examples"), (name, parameter["name"])
            if name.startswith("/v1/"):
                assert {"400", "422", "500", "503"} <= operation["responses"].keys()
                assert ("413" in operation["responses"]) == ("requestBody" in operation)


def test_managers_are_described_as_they_are_found(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    told = {name: json.dumps(path) for name, path in described["paths"].items()}
    assert "id or staff number" not in json.dumps(described["components"])
    assert [name for name, path in told.items() if "id or staff number" in path] == [
        "/v1/paths"
    ]  # a party's id as well
    assert sum(MEANT_BY in path for path in told.values()) >= 6


def test_the_description_of_a_batch_fits_its_lines(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    content = described["paths"]["/v1/related:batch"]["post"]["responses"]["200"]["content"]
    first, line = content["application/x-ndjson"]["schema"]["anyOf"]
    schema = {**line, "components": described["components"]}
    answer = client.post("/v1/related:batch", content='"P-HOLD"\n"nobody"\n"P-OLD"\n"6222000011112222"')
    begun, *lines = [json.loads(one) for one in answer.text.splitlines()]
    jsonschema.validate(begun, {**first, "components": described["components"]})
    assert begun.keys() <= first["properties"].keys()
    assert len(lines) == 4
    for one in lines:
        jsonschema.validate(one, schema)
        assert one.keys() <= line["properties"].keys()


def test_the_doctor_knows_a_guanxi_on_the_port_from_another_program(client: httpx.Client, tmp_path: Path) -> None:
    port = client.base_url.port
    ours = _port(read_settings(home=tmp_path, port=port))
    assert (ours.well, ours.told) == (True, f"a Guanxi serves on {port}")
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        other.settimeout(20)
        threading.Thread(target=_hang_up_on_all, args=(other,), daemon=True).start()
        theirs = _port(read_settings(home=tmp_path, port=other.getsockname()[1]))
    assert not theirs.well
    assert "another program" in theirs.told


def _hang_up_on_all(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            server.accept()[0].close()


def test_a_store_that_is_gone_is_told(connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.store.RETRY_FOR_S", 0.1)
    gone = replace(connection, uri="bolt://127.0.0.1:1", embedded=False, server=None)
    with pytest.raises(StoreUnavailable):
        assemble(read_settings(home=tmp_path), gone)
    with Store(gone) as store, served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        for path in ("/readyz", "/v1/search?q=zw", "/v1/parties/P-HOLD"):
            answer = client.get(path)
            problem(answer, 503)
            assert answer.headers["retry-after"] == "5"
        assert client.get("/healthz").json() == {"status": "ok", "seq": None, "run_id": None}
