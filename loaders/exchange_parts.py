"""What an export reads for each file of the exchange layout, and where each property goes: made from the layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graph import model
from graph.model import Kind
from loaders.exchange_layout import File, Link, columns, properties

_LINK_OWN = {"valid_from": Kind.DAY, "valid_to": Kind.DAY, "status": Kind.TEXT, "flags": Kind.TEXTS}
_LINK_OWN |= {"source": Kind.TEXT, "row_key": Kind.TEXT}


@dataclass(frozen=True)
class Part:
    """The rows that one statement of `cypher/export` gives a file.

    taken: (property or other result, column of the file, kind), in the order of the statement's columns; `asked` of
    them are properties. fixed: columns that are the same in all rows. where: what a load
    knows the rows by. counted: the statement that says how many.
    """

    statement: str
    counted: str
    taken: tuple[tuple[str, str, Kind], ...]
    asked: int
    fixed: dict[str, str] = field(default_factory=dict)
    where: dict[str, Any] = field(default_factory=dict)
    link: bool = False

    @property
    def names(self) -> list[str]:
        """The properties to ask for."""
        return [name for name, _, _ in self.taken[: self.asked]]


def parts(file: File) -> Iterator[Part]:
    """The parts of a file; that of its nodes first."""
    if file.name == "party":
        yield _records(file)
    elif file.node:
        yield _nodes(file)
    if file.name == "identifier":
        yield _identifiers()
    for link in file.links:
        if link.whole:
            yield _links(link)


def sort_columns(file: File) -> list[str]:
    """What rows are ordered by, so that equal graphs give equal files: ids first, then what tells equals apart."""
    ends = [end[0] for link in file.links if link.whole for end in (link.start, link.end)]
    if file.node:
        key = file.id_column
        return [key, *(c for c in dict.fromkeys(ends) if c != key), *(["row_key"] if ends else [])]
    bases = [link.column(basis) for link in file.links if (basis := model.link_type(link.type).basis)]
    told = [name for link in file.links for name in link.where]
    first = ["party", "kind", "value", "use"] if file.name == "identifier" else ends
    every = [*first, *(file.more if file.links else ()), *told, *bases, "row_key"]
    return [name for name in dict.fromkeys(every) if name in columns(file)]


def _records(file: File) -> Part:
    assert file.node
    own = [(p.name, file.node.column(p.name), p.kind) for p in properties(file.node)]
    kept = [
        ("record_id", "party", Kind.TEXT),
        ("kind", "kind", Kind.TEXT),
        ("roles", "roles", Kind.TEXTS),
        ("same_as", "same_as", Kind.TEXT),
        ("priority", "priority", Kind.INT),
        ("flags", "flags", Kind.TEXTS),
        ("data_day", "data_date", Kind.DAY),
    ]
    told = [("party_id", "party_id", Kind.TEXT), ("party_kind", "party_kind", Kind.TEXT)]
    return Part("export/records", "plan/count_nodes[SourceRecord]", (*kept, *own, *told), asked=len(kept) + len(own))


def _nodes(file: File) -> Part:
    assert file.node
    label, key = file.node.label, model.node_type(file.node.label).key
    taken = [(key, file.id_column, Kind.TEXT), ("data_day", "data_date", Kind.DAY)]
    taken += [(p.name, file.node.column(p.name), p.kind) for p in properties(file.node)]
    return Part(f"export/nodes[{label}]", f"plan/count_nodes[{label}]", tuple(taken), len(taken))


def _identifiers() -> Part:
    own = [("from_key", "party", Kind.TEXT), ("use", "use", Kind.TEXT), *_common()]
    told = [("identifier_kind", "kind", Kind.TEXT), ("text", "value", Kind.TEXT)]
    counted = "plan/count_links[HAS_IDENTIFIER]"
    return Part("export/identifiers", counted, (*own, *told), asked=len(own), link=True)


def _links(link: Link) -> Part:
    (start, start_label), (end, end_label) = link.start, link.end
    taken = [("from_key", start, Kind.TEXT), ("to_key", end, Kind.TEXT), *_common()]
    taken += [(p.name, link.column(p.name), p.kind) for p in properties(link)]
    fixed = {column: value for column, value in link.where.items() if isinstance(value, str)}
    statement = f"export/links[{link.type}:{start_label}:{end_label}]"
    return Part(statement, f"plan/count_links[{link.type}]", tuple(taken), len(taken), fixed, link.where, link=True)


def _common() -> list[tuple[str, str, Kind]]:
    return [(name, name, kind) for name, kind in _LINK_OWN.items()] + [("data_day", "data_date", Kind.DAY)]


def kinds(file: File) -> dict[str, Kind]:
    """Column -> kind of its values, for every column of a file in its order; columns no part fills are texts."""
    found = {column: kind for part in parts(file) for _, column, kind in part.taken}
    return {column: found.get(column, Kind.TEXT) for column in columns(file)}
