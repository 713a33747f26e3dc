"""What is done before somebody asks for it, and when."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn

from api.cli.serving import Server
from api.services import warm as warming
from api.services.warm import warm_in_background, warm_world
from api.settings import read_settings
from graph.errors import BadInput, NotFound


class Worlds:
    """Notes which runs are thawed. missing: the tables of runs that are not here."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        self.thawed: list[str] = []
        self._missing = missing

    def of_run(self, run_id: str) -> None:
        if run_id in self._missing:
            raise NotFound("The tables are not in the archive.")
        self.thawed.append(run_id)


def store(run_id: str | None) -> Any:
    return SimpleNamespace(view=lambda: SimpleNamespace(run_id=run_id))


@pytest.mark.parametrize(
    ("run_id", "missing", "thawed"), [("run-1", (), ["run-1"]), (None, (), []), ("run-1", ("run-1",), [])]
)
def test_the_world_of_the_current_run_is_thawed_where_there_is_one(
    run_id: str | None, missing: tuple[str, ...], thawed: list[str]
) -> None:
    worlds: Any = Worlds(missing)
    warm_world(store(run_id), worlds)
    assert worlds.thawed == thawed


def test_statements_are_planned_first_and_no_world_is_thawed_unless_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(warming, "warm", lambda *_: order.append("statements"))
    worlds: Any = SimpleNamespace(of_run=order.append)
    warm_in_background(store("run-1"), Any, worlds).join()  # type: ignore[arg-type]
    warm_in_background(store("run-2"), Any, None).join()  # type: ignore[arg-type]
    assert order == ["statements", "run-1", "statements"]


def test_warming_begins_once_the_server_answers() -> None:
    answered: list[bytes] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def ask() -> None:
        with socket.create_connection(server.servers[0].sockets[0].getsockname()[:2], timeout=10) as asking:
            asking.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answered.append(asking.recv(12))
        server.should_exit = True

    server = Server(
        uvicorn.Config(application, port=0, log_level="error", lifespan="off"), threading.Thread(target=ask).start
    )
    serving = threading.Thread(target=server.run)  # in a worker that drives a browser a loop runs here already
    serving.start()
    serving.join(timeout=60)
    assert answered == [b"HTTP/1.1 204"]


def test_the_setting_is_on_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().warm_world
    assert not read_settings(warm_world="off").warm_world
    monkeypatch.setenv("GUANXI_WARM_WORLD", "perhaps")
    with pytest.raises(BadInput, match="GUANXI_WARM_WORLD"):
        read_settings()
