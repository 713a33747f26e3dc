"""The committed lists of jars."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from graph.embedded.lock import LINES, find_line, format_lock, parse_lock, read_lock
from graph.errors import BadInput, GuanxiError


@pytest.mark.parametrize("name", sorted(LINES))
def test_a_shipped_list_holds_the_server_of_its_version_and_names_each_file_once(name: str) -> None:
    line = LINES[name]
    jars = read_lock(line)
    assert {("neo4j", line.version), ("neo4j-server", line.version)} <= {(j.artifact, j.version) for j in jars}
    assert len({jar.file_name for jar in jars}) == len(jars) > 200
    assert parse_lock(format_lock(line, list(jars))) == tuple(sorted(jars))


@pytest.mark.parametrize("name", sorted(LINES))
def test_a_shipped_list_names_no_address(name: str) -> None:
    text = files("graph.embedded").joinpath(f"locks/{name}.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|\bwww\.|\b(?:repo|repo1)\.", text)
    assert text == format_lock(LINES[name], list(parse_lock(text)))


def test_paths_follow_the_repository_layout() -> None:
    (jar,) = parse_lock(f"io.netty:netty-native:4.2.Final:linux-x86_64 {'0' * 64} 7\n")
    assert jar.repository_path == "io/netty/netty-native/4.2.Final/netty-native-4.2.Final-linux-x86_64.jar"
    assert jar.coordinates == "io.netty:netty-native:4.2.Final:linux-x86_64"


def test_a_damaged_list_names_its_line() -> None:
    with pytest.raises(GuanxiError, match="damaged at line 2"):
        parse_lock(f"a:b:1 {'0' * 64} 7\na:b:1 123 7\n")


def test_an_unknown_line_names_the_known_ones() -> None:
    assert find_line("2026") is LINES["current"]
    with pytest.raises(BadInput, match="current and lts"):
        find_line("4.4")
