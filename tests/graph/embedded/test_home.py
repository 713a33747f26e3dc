"""The home folder: password, what is remembered, half-made stores, and what the disk refuses."""

from __future__ import annotations

import errno
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.embedded.files import disk_error, write_whole
from graph.embedded.home import Home, Memory, auth_line
from graph.embedded.lock import LINES
from graph.errors import Conflict, StoreUnavailable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def _with_store(home: Home) -> None:
    (home.data / "databases" / "system").mkdir(parents=True)


def test_the_password_is_made_once_and_readable_by_the_owner_alone(home: Home) -> None:
    word = home.password()
    assert len(word) >= 24
    assert home.password() == word
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600
    home.password_file.chmod(0o644)
    home.password()
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"two words\n"])
def test_a_lost_password_of_an_existing_store_is_told_and_never_replaced(home: Home, content: bytes | None) -> None:
    _with_store(home)
    if content is not None:
        home.password_file.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="the file `password` is missing, garbled"):
        home.password()
    assert home.password_file.exists() is (content is not None)


def test_the_handed_over_password_is_hashed_as_the_server_does_it() -> None:
    salt = bytes.fromhex("eefde078f776017e76a8dee616f43ccb6d1c978d121ab859de50ab8bc579e928")
    expected = "bba6beade551c339c3ae088bcb1f9d72e8558a9e2271f8c055a68eaecd5acb12"
    assert auth_line("secret123456", salt) == f"neo4j:SHA-256,{expected},{salt.hex()},1024:\n"


def test_a_store_keeps_the_password_it_was_made_with(home: Home) -> None:
    home.hand_over_password("first-password")
    _with_store(home)
    first = (home.data / "dbms" / "auth.ini").read_text()
    home.hand_over_password("second-password")
    assert (home.data / "dbms" / "auth.ini").read_text() == first


@pytest.mark.parametrize("text", ["", "garbled", "[]", '{"port": "x"}', '{"port": 99999}'])
def test_a_garbled_memory_is_no_memory(home: Home, text: str) -> None:
    home.memory_file.write_text(text)
    assert home.memory() == Memory()


def test_what_is_remembered_comes_back(home: Home) -> None:
    home.remember(port=7001)
    home.remember(line="lts", version="5.26.30")
    assert home.memory() == Memory(port=7001, line="lts", version="5.26.30")


def test_a_store_of_another_line_is_refused_before_it_is_touched(home: Home) -> None:
    home.remember(line="current", version="2026.08.1")
    home.check_line(LINES["lts"])
    _with_store(home)
    home.check_line(LINES["current"])
    with pytest.raises(Conflict, match=r"made by Neo4j 2026\.08\.1; Neo4j 5\.26\.30 does not open it"):
        home.check_line(LINES["lts"])


@pytest.mark.parametrize(("initialised", "kept"), [(False, False), (True, True), (None, True)])
def test_only_a_store_that_certainly_never_answered_is_made_anew(
    home: Home, initialised: bool | None, kept: bool
) -> None:
    _with_store(home)
    home.remember(initialised=initialised)
    home.forget_half_made()
    assert home.has_store is kept


def test_a_home_is_one_by_whatever_path(home: Home, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home.root)
    assert Home(tmp_path / "link").root == home.root


def test_several_may_prepare_a_home_at_once(home: Home) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: home.prepare(), range(200)))
    assert list(home.run.iterdir()) == []


def test_a_file_in_the_way_of_the_home_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=r"file.* is in the way of the database's home"):
        Home(tmp_path / "file" / "home").prepare()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "No permission to write"),
        (errno.EROFS, "No permission to write"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_what_the_disk_refuses_is_one_paragraph(tmp_path: Path, number: int, words: str) -> None:
    told = disk_error(OSError(number, "refused"), tmp_path, "the database's home")
    assert words in str(told)
    assert str(tmp_path) in str(told)


def test_no_permission_to_write_the_home_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreUnavailable, match="choose another folder with GUANXI_HOME"):
        Home(tmp_path / "home").prepare()


def test_an_interrupted_write_leaves_the_old_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_whole(path, "old")

    def interrupt(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(OSError, match="full"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
