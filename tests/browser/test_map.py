"""The one-file map in a real browser, offline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browsing import Open
from tests.viz.pictures import EVIL, small_picture, star_picture
from viz.map import write_map

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("wide", ["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_offline_and_draws(open_page: Open, tmp_path: Path, wide: str, scheme: str) -> None:
    out = write_map(small_picture(), tmp_path / "map.html")
    asked: list[str] = []
    page = open_page("about:blank", wide=wide, scheme=scheme)
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(out.as_uri())
    page.wait_for_function("network.getScale() > 0")
    assert asked == [out.as_uri()]
    assert refused == []
    assert page.evaluate("network.body.nodeIndices.filter((id) => !id.includes('edgeId')).length") >= 7
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # something is painted where the focus stands
    assert page.evaluate(
        """() => {
          const canvas = document.querySelector('#picture canvas'), ratio = canvas.width / canvas.clientWidth;
          const at = network.canvasToDOM(network.getPosition('P-C1'));
          return canvas.getContext('2d').getImageData(at.x * ratio, at.y * ratio, 1, 1).data[3];
        }"""
    )


def test_names_stay_text(open_page: Open, tmp_path: Path) -> None:
    page = open_page(write_map(small_picture(), tmp_path / "map.html").as_uri())
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    assert page.get_by_role("cell", name=EVIL).count() == 1
    assert dialogs == []


def test_names_can_be_read_on_a_phone(open_page: Open, tmp_path: Path) -> None:
    page = open_page(write_map(star_picture(40), tmp_path / "map.html").as_uri(), wide="phone")
    page.wait_for_function("network.getScale() > 0")
    assert page.evaluate("network.getScale()") >= 0.6
    assert page.evaluate("Math.hypot(...Object.values(network.getViewPosition()))") < 1  # the centre is in the middle
    page.get_by_role("button", name="Whole picture").click()
    assert page.evaluate("network.getScale()") < 0.6


def test_buttons_zoom(open_page: Open, tmp_path: Path) -> None:
    page = open_page(write_map(small_picture(), tmp_path / "map.html").as_uri())
    before = page.evaluate("network.getScale()")
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate("network.getScale()") > before
    page.get_by_role("button", name="Whole picture").click()
    assert page.evaluate("network.getScale()") <= 1.1
