"""Decisions as people meet them: over HTTP and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.settings import read_settings
from api.wiring import assemble
from graph.connect import Connection
from tests.contract.answering import fill
from tests.contract.commands import Called, settings_of
from tests.contract.serving import served

pytestmark = pytest.mark.contract


@pytest.fixture
def client(connection: Connection, tmp_path: Path) -> Iterator[httpx.Client]:
    fill(connection).close()
    guanxi = assemble(read_settings(home=tmp_path / "home", max_body=4_000_000), connection)
    with served(guanxi) as client:
        yield client
    guanxi.store.close()


def flagged(client: httpx.Client) -> dict[str, Any]:
    (link,) = client.get("/v1/decisions/queue").json()["links"]
    return dict(link)


def post(client: httpx.Client, path: str, user: str | None, status: int = 200, **body: Any) -> dict[str, Any]:
    headers = {"X-Guanxi-User": user.encode()} if user is not None else {}
    done = client.post(path, json=body, headers=headers)  # type: ignore[arg-type]
    assert done.status_code == status, done.text
    expected = "application/json" if status == 200 else "application/problem+json"
    assert done.headers["content-type"] == expected
    return dict(done.json())


def test_two_persons_decide_over_http(client: httpx.Client) -> None:
    link = flagged(client)
    assert link["text"] == "杭州启航贸易有限公司 depends on 宁波远洋物流有限公司 (receipts 70%)"
    path = f"/v1/links/{link['link_id']}/decision"
    body = {"decision": "rebut", "reason": "退款", "link_version": link["link_version"]}
    kept = post(client, path, "王芳", **body)["decision"]
    assert (kept["state"], kept["proposed_by"], kept["reason"]) == ("pending", "王芳", "退款")
    assert post(client, path, "王芳", **body)["decision"]["decision_id"] == kept["decision_id"]
    one = f"/v1/decisions/{kept['decision_id']}"
    told = post(client, f"{one}/approval", "王芳", 400)
    assert (told["field"], told["title"]) == ("user", "This cannot be asked so")
    answer = post(client, f"{one}/approval", "李强")
    assert (answer["decision"]["state"], answer["decision"]["status"]) == ("counted", "rebutted")
    assert answer["seq"] == answer["decision"]["approvals"][0]["seq"]
    assert client.get(one).json()["decision"] == answer["decision"]
    assert [d["decision_id"] for d in client.get("/v1/decisions?state=counted").json()["decisions"]] == [
        kept["decision_id"]
    ]
    assert client.get("/v1/decisions?state=pending").json()["total"] == 0
    shown = client.get("/v1/parties/P-TRADE").json()
    assert [d["note"] for d in shown["decisions"]] == ["decided, counts from the next run"]
    assert shown["sections"]["depends_on"]["items"] == []
    again = post(client, path, "李强", decision="reopen", reason="看错了")["decision"]
    post(client, f"/v1/decisions/{again['decision_id']}/withdrawal", "李强", reason="不必")
    assert client.get(f"/v1/decisions/{again['decision_id']}").json()["decision"]["state"] == "withdrawn"
    assert [load["kind"] for load in client.get("/v1/loads?limit=4").json()["loads"]] == ["write"] * 4


def test_bad_decisions_are_problems(client: httpx.Client) -> None:
    path = f"/v1/links/{flagged(client)['link_id']}/decision"
    good = {"decision": "confirm", "reason": "so"}
    assert post(client, path, None, 400, **good)["field"] == "user"
    assert post(client, path, "", 400, **good)["field"] == "user"
    assert post(client, path, "x" * 101, 422, **good)["field"] == "x-guanxi-user"
    assert post(client, path, "王芳", 400, **{**good, "reason": ""})["field"] == "reason"
    assert post(client, path, "王芳", 400, **{**good, "reason": "x" * 2_001})["field"] == "reason"
    assert post(client, path, "王芳", 413, **{**good, "reason": "x" * 10_000_000})["title"] == "Too much at once"
    assert post(client, path, "王芳", 422, reason="so")["field"] == "decision"
    assert post(client, path, "王芳", 400, **{**good, "decision": "drop"})["field"] == "decision"
    assert post(client, path, "王芳", 409, **good, link_version=999)["status"] == 409
    assert post(client, "/v1/links/DEPENDS_ON-X/decision", "王芳", 404, **good)["field"] == "id"
    assert post(client, "/v1/decisions/decision-x/approval", "王芳", 404)["field"] == "id"
    for asked in ("?state=open", "?limit=0", "?limit=501", "/queue?limit=0"):
        assert client.get(f"/v1/decisions{asked}").status_code == 400
    assert client.get("/v1/decisions").json()["total"] == 0


def test_the_command_line(
    connection: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(connection).close()
    call = Called(settings_of(connection, tmp_path), tmp_path, capsys, monkeypatch).said
    assert "No decisions." in call("decisions")
    link = json.loads(call("queue", "--json"))["links"][0]["link_id"]
    assert link in call("queue")
    given = ("decide", link, "--reason", "a refund [bold]")
    assert "needs a name: give --user" in call(*given, "--rebut", status=2)
    assert "one of --confirm, --rebut and --reopen" in call(*given, "--rebut", "--confirm", "--user", "a", status=2)
    assert "--reason" in call("decide", link, "--rebut", "--user", "a", status=2)
    kept = json.loads(call(*given, "--rebut", "--user", "a", "--json"))["decision"]["decision_id"]
    assert "nobody approves his own" in call("approve", kept, "--user", "a", status=2)
    assert "waits on" in call(*given, "--confirm", "--user", "b", status=1)
    assert "counted" in call("approve", kept, "--user", "b")
    told = call("decisions", "--state", "counted")
    assert "a refund [bold]" in told
    assert "decided, counts from the next run" in told
    assert kept in call("show", "P-TRADE")
    assert "propose to reopen" in call("withdraw", kept, "--reason", "no", "--user", "a", status=2)
