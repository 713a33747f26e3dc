"""The installed command against a running server: answers, exit codes, and never a traceback."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from graph.connect import Connection
from graph.store import Store
from tests.contract.answering import fill
from tests.contract.commands import Called, Command, settings_of

pytestmark = pytest.mark.contract


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def guanxi(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Command:
    fill(connection).close()
    home = tmp_path_factory.mktemp("home")
    return Command(settings_of(connection, home) | {"GUANXI_PORT": str(free_port())}, home)


@pytest.fixture
def called(guanxi: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Called:
    """The same commands where it does not matter that a process runs them."""
    return Called(guanxi.settings, guanxi.home, capsys, monkeypatch)


def test_reading(guanxi: Command, called: Called) -> None:
    assert "浙江远洋控股有限公司" in guanxi("search", "远洋").stdout
    assert json.loads(called("search", "zw", "--json").stdout)["hits"][0]["party_id"] == "P-ZHANG"
    shown = called("show", "陈志远").stdout
    assert "51%" in shown
    assert "JPY 1,234" in shown
    joined = called("show", "P-OLD", "--json")
    assert json.loads(joined.stdout)["party_id"] == "P-HOLD"
    assert "joined into P-HOLD" in joined.stderr


def test_several_of_a_name_are_told_one_a_line_and_how_many_more_there_are(called: Called) -> None:
    lines = called("show", "邻居", status=2).stderr.splitlines()
    assert lines[0] == "Several parties are meant by '邻居':"
    assert all(line.startswith("  P-N") for line in lines[1:11])
    assert re.fullmatch(r"  and (at least )?\d+ more", lines[11])
    assert lines[12] == "Give one of the ids or source keys."


def test_run_map_and_export(called: Called, tmp_path: Path) -> None:
    report = json.loads(called("run", "--json", "--set", "control.threshold=0.5", "--user", "risk").stdout)
    assert report["counts"]["control_pairs"] == 5
    rows = called("export", "control").stdout.splitlines()
    assert rows[0] == "controller_id,controlled_id,votes,basis,round"
    assert len(rows) == 6
    out = tmp_path / "groups.csv"
    called("export", "groups", "--out", str(out), "--source-keys")
    tested = called("groups", "--kind", "control").stdout
    assert "at least CNY 100,000.00" in tested
    assert "undecided" in tested  # the bank's capital is not known
    assert json.loads(called("changes", "--since", "2020-01-01", "--json").stdout)["runs"][0]["before"] is None
    assert "state is 'bad'" in called("groups", "--state", "bad", status=2).stderr
    assert "hand:group:G1,hand:party:P-HOLD,head,declared,confirmed" in out.read_text(encoding="utf-8")
    sheet = tmp_path / "exposure.xlsx"
    assert "bytes" in called("report", "exposure", "--out", str(sheet), "--run", report["run_id"]).stderr
    assert sheet.read_bytes().startswith(b"PK")
    for given, told in (
        (("--out", "exposure.csv"), "ends in .xlsx"),
        (("--out", "x.xlsx", "--rules", "hkma"), "it used cn-large-exposure, basel-lex"),
        (("--out", "x.xlsx", "--run", "RUN-9"), "no finished run 'RUN-9'"),
    ):
        assert told in called("report", "exposure", *given, status=2).stderr
    run_id = json.loads(called("show", "P-LOG", "--json").stdout)["run_id"]
    groups = called("export", "groups", "--run", run_id).stdout
    assert "P-LOG,member,control,confirmed" in groups
    assert "hand:group:G1" not in groups
    page = tmp_path / "map.html"
    called("map", "P-HOLD", "--out", str(page))
    assert "浙江远洋控股有限公司" in page.read_text(encoding="utf-8")


def test_an_export_that_fails_leaves_nothing_behind(called: Called, tmp_path: Path) -> None:
    out = tmp_path / "control.csv"
    called("export", "control", "--run", "run-none", "--out", str(out), status=2)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_log_level_names_the_known(called: Called) -> None:
    done = called("--help", status=2, GUANXI_LOG="verbose")
    assert "GUANXI_LOG is 'verbose'" in done.stderr
    assert "debug" in done.stderr


def test_the_shell_reads_and_never_writes(called: Called) -> None:
    assert "张伟" in called("db", "shell", "MATCH (p:Party {party_id: 'P-ZHANG'}) RETURN p.name AS name").stdout
    assert "refuses" in called("db", "shell", "CREATE (n:Party)", status=2).stderr
    assert "refuses" in called("db", "shell", "MATCH", status=2).stderr


def test_the_doctor_finds_all_well(called: Called) -> None:
    found = json.loads(called("doctor", "--json", status=0).stdout)
    assert {f["what"] for f in found["findings"]} >= {"home", "disk", "memory", "port", "store"}


def test_the_demo_bank_is_not_mixed_with_other_data(called: Called) -> None:
    done = called("demo", "small", status=2)
    for told in ("by_hand", "GUANXI_HOME", "--into-existing"):
        assert told in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "nobody at all"), "Nobody is found"),
        (("show", "邻居"), "(person, hand:party:P-N00)"),
        (("show",), "Missing argument"),
        (("frobnicate",), "No such command"),
        (("search", "x", "--limit", "many"), "--limit"),
        (("search", "x", "--kind", "robot"), "--kind"),
        (("run", "--set", "control.colour=red"), "control.threshold"),
        (("run", "--set", "control.threshold=half"), "fraction"),
        (("export", "everything"), "known are"),
        (("export", "control", "--format", "parquet"), "--format"),
        (("export", "groups", "--run", "run-x", "--as-of", "2025-01-01"), "--as-of"),
        (("rollback", "load-000000000000"), "load-000000000000"),
        (("up", "--host", "0.0.0.0"), "this machine"),
        (("db", "dump", "x.dump"), "NEO4J_URI"),
    ],
)
def test_bad_input_is_one_paragraph_and_two(called: Called, arguments: tuple[str, ...], told: str) -> None:
    done = called(*arguments, status=2)
    assert told in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "P-HOLD", "--as-of", "yesterday"), "YYYY-MM-DD"),
        (("show", "P-HOLD", "--known-on", "2999-01-01"), "in the future"),
        (("export", "groups", "--as-of", "yesterday"), "YYYY-MM-DD"),
        (("export", "groups", "--out", "none/groups.csv"), "no folder none"),
        (("export", "exchange", "--out", "new", "--known-on", "yesterday"), "YYYY-MM-DD"),
        (("map", "P-HOLD", "--out", "none/map.html"), "no folder none"),
        (("report", "exposure", "--out", "none/report.xlsx"), "no folder none"),
        (("map", "P-HOLD", "--out", "."), "a folder"),
        (("load", "exchange", "--from", ".", "--data-date", "2999-01-01"), "in the future"),
        (("load", "no_such_mapping", "--from", "."), "no_such_mapping"),
        (("load", "exchange", "--from", "none"), "none does not exist"),
        (("demo", "gigantic"), "small"),
        (("up", "--demo-size", "gigantic"), "small"),
    ],
)
def test_arguments_are_looked_at_before_the_database(called: Called, arguments: tuple[str, ...], told: str) -> None:
    done = called(*arguments, status=2, NEO4J_URI="bolt://127.0.0.1:1")
    assert told in done.stderr


def test_a_dump_that_is_not_there_is_told_before_anything_is_asked(called: Called) -> None:
    assert "There is no file nope" in called("db", "restore", "nope", status=2, NEO4J_URI="").stderr


@pytest.mark.parametrize("presses", [1, 2])
def test_being_asked_to_end_stops_a_load_and_says_what_became_of_it(
    guanxi: Command, called: Called, tmp_path: Path, presses: int
) -> None:
    rows = "".join(f"P{n},person,N{n}\n" for n in range(20_000))
    (tmp_path / "party.csv").write_text(f"party,kind,name\n{rows}")
    before = json.loads(called("show", "P-HOLD", "--json").stdout)["seq"]
    with guanxi.begin("load", "exchange", "--from", str(tmp_path)) as child:
        assert child.stderr
        told = ""
        while "Writing" not in told:
            told += child.stderr.readline()
        for _ in range(presses):
            child.send_signal(signal.SIGTERM)  # heard as Ctrl-C is, which those who run tests may have ignored
            time.sleep(0.1)  # one signal must have been heard before the next is sent
        told += child.communicate(timeout=120)[1]
    assert child.returncode == 130, told
    assert re.search(r"Stopped: nothing of load-\w+ was published, and what it had written is undone", told)
    assert "Traceback" not in told
    assert json.loads(called("show", "P-HOLD", "--json").stdout)["seq"] == before


def test_reading_an_empty_store_says_that_nothing_is_loaded(called: Called, store: Store) -> None:
    """The last of this file: the store that the others share is empty from here on."""
    done = called("search", "远洋")
    assert done.stdout == ""
    said = done.stderr
    assert f"Nothing is loaded in {store.connection.uri} yet: see `guanxi load --help`, or `guanxi demo`." in said
    assert "GUANXI_HOME" in said
