"""The settings of the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings
from graph.embedded.settings import home_folder


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an empty GUANXI_HOME would be the working folder here, and `.guanxi` in it for the database."""
    monkeypatch.setenv("GUANXI_HOME", "")
    monkeypatch.setenv("GUANXI_PORT", "")
    settings = Settings()
    assert settings.home == home_folder({"GUANXI_HOME": ""}) == Path(".guanxi").absolute()
    assert settings.port == 8000
