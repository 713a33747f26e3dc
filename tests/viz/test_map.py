"""The one-file map: everything in it, nothing from outside, nothing that a name could break."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.viz.pictures import EVIL, small_picture, star_picture
from viz import words
from viz.map import cut, map_html, write_map


class Outline(HTMLParser):
    """Collects the addresses that elements refer to, the tags, and the text outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] not in (["script"], ["style"]):
            self.text += data


@pytest.fixture(scope="module")
def small() -> str:
    return map_html(small_picture())


def drawn(text: str, name: str) -> list[dict[str, Any]]:
    """The nodes or edges that the page hands to vis-network."""
    pattern = r"const nodes = (\[.*?\]), edges = (\[.*?\]);\n"
    found = re.search(pattern, text)
    assert found
    rows: list[dict[str, Any]] = json.loads(found[1 if name == "nodes" else 2])
    return rows


def test_no_element_refers_to_anything_outside(small: str) -> None:
    outline = Outline(small)
    assert outline.addresses == []
    assert {"link", "iframe", "img", "base", "object"}.isdisjoint(outline.tags)
    assert "bootstrap" not in small
    assert re.findall(r"@import|url\((?![\"']?data:)[^)]{0,40}", small) == []


def test_only_licence_notes_and_name_spaces_mention_addresses(small: str) -> None:
    mentioned = set(re.findall(r"https?://([^\s\"'/)]+)", small))
    assert mentioned <= {
        "visjs.github.io",
        "almende.com",
        "github.com",
        "www.apache.org",
        "opensource.org",
        "www.w3.org",
    }


def test_its_policy_forbids_every_request(small: str) -> None:
    assert "default-src 'none'" in small


def test_names_never_become_markup(small: str) -> None:
    assert EVIL not in small
    assert EVIL in Outline(small).text
    assert any("<script>" in node["label"] for node in drawn(small, "nodes"))


def test_a_focus_named_as_markup_is_text_everywhere() -> None:
    picture = small_picture()
    evil = replace(picture, nodes=tuple(replace(node, name=EVIL, name_en=EVIL) for node in picture.nodes))
    assert EVIL not in map_html(evil)


def test_nodes_carry_both_names_their_kind_and_the_focus(small: str) -> None:
    nodes = {node["id"]: node for node in drawn(small, "nodes")}
    assert nodes["P-N1"]["label"] == "陈志远\nChen Zhiyuan"
    assert nodes["P-N1"]["color"]["background"] == words.KIND_COLOURS["person"]
    assert nodes["P-C2"]["color"]["background"] == words.KIND_COLOURS["company"]
    assert [n["id"] for n in nodes.values() if n["color"]["border"] == words.FOCUS_COLOUR] == ["P-C1"]


def test_arrows_carry_percentages_and_doubtful_ones_are_dashed(small: str) -> None:
    edges = {edge["id"]: edge for edge in drawn(small, "edges")}
    assert (edges["OWNS-0"]["from"], edges["OWNS-0"]["to"], edges["OWNS-0"]["label"]) == ("P-N1", "P-C1", "51%")
    assert {edge["id"] for edge in edges.values() if edge["dashes"]} == {"OWNS-6", "OWNS-7", "GUARANTEES-9"}
    assert edges["LEGAL_REPRESENTATIVE_OF-3"]["label"] == "legal representative of 法定代表人"


def test_links_between_the_same_two_bend_apart(small: str) -> None:
    edges = {edge["id"]: edge["smooth"] for edge in drawn(small, "edges")}
    there, back = edges["GUARANTEES-8"]["roundness"], edges["GUARANTEES-9"]["roundness"]
    assert there == back != 0  # opposite directions with one sign lie on opposite sides
    assert edges["OWNS-1"]["enabled"] is False


def test_day_state_and_omissions_are_told(small: str) -> None:
    text = Outline(small).text
    assert "2026-11-20" in text
    assert "seq 42" in text
    assert "3 parties outside your scope" in text
    assert "neighbours capped at 100 of 5,204" in text


def test_the_legend_explains_what_is_drawn_and_no_more(small: str) -> None:
    assert "Flagged or rebutted" in Outline(small).text
    assert "Posts and kin" in Outline(small).text
    plain = Outline(map_html(star_picture(2))).text
    assert "Flagged or rebutted" not in plain
    assert "Posts and kin" not in plain


def test_the_same_picture_is_the_same_file(small: str) -> None:
    picture = small_picture()
    assert map_html(replace(picture, nodes=picture.nodes)) == small


def test_large_pictures_are_cut_to_the_nearest_and_say_so() -> None:
    picture = star_picture(40)
    shown = cut(picture, 21)
    assert len(shown.nodes) == 21
    assert shown.focus in {node.id for node in shown.nodes}
    assert not any(node.id.startswith("P-x") for node in shown.nodes)
    assert shown.omitted == ("picture capped at 21 of 51 parties, the nearest first",)
    assert cut(picture, 51) is picture
    assert "picture capped at 21 of 51" in map_html(picture, largest=21)


def test_a_picture_without_links_says_so() -> None:
    alone = replace(small_picture(), nodes=small_picture().nodes[:1], links=())
    assert "No links are known" in map_html(alone)


def test_the_file_appears_whole(tmp_path: Path) -> None:
    out = write_map(small_picture(), tmp_path / "map.html")
    assert out.read_text(encoding="utf-8") == map_html(small_picture())
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert out.stat().st_mode & 0o400


def test_a_folder_that_is_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_map(small_picture(), tmp_path / "none" / "map.html")
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_map(small_picture(), tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
