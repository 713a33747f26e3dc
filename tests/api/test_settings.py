"""The settings of the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings, read_settings
from graph.embedded.settings import home_folder
from graph.errors import BadInput


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an empty GUANXI_HOME would be the working folder here, and `.guanxi` in it for the database."""
    monkeypatch.setenv("GUANXI_HOME", "")
    monkeypatch.setenv("GUANXI_PORT", "")
    settings = Settings()
    assert settings.home == home_folder({"GUANXI_HOME": ""}) == Path(".guanxi").absolute()
    assert settings.port == 8000


def test_what_cannot_be_taken_is_told_by_the_name_it_was_given_under(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match=r"^--port cannot be taken") as caught:
        read_settings(port=99_999)
    assert (caught.value.field, caught.value.value) == ("--port", 99_999)
    monkeypatch.setenv("GUANXI_PORT", "99999")
    with pytest.raises(BadInput, match=r"^GUANXI_PORT cannot be taken"):
        read_settings(port=None)
