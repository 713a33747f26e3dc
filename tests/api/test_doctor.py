"""What the doctor sees without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.services.doctor import Finding, _jars, diagnose
from api.settings import read_settings
from graph.embedded.lock import find_line, read_lock
from tests.graph.embedded.repository import Repository


def jars_with(repository: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Finding:
    """What is said of jars where the cache is empty."""
    monkeypatch.delenv("GUANXI_JARS", raising=False)
    monkeypatch.setenv("GUANXI_CACHE", str(cache))
    monkeypatch.setenv("GUANXI_MAVEN_REPOSITORY", repository)
    return _jars()


def test_a_repository_that_cannot_be_reached_is_told_where_jars_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = jars_with("http://127.0.0.1:1", tmp_path, monkeypatch)
    assert (found.well, found.what) == (False, "jars")
    assert "127.0.0.1 cannot be reached" in found.told
    assert "GUANXI_MAVEN_REPOSITORY" in (found.way_out or "")
    assert list(tmp_path.iterdir()) == []


def test_a_repository_is_asked_for_a_jar_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jars = read_lock(find_line("current"))
    repository = Repository()
    with repository.serving():
        assert "answered 404" in jars_with(repository.address, tmp_path, monkeypatch).told
        repository.add(jars[0], b"a jar")
        found = jars_with(repository.address, tmp_path, monkeypatch)
    assert found.well
    assert f"0 of {len(jars)}" in found.told
    assert "the repository answers for the others" in found.told


def test_jars_copied_in_that_lack_some_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GUANXI_JARS", str(tmp_path))
    found = _jars()
    assert not found.well
    assert "lacks" in found.told
    assert "Copy the folder" in (found.way_out or "")


@pytest.mark.parametrize("password", [None, "short", "a b c d e f g h i", b"\xff\xfe\x00random"])
def test_a_lost_password_is_told_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str | bytes | None
) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setattr("api.services.doctor._jars", lambda: Finding(what="jars", well=True, told="there"))
    (tmp_path / "data" / "databases" / "system").mkdir(parents=True)
    if password is not None:
        (tmp_path / "password").write_bytes(password if isinstance(password, bytes) else password.encode())
    before = sorted(tmp_path.rglob("*"))
    diagnosis = diagnose(read_settings(home=tmp_path, port=1))
    (found,) = (one for one in diagnosis.findings if one.what == "password")
    assert not diagnosis.well
    assert not found.well
    assert "missing, garbled or not this store's" in found.told
    assert "Put the file back" in (found.way_out or "")
    assert "store" not in {one.what for one in diagnosis.findings}
    assert sorted(tmp_path.rglob("*")) == before


def test_a_home_without_a_store_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setattr("api.services.doctor._jars", lambda: Finding(what="jars", well=True, told="there"))
    told = {one.what: one for one in diagnose(read_settings(home=tmp_path / "new")).findings}
    assert (told["password"].well, told["store"].well) == (True, True)
    assert told["store"].told.startswith("none yet")
    assert not (tmp_path / "new").exists()


def test_a_setting_that_cannot_be_taken_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    diagnosis = diagnose(read_settings(home=tmp_path))
    assert not diagnosis.well
    (found,) = (one for one in diagnosis.findings if one.what == "settings")
    assert found.told == "NEO4J_PASSWORD is set without NEO4J_URI"
    assert "unset it" in (found.way_out or "")
