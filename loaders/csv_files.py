"""Frames as CSV files for Neo4j's offline import: headers with types from the model, lists joined, nulls empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from graph import model, times
from graph.embedded.results import LinkFiles, NodeFiles
from graph.model import Kind

ARRAY = "\x1f"
"""Between the elements of a list: the unit separator, which no text of a source holds once its blanks are plain."""

_TYPES = {
    Kind.TEXT: "string",
    Kind.TEXTS: "string[]",
    Kind.INTS: "long[]",
    Kind.FLOATS: "double[]",
    Kind.BOOL: "boolean",
    Kind.FLOAT: "double",
    Kind.SHARE: "double",
}
_BOOKKEEPING = {"seq_in": "long", "seq_out": "long", "digest": "long"}


@dataclass
class CsvFiles:
    """The files of one import, in a folder. `number` is the load's: it stands on every node and link."""

    folder: Path
    number: int
    nodes: list[NodeFiles] = field(default_factory=list)
    links: list[LinkFiles] = field(default_factory=list)
    multiline: bool = False
    _count: int = 0

    def options(self) -> dict[str, str]:
        """What the import has to know of these files."""
        given = {"array-delimiter": "U+001F", "id-type": "string"}
        return given | ({"multiline-fields": "true"} if self.multiline else {})

    def write_nodes(self, label: str, frame: pl.DataFrame) -> None:
        """Nodes of a label; a column `labels` (lists) gives further ones."""
        if frame.is_empty():
            return
        node = model.node_type(label)
        kinds = {p.name: _TYPES.get(p.kind, "long") for p in (*node.properties, *model.NODE_COMMON)}
        names = [c for c in frame.columns if c not in (node.key, "labels")]
        header = [f"{node.key}:ID({label})", *(f"{c}:{kinds[c]}" for c in names)]
        columns = [node.key, *names]
        if "labels" in frame.columns:
            header.append(":LABEL")
            columns.append("labels")
        more = [f"{name}:long" for name in ("seq_in", "seq_out")]
        numbered = frame.select(columns).with_columns(
            seq_in=pl.lit(self.number, pl.Int64), seq_out=pl.lit(times.OPEN_SEQ, pl.Int64)
        )
        self.nodes.append(NodeFiles(self._write(label, [*header, *more], numbered), (label,)))

    def write_links(self, link_type: str, ends: tuple[str, str], frame: pl.DataFrame) -> None:
        """Links of a type between two labels: columns `from` and `to` (keys of the nodes) and the link's own."""
        if frame.is_empty():
            return
        link = model.link_type(link_type)
        kinds = {p.name: _TYPES.get(p.kind, "long") for p in (*link.properties, *model.LINK_COMMON)}
        names = [c for c in frame.columns if c not in ("from", "to")]
        header = [f":START_ID({ends[0]})", f":END_ID({ends[1]})", *(f"{c}:{kinds[c]}" for c in names)]
        numbered = frame.select("from", "to", *names).with_columns(
            seq_in=pl.lit(self.number, pl.Int64), seq_out=pl.lit(times.OPEN_SEQ, pl.Int64)
        )
        files = self._write(link_type, [*header, "seq_in:long", "seq_out:long"], numbered)
        self.links.append(LinkFiles(files, link_type))

    def write_one(self, label: str, values: dict[str, object]) -> None:
        """One node of the bookkeeping, with its values as they are."""
        node = model.node_type(label)
        kinds = {p.name: _TYPES.get(p.kind, "long") for p in node.properties}
        frame = pl.DataFrame([{k: [*v] if isinstance(v, (list, tuple)) else v for k, v in values.items()}])
        header = [f"{c}:{kinds.get(c, 'string')}" for c in frame.columns]
        self.nodes.append(NodeFiles(self._write(label, header, frame), (label,)))

    def _write(self, name: str, header: Sequence[str], frame: pl.DataFrame) -> tuple[Path, Path]:
        self._count += 1
        head = self.folder / f"{self._count:03}-{name}-header.csv"
        body = self.folder / f"{self._count:03}-{name}.csv"
        head.write_text(",".join(header) + "\n", encoding="utf-8")
        lists = [c for c, kind in frame.schema.items() if isinstance(kind, pl.List)]
        joined = frame.with_columns(
            pl.when(pl.col(c).list.len() > 0).then(pl.col(c).cast(pl.List(pl.String)).list.join(ARRAY)) for c in lists
        )
        texts = [c for c, kind in joined.schema.items() if kind == pl.String]
        if texts and not self.multiline:
            self.multiline = bool(joined.select(pl.any_horizontal(pl.col(texts).str.contains(r"[\r\n]").any())).item())
        joined.write_csv(body, include_header=False)
        return head, body
