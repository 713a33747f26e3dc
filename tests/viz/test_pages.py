"""The landing page: what the server puts in, what may be served, what it may reach."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from viz.models import Example, LandingContext
from viz.pages import SECURITY_HEADERS, assets, render_landing

EVIL = "</script><script>alert(1)</script>"


def page(**values: object) -> str:
    return render_landing(LandingContext(version="9.9", **values))  # type: ignore[arg-type]


def test_everything_it_refers_to_is_served_or_its_own_page() -> None:
    names = {f"/assets/{asset.name}" for asset in assets()}
    found = set(re.findall(r'(?:src|href)="([^"]+)"', page()))
    assert found - names <= {"#/", "#/groups", "#main", "/openapi.json"}
    assert {"/assets/page.js", "/assets/page.css", "/assets/picture.css", "/assets/icon.svg"} <= found


def test_scripts_import_only_what_is_served() -> None:
    names = {asset.name for asset in assets()}
    for asset in assets():
        text = asset.path.read_text(encoding="utf-8")
        if asset.name.endswith(".js"):
            assert set(re.findall(r'from "\./([^"]+)"', text)) <= names
        assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"http://www.w3.org/2000/svg"}, asset.name


def test_assets_have_content_types() -> None:
    types = {asset.name.rsplit(".")[-1]: asset.content_type for asset in assets()}
    assert types == {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


def test_no_script_or_style_stands_in_the_page_itself() -> None:
    assert "script-src 'self'" in SECURITY_HEADERS["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page()) == []
    assert re.findall(r"<style| style=| on[a-z]+=", page()) == []


def test_examples_are_shown_in_both_languages_and_escaped() -> None:
    text = page(examples=(Example("远洋", "A group", "一个集团"), Example(EVIL, EVIL, EVIL)))
    assert f'href="#/search/{quote("远洋")}"' in text
    assert "A group" in text
    assert "一个集团" in text
    assert EVIL not in text


def test_the_words_are_told_as_data_that_cannot_end_the_script() -> None:
    text = page(api=EVIL)
    assert EVIL not in text
    told = re.search(r'<script type="application/json" id="told">(.*?)</script>', text, re.S)
    assert told
    assert json.loads(told[1])["api"] == EVIL


def test_every_word_the_scripts_ask_for_is_there() -> None:
    told = re.search(r'id="told">(.*?)</script>', page(), re.S)
    assert told
    words = json.loads(told[1])
    scripts = "\n".join(a.path.read_text(encoding="utf-8") for a in assets() if a.name.endswith(".js"))
    asked = set(re.findall(r'\bt\("([a-z_]+)"\)', scripts))
    assert len(asked) > 30
    assert asked <= set(words["ui"])
    assert set(re.findall(r'named\("([a-z]+)"', scripts)) <= set(words)


def test_every_column_the_page_shows_has_a_name() -> None:
    told = re.search(r'id="told">(.*?)</script>', page(), re.S)
    assert told
    fields = json.loads(told[1])["fields"]
    sections = next(a for a in assets() if a.name == "sections.js").path.read_text(encoding="utf-8")
    table = sections[sections.index("const COLUMNS") : sections.index("const ALWAYS")]
    columns = {name for row in re.findall(r"\[(.*?)\]", table) for name in re.findall(r'"([a-z_]+)"', row)}
    assert len(columns) > 40
    assert columns <= set(fields)
