"""The network of a party as one HTML file that opens anywhere, offline: `guanxi map PARTY --out FILE.html`.

pyvis makes the data and brings vis-network along; the page around them is our own template, because the one that pyvis
brings loads Bootstrap from the internet even in its inline mode.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from unicodedata import east_asian_width

import pyvis
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, select_autoescape
from pyvis.network import Network

from viz import words
from viz.layout import hops_from, place
from viz.models import NetworkPicture, PictureLink, PictureNode

LARGEST = 300
"""Nodes a picture may have: more cannot be read, whatever draws them."""

FEW = 45
"""Links up to which each is labelled with its type; among more only those with a figure or word of their own are."""

WIDEST = 22
"""Letters of a name's line."""

BEND = 0.24
"""How much rounder each further link between the same two parties is drawn."""

_TEMPLATES = Path(__file__).parent / "templates"
_PYVIS = Path(pyvis.__file__).parent / "templates"


def write_map(picture: NetworkPicture, out: Path, *, largest: int = LARGEST) -> Path:
    """Writes the picture as one HTML file and returns its path; the file appears whole or not at all.

    Raises OSError where the file cannot be written.
    """
    text = map_html(picture, largest=largest)
    with NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, prefix=".map-", delete=False) as part:
        part.write(text)
    try:
        Path(part.name).chmod(0o666 & ~_umask())
        Path(part.name).replace(out)
    except OSError:
        Path(part.name).unlink(missing_ok=True)
        raise
    return out


def map_html(picture: NetworkPicture, *, largest: int = LARGEST) -> str:
    """The picture as the text of one HTML page with no outside address."""
    shown = cut(picture, largest)
    network = Network(directed=True, cdn_resources="in_line")
    network.templateEnv = _environment(shown)
    network.path = "map.html"
    places = place(shown)
    for node in shown.nodes:
        network.add_node(node.id, **_node_options(node, places[node.id]))
    for link, bend in _with_bends(shown.links):
        network.add_edge(link.from_id, link.to_id, **_link_options(link, bend, len(shown.links) <= FEW))
    return str(network.generate_html())


def cut(picture: NetworkPicture, largest: int) -> NetworkPicture:
    """The picture with at most `largest` nodes, the nearest to the focus first, and a sentence on what was cut."""
    if len(picture.nodes) <= largest:
        return picture
    hops = hops_from(picture)
    far = len(picture.nodes)
    kept = sorted(picture.nodes, key=lambda node: (hops.get(node.id, far), node.id))[:largest]
    ids = {node.id for node in kept}
    told = f"picture capped at {largest:,} of {len(picture.nodes):,} parties, the nearest first"
    return replace(
        picture,
        nodes=tuple(kept),
        links=tuple(link for link in picture.links if link.from_id in ids and link.to_id in ids),
        omitted=(*picture.omitted, told),
    )


def _environment(picture: NetworkPicture) -> Environment:
    loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), FileSystemLoader(_PYVIS)])
    environment = Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)
    kinds = sorted({node.kind for node in picture.nodes})
    families = sorted({words.family_of(link.type) for link in picture.links}, key=list(words.FAMILIES).index)
    environment.globals.update(
        picture=picture,
        focus=picture.focus_node,
        by_id={node.id: node for node in picture.nodes},
        links=sorted(picture.links, key=lambda link: (link.type, link.from_id, link.to_id, link.id)),
        kinds=[(words.kind_word(kind), words.kind_colour(kind), kind) for kind in kinds],
        families=[(words.FAMILIES[family], family) for family in families],
        colours=words.FAMILY_COLOURS,
        dark_colours=words.ON_DARK,
        link_word=words.link_word,
        statuses=words.STATUSES,
        focus_colour=words.FOCUS_COLOUR,
    )
    return environment


def _node_options(node: PictureNode, at: tuple[int, int]) -> dict[str, Any]:
    fill = words.kind_colour(node.kind)
    return {
        "label": _two_lines(node),
        "shape": "dot" if node.kind == "person" else "square",
        "size": 26 if node.is_focus else 15,
        "x": at[0],
        "y": at[1],
        "color": {
            "background": fill,
            "border": words.FOCUS_COLOUR if node.is_focus else fill,
            "highlight": {"background": fill, "border": words.FOCUS_COLOUR},
        },
        "borderWidth": 6 if node.is_focus else 1,
        "font": {"size": 20 if node.is_focus else 17},
    }


def _two_lines(node: PictureNode) -> str:
    """Both names, one a line; long ones shortened (the table below the picture has them whole)."""
    names = [node.name] + ([node.name_en] if node.name_en and node.name_en != node.name else [])
    return "\n".join(_shortened(name) for name in names)


def _shortened(name: str) -> str:
    """As much of a name as stands beside another; letters of Chinese are as wide as two others."""
    width = 0
    for at, letter in enumerate(name):
        width += 2 if east_asian_width(letter) in "WF" else 1
        if width > WIDEST:
            return name[: at - 1] + "…"
    return name


def _link_options(link: PictureLink, bend: float, few: bool) -> dict[str, Any]:
    family = words.family_of(link.type)
    colour = words.FAMILY_COLOURS[family]
    english, chinese = words.link_word(link.type)
    return {
        "id": link.id,
        "family": family,
        "label": link.label or (f"{english} {chinese}" if few else ""),
        "color": {"color": colour, "highlight": colour, "opacity": 0.45 if link.status == "rebutted" else 1.0},
        "dashes": link.status != "confirmed",
        "width": 1.5,
        "font": {"color": colour},
        "smooth": {"enabled": bend != 0, "type": "curvedCW", "roundness": bend},
    }


def _with_bends(links: tuple[PictureLink, ...]) -> list[tuple[PictureLink, float]]:
    """Each link with how far it bends, so that several links between the same two parties do not cover each other."""
    pairs: dict[tuple[str, str], list[PictureLink]] = {}
    for link in sorted(links, key=lambda k: (k.type, k.from_id, k.to_id, k.id)):
        pairs.setdefault((min(link.from_id, link.to_id), max(link.from_id, link.to_id)), []).append(link)
    bent = []
    for (first, _), same in pairs.items():
        for nth, link in enumerate(same):
            side = 1 if link.from_id == first else -1
            bent.append((link, round((nth - (len(same) - 1) / 2) * BEND * side, 2)))
    return bent


def _umask() -> int:
    """The process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
