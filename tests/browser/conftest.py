"""The landing page with a stub for its API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.stub import serving


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """The landing page with the stub API: its address, and the paths asked for."""
    with serving() as (address, seen):
        yield address, seen
