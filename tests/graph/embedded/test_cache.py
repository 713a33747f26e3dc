"""Jars: fetched, resumed, mended, taken from a folder, and refused with a way out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from graph.embedded import download
from graph.embedded.cache import ensure_jars
from graph.embedded.lock import LINES, Jar
from graph.embedded.progress import Silent
from graph.embedded.ready import free_port
from graph.embedded.settings import Settings, read_settings
from graph.errors import StoreUnavailable
from tests.graph.embedded.repository import Repository, fake_jar

LINE = LINES["current"]


@pytest.fixture
def made() -> list[tuple[Jar, bytes]]:
    return [fake_jar("alpha", 300_000), fake_jar("beta", 5_000), fake_jar("gamma", 1)]


@pytest.fixture
def jars(made: list[tuple[Jar, bytes]]) -> list[Jar]:
    return [jar for jar, _ in made]


@pytest.fixture
def repository(made: list[tuple[Jar, bytes]]) -> Iterator[Repository]:
    repository = Repository()
    for jar, content in made:
        repository.add(jar, content)
    with repository.serving():
        yield repository


@pytest.fixture
def settings(tmp_path: Path, repository: Repository) -> Settings:
    return read_settings({"GUANXI_CACHE": str(tmp_path / "cache"), "GUANXI_MAVEN_REPOSITORY": f"{repository.address}/"})


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_PAUSE_S", 0.01)


def _ensure(settings: Settings, jars: list[Jar], *, full: bool = False) -> list[bytes]:
    return [path.read_bytes() for path in ensure_jars(LINE, settings, Silent(), full=full, jars=jars)]


def test_all_are_fetched_once_and_then_only_looked_at(
    settings: Settings, repository: Repository, made: list[tuple[Jar, bytes]], jars: list[Jar]
) -> None:
    whole = [content for _, content in made]
    assert _ensure(settings, jars) == whole
    assert len(repository.asked) == 3
    assert _ensure(settings, jars) == whole
    assert _ensure(settings, jars, full=True) == whole
    assert len(repository.asked) == 3
    assert not list((settings.cache / "jars").glob("*.part"))


def test_a_half_written_file_is_gone_on_with(
    settings: Settings, repository: Repository, made: list[tuple[Jar, bytes]], jars: list[Jar]
) -> None:
    jar, content = made[0]
    folder = settings.cache / "jars"
    folder.mkdir(parents=True)
    (folder / f"{jar.file_name}.{jar.sha256[:8]}.part").write_bytes(content[:200_000])
    assert _ensure(settings, jars)[0] == content
    assert [wanted for path, wanted in repository.asked if path.endswith(jar.file_name)] == ["bytes=200000-"]


def test_a_half_written_file_with_a_wrong_start_is_fetched_anew(
    settings: Settings, repository: Repository, made: list[tuple[Jar, bytes]], jars: list[Jar]
) -> None:
    jar, content = made[0]
    folder = settings.cache / "jars"
    folder.mkdir(parents=True)
    (folder / f"{jar.file_name}.{jar.sha256[:8]}.part").write_bytes(b"x" * 1000)
    assert _ensure(settings, jars)[0] == content
    assert [wanted for path, wanted in repository.asked if path.endswith(jar.file_name)] == ["bytes=1000-", None]


def test_a_broken_connection_and_a_busy_server_are_tried_again(
    settings: Settings, repository: Repository, made: list[tuple[Jar, bytes]]
) -> None:
    jar, content = made[0]
    repository.break_off_after = 150_000
    assert _ensure(settings, [jar]) == [content]
    assert [wanted is not None for _, wanted in repository.asked] == [False, True]
    busy, other = made[1]
    repository.fail_first = 2
    assert _ensure(settings, [busy]) == [other]


@pytest.mark.parametrize("damage", ["shorter", "changed", "gone"])
def test_a_damaged_file_is_noticed_at_the_next_start_and_mended(
    settings: Settings, repository: Repository, made: list[tuple[Jar, bytes]], jars: list[Jar], damage: str
) -> None:
    _ensure(settings, jars)
    path = settings.cache / "jars" / jars[0].file_name
    if damage == "gone":
        path.unlink()
    else:
        content = made[0][1]
        path.write_bytes(content[:-1] if damage == "shorter" else b"?" + content[1:])
        os.utime(path, ns=(1, 1))
    assert _ensure(settings, jars)[0] == made[0][1]
    assert len(repository.asked) == 4


def test_damage_under_an_unchanged_stamp_is_found_by_the_full_check(
    settings: Settings, made: list[tuple[Jar, bytes]], jars: list[Jar]
) -> None:
    _ensure(settings, jars)
    path = settings.cache / "jars" / jars[0].file_name
    stamp = path.stat().st_mtime_ns
    path.write_bytes(b"?" + made[0][1][1:])
    os.utime(path, ns=(stamp, stamp))
    assert _ensure(settings, jars)[0] != made[0][1]
    assert _ensure(settings, jars, full=True)[0] == made[0][1]


def test_garbled_stamps_cost_a_check_and_no_download(
    settings: Settings, repository: Repository, jars: list[Jar]
) -> None:
    _ensure(settings, jars)
    for stamps in settings.cache.glob("stamps-*.json"):
        stamps.write_text('{"alpha-1.0.jar": 7}')
    _ensure(settings, jars)
    assert len(repository.asked) == 3


class Refusal(NamedTuple):
    """A fault of the repository and the words it is told in."""

    fault: str
    words: str


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("lacks it", r"answered 404 for alpha-1\.0\.jar"),
        Refusal("sends another", r"sends another alpha-1\.0\.jar than expected"),
        Refusal("is not there", r"127\.0\.0\.1 cannot be reached"),
    ],
    ids=lambda refusal: str(refusal.fault),
)
def test_what_cannot_be_fetched_is_told_with_three_ways_out(
    settings: Settings, repository: Repository, jars: list[Jar], refusal: Refusal, tmp_path: Path
) -> None:
    path = f"/{jars[0].repository_path}"
    if refusal.fault == "lacks it":
        del repository.files[path]
    elif refusal.fault == "sends another":
        repository.files[path] = b"?" * jars[0].size
    else:
        closed = f"http://127.0.0.1:{free_port()}"
        settings = read_settings({"GUANXI_CACHE": str(tmp_path / "cache"), "GUANXI_MAVEN_REPOSITORY": closed})
    with pytest.raises(StoreUnavailable, match=refusal.words) as told:
        _ensure(settings, jars)
    for way_out in ("GUANXI_MAVEN_REPOSITORY", "GUANXI_JARS", "NEO4J_URI"):
        assert way_out in str(told.value)


def test_a_full_disk_is_told_before_anything_is_fetched(
    settings: Settings, repository: Repository, jars: list[Jar], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(Path.home())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(StoreUnavailable, match="The disk is full"):
        _ensure(settings, jars)
    assert repository.asked == []


def test_a_folder_copied_in_serves_without_network_and_is_not_written_to(
    tmp_path: Path, made: list[tuple[Jar, bytes]], jars: list[Jar]
) -> None:
    folder = tmp_path / "copied"
    for number, (jar, content) in enumerate(made):
        (folder / str(number)).mkdir(parents=True)
        (folder / str(number) / jar.file_name).write_bytes(content)
    before = sorted(folder.rglob("*"))
    settings = read_settings({"GUANXI_CACHE": str(tmp_path / "cache"), "GUANXI_JARS": str(folder)})
    assert _ensure(settings, jars) == [content for _, content in made]
    assert sorted(folder.rglob("*")) == before
    (folder / "1" / jars[1].file_name).write_bytes(b"damaged")
    with pytest.raises(StoreUnavailable, match=r"lacks 1 of the 3 files .* beta-1\.0\.jar"):
        _ensure(settings, jars)
