"""What a picture is made of. The services fill these; everything in `viz` draws them and knows no store.

The JSON answer of `GET /v1/parties/{id}/network` carries the same names, so that the page and the file that
`guanxi map` writes show one and the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

STATUSES = ("confirmed", "flagged", "rebutted")


@dataclass(frozen=True, slots=True)
class PictureNode:
    """One party (or group, household, account …) in a picture.

    kind: `person`, `company`, or the label of another node in lower case (`group`, `account` …).
    name: in its own script; name_en: English or romanised, None where nobody knows one.
    roles: `Customer`, `Prospect`, `Guarantor`, `Referrer`, as in the model.
    hops: links between it and the focus, 0 for the focus itself.
    link_count: its true number of links where some are not drawn.
    """

    id: str
    name: str
    name_en: str | None = None
    kind: str = "company"
    roles: tuple[str, ...] = ()
    is_focus: bool = False
    hops: int | None = None
    link_count: int | None = None


@dataclass(frozen=True, slots=True)
class PictureLink:
    """One link, drawn as an arrow from `from_id` to `to_id`.

    type: the model's name (`OWNS`, `KIN_OF` …). label: what stands on the arrow, ready to read ("51%", "CNY 3.2 m",
    "spouse"); empty where the type alone says it. status: `confirmed`, `flagged` or `rebutted`.
    since: first day it holds, None where unstated. source: the source system, `run` for what a run derived.
    """

    id: str
    type: str
    from_id: str
    to_id: str
    label: str = ""
    status: str = "confirmed"
    since: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """The neighbourhood of one party, as one state of the world shows it.

    focus: id of the party it is drawn around. omitted: sentences on what was left out and why
    ("neighbours capped at 100 of 5,204"). run_id: the run that derived links come from.
    Raises ValueError where the focus or an end of a link is not among the nodes, or a status is unknown.
    """

    nodes: tuple[PictureNode, ...]
    links: tuple[PictureLink, ...]
    focus: str
    as_of: date
    seq: int
    omitted: tuple[str, ...] = ()
    known_on: date | None = None
    run_id: str | None = None

    def __post_init__(self) -> None:
        ids = {node.id for node in self.nodes}
        if self.focus not in ids:
            raise ValueError(f"focus {self.focus!r} is not among the {len(ids)} nodes")
        for link in self.links:
            missing = {link.from_id, link.to_id} - ids
            if missing:
                raise ValueError(f"link {link.id!r} ends at {sorted(missing)}, not among the nodes")
            if link.status not in STATUSES:
                raise ValueError(f"link {link.id!r} has status {link.status!r}, not one of {STATUSES}")

    @property
    def focus_node(self) -> PictureNode:
        """The party the picture is drawn around."""
        return next(node for node in self.nodes if node.id == self.focus)


def read_picture(answer: Mapping[str, Any]) -> NetworkPicture:
    """The picture of a network answer (as `model_dump()` gives it, or its JSON); fields no picture needs are left.

    Raises KeyError where a field is missing, ValueError where the answer contradicts itself.
    """
    return NetworkPicture(
        nodes=tuple(_made(PictureNode, node) for node in answer["nodes"]),
        links=tuple(_made(PictureLink, link) for link in answer["links"]),
        focus=answer["focus"],
        as_of=_day(answer["as_of"]),
        seq=answer["seq"],
        omitted=(*answer.get("omitted", ()), *filter(None, [answer.get("run_note")])),
        known_on=_day(answer["known_on"]) if answer.get("known_on") else None,
        run_id=answer.get("run_id"),
    )


Part = TypeVar("Part", PictureNode, PictureLink)


def _made(kind: type[Part], row: Mapping[str, Any]) -> Part:
    values = {field.name: row[field.name] for field in fields(kind) if row.get(field.name) is not None}
    if "roles" in values:
        values["roles"] = tuple(values["roles"])
    if "since" in values:
        values["since"] = _day(values["since"])
    return kind(**values)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Example:
    """A search to try, given by the server: the text, and what it shows, in both languages."""

    query: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class LandingContext:
    """What the landing page is told when it is made.

    bank: name shown in the head, English and Chinese; None where it has none. version: of Guanxi. examples: searches to
    try. api: path of the HTTP API. assets: path under which the files of `viz.pages.assets()` are served.
    """

    version: str
    bank: tuple[str, str] | None = None
    examples: tuple[Example, ...] = ()
    api: str = "/v1"
    assets: str = "/assets"
