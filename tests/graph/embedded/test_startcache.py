"""A start cache is used only by the Java, the jars and the options that it was made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.embedded import startcache
from graph.embedded.settings import read_settings


def test_another_cache_for_other_jars_or_options(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, jars = read_settings(), [Path("neo4j.jar")]
    one = startcache.place(jars, settings)
    assert startcache.place(jars, settings) == one
    assert startcache.place([Path("other.jar")], settings) != one
    for options in ("JAVA_OPTIONS", "COMPILER"):
        with monkeypatch.context() as changed:
            changed.setattr(startcache, options, ("-XX:+UseSerialGC",))
            assert startcache.place(jars, settings) != one
