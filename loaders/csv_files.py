"""Frames as CSV files for Neo4j's offline import: headers with types from the model, lists joined, nulls empty.

Nodes are numbered here and links name their ends by number, so that the tool need not look keys up: it takes half the
processor time. What every reading asks of a link stands first, since the store reads properties in their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from graph import model, times
from graph.embedded.results import LinkFiles, NodeFiles
from graph.model import Kind
from loaders.ahead import one_ahead
from loaders.exact import SEPARATOR

_TYPES = {
    Kind.TEXT: "string",
    Kind.TEXTS: "string[]",
    Kind.INTS: "long[]",
    Kind.FLOATS: "double[]",
    Kind.BOOL: "boolean",
    Kind.FLOAT: "double",
    Kind.SHARE: "double",
}
NODES_FIRST = ("seq_in", "seq_out")
LINKS_FIRST = ("seq_in", "seq_out", "valid_from", "valid_to", "status")


@dataclass
class CsvFiles:
    """The files of one import, in a folder. `number` is the load's: it stands on every node and link.

    places: by label the nodes written so far, as columns `key` and `place`.
    """

    folder: Path
    number: int
    nodes: list[NodeFiles] = field(default_factory=list)
    links: list[LinkFiles] = field(default_factory=list)
    multiline: bool = False
    places: defaultdict[str, pl.DataFrame] = field(default_factory=lambda: defaultdict(_no_places))
    _placed: int = 0

    def options(self) -> dict[str, str]:
        """What the import has to know of these files."""
        given = {"array-delimiter": "U+001F", "id-type": "actual"}
        return given | ({"multiline-fields": "true"} if self.multiline else {})

    def write_nodes(self, label: str, frame: pl.DataFrame) -> None:
        """Nodes of a label; a column `labels` (lists) gives further ones."""
        if frame.is_empty():
            return
        node = model.node_type(label)
        frame = self._placed_nodes(self._numbered(frame))
        self.places[label] = frame.select(place=_PLACE, key=node.key)
        names = _ordered(frame, NODES_FIRST, (_PLACE, "labels"))
        kinds = {p.name: _TYPES.get(p.kind, "long") for p in (*node.properties, *model.NODE_COMMON)}
        header = [":ID", *(f"{c}:{kinds.get(c, 'string')}" for c in names)]
        columns = [_PLACE, *names]
        if "labels" in frame.columns:
            header.append(":LABEL")
            columns.append("labels")
        self.nodes.append(NodeFiles(self._write(label, header, frame.select(columns).iter_slices(_SLICE)), (label,)))

    def write_links(
        self, link_type: str, frames: Iterable[pl.DataFrame], starts: pl.DataFrame, ends: pl.DataFrame
    ) -> None:
        """Links of a type, frame by frame, all with the same columns. starts, ends: `key` (as in `from_key`, `to_key`)
        and `place` of the nodes that they may join. Raises AssertionError for an end that is none of them."""
        link = model.link_type(link_type)
        kinds = {p.name: _TYPES.get(p.kind, "long") for p in (*link.properties, *model.LINK_COMMON)}
        header: list[str] = []

        def placed() -> Iterable[pl.DataFrame]:
            for frame in frames:
                joined = self._numbered(frame)
                for end, nodes in (("from", starts), ("to", ends)):
                    known = nodes.rename({"key": f"{end}_key", "place": f"{end}_place"})
                    joined = joined.join(known, on=f"{end}_key", how="left", maintain_order="left")
                    assert not joined[f"{end}_place"].has_nulls(), f"{link_type} names unknown ends"
                names = _ordered(joined, LINKS_FIRST, ("from_place", "to_place"))
                header[:] = [":START_ID", ":END_ID", *(f"{c}:{kinds[c]}" for c in names)]
                yield joined.select("from_place", "to_place", *names)

        files = self._write(link_type, header, placed())
        if header:
            self.links.append(LinkFiles(files, link_type))

    def write_one(self, label: str, values: dict[str, object]) -> None:
        """One node of the bookkeeping, with its values as they are."""
        node = model.node_type(label)
        kinds = {p.name: _TYPES.get(p.kind, "long") for p in node.properties}
        frame = pl.DataFrame([{k: [*v] if isinstance(v, (list, tuple)) else v for k, v in values.items()}])
        header = [*(f"{c}:{kinds.get(c, 'string')}" for c in frame.columns), ":ID"]
        self.nodes.append(NodeFiles(self._write(label, header, [self._placed_nodes(frame)]), (label,)))

    def _numbered(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(seq_in=pl.lit(self.number, pl.Int64), seq_out=pl.lit(times.OPEN_SEQ, pl.Int64))

    def _placed_nodes(self, frame: pl.DataFrame) -> pl.DataFrame:
        first, self._placed = self._placed, self._placed + frame.height
        return frame.with_columns(pl.int_range(first, self._placed).alias(_PLACE))

    def _write(self, name: str, header: list[str], frames: Iterable[pl.DataFrame]) -> tuple[Path, Path]:
        """A header and a body. The header is complete once the last frame was taken."""
        stem = f"{len(self.nodes) + len(self.links):03}-{name}"
        head, body = self.folder / f"{stem}-header.csv", self.folder / f"{stem}.csv"
        with body.open("wb") as file:
            for frame in one_ahead(self._joined(frame) for frame in frames):
                frame.write_csv(file, include_header=False)
        head.write_text(",".join(header) + "\n", encoding="utf-8")
        return head, body

    def _joined(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Lists as texts; notes whether any text holds a line break."""
        lists = [c for c, kind in frame.schema.items() if isinstance(kind, pl.List)]
        joined = frame.with_columns(
            pl.when(pl.col(c).list.len() > 0).then(pl.col(c).cast(pl.List(pl.String)).list.join(SEPARATOR))
            for c in lists
        )
        texts = [c for c, kind in joined.schema.items() if kind == pl.String]
        if texts and not self.multiline:
            self.multiline = bool(joined.select(pl.any_horizontal(pl.col(texts).str.contains(r"[\r\n]").any())).item())
        return joined


def _no_places() -> pl.DataFrame:
    return pl.DataFrame(schema={"place": pl.Int64, "key": pl.String})


_PLACE = "__place"
_SLICE = 250_000
"""Rows shaped and written at once."""


def _ordered(frame: pl.DataFrame, first: Sequence[str], without: Sequence[str]) -> list[str]:
    rest = [name for name in frame.columns if name not in (*first, *without)]
    return [*(name for name in first if name in frame.columns), *rest]
