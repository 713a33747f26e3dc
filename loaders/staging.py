"""Everything a load brings, read and checked to the end before anything is written.

Records and nodes that several entries describe are merged by their key; links lie on disk by type and ends, since
they may be many. So a load that is refused (too many rejects, a truncated file) has written nothing at all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import polars as pl

from graph import ids, model
from graph.errors import BadInput
from loaders.ahead import one_ahead
from loaders.canonical import Batch, LinkTarget, NodeTarget, RecordTarget, Target, Unread, name_of
from loaders.digests import digests

RECORD_OWN = ("record_id", "source", "table", "key")
ROW = "__row"
NOT_DIGESTED = frozenset({"id", "data_day", "digest", ROW, *RECORD_OWN})
"""Names, and the day of the data: a new extract of the same values changes nothing."""

PART = 250_000
"""Links held at once while an import is written."""

COVER = "__cover"
"""Which entries gave a row, as the bits of an integer: they say which properties the source speaks of at all."""


@dataclass
class Cover:
    """The columns that each merged entry speaks of: a column that none of a row's entries has is left alone."""

    columns: list[frozenset[str]] = field(default_factory=list)

    def mask(self, column: str) -> int:
        """The bits of the entries that speak of a column."""
        return sum(1 << i for i, names in enumerate(self.columns) if column in names)

    def of(self, bits: int) -> frozenset[str]:
        """Columns spoken of by the entries whose bits are set."""
        return frozenset().union(*(names for i, names in enumerate(self.columns) if bits >> i & 1))


@dataclass(frozen=True)
class Trace:
    """Which rows of a source table gave which things: a file with the things' keys and the ordinals of the rows."""

    table: str
    target: Target
    key: str
    file: Path
    height: int
    summed: bool = False

    @property
    def name(self) -> str:
        """The label or link type."""
        return name_of(self.target)


@dataclass
class Staged:
    """What one load brings. Use as a context manager: its disk space is given back at the end."""

    records: pl.DataFrame = field(default_factory=pl.DataFrame)
    record_cover: Cover = field(default_factory=Cover)
    covers: dict[str, Cover] = field(default_factory=dict)
    node_files: dict[str, list[Path]] = field(default_factory=dict)
    stub_files: dict[str, list[Path]] = field(default_factory=dict)
    link_files: dict[LinkTarget, list[Path]] = field(default_factory=dict)
    untold: dict[Path, frozenset[str]] = field(default_factory=dict)
    """By file of links what its rows do not speak of, where there is such."""
    whole: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """By label or link type the (source, table) of which the load holds all there is."""
    unread: Unread = field(default_factory=Unread)
    sources: set[str] = field(default_factory=set)
    told_sources: set[str] = field(default_factory=set)
    """Types of links whose rows tell their source themselves."""
    traces: list[Trace] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="guanxi-load-")
    )
    _record_files: list[Path] = field(default_factory=list)
    _files: int = 0

    def __enter__(self) -> Staged:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        self._folder.cleanup()

    def take(self, batches: Iterable[Batch], advance: Callable[[str, int], None] | None = None) -> None:
        """Read all batches to the end. advance: told each entry's name and rows."""
        for batch in one_ahead(batches):
            self._take(batch)
            if advance:
                advance(batch.entry or batch.table, batch.frame.height)
        self.records = _merged([_read(f) for f in self._record_files], "record_id")

    def _take(self, batch: Batch) -> None:
        self.sources.add(batch.source)
        self.warnings.extend(batch.warnings)
        if batch.summed and not batch.whole and batch.frame.height:
            raise BadInput(
                f"{batch.entry or batch.table} sums rows, and files of changes do not hold all that belong to a sum: "
                "--delta would replace sums by parts of them. Load the whole table without --delta, or leave it out.",
                field="mode",
            )
        if batch.whole and not batch.stub:
            tables = self.whole.setdefault(name_of(batch.target), set())
            tables.add(batch.owner or (batch.source, batch.table))
            tables |= _named_tables(batch)
        rows = batch.rows if batch.rows is not None else pl.int_range(batch.frame.height, eager=True)
        frame = batch.frame.with_columns(rows.alias(ROW))
        target = batch.target
        if isinstance(target, RecordTarget):
            key = "record_id"
            file = self._park(_record_columns(frame), self.record_cover, batch.untold)
            self._record_files.append(file)
        elif isinstance(target, NodeTarget):
            key = model.node_type(target.label).key
            file = self._park(frame, self.covers.setdefault(target.label, Cover()))
            files = self.stub_files if batch.stub else self.node_files
            files.setdefault(target.label, []).append(file)
        else:
            key = "id"
            told = frame["source"].unique().to_list()
            self.sources.update(told)
            if told not in ([], [batch.source]):
                self.told_sources.add(target.type)
            own = [name for name in frame.columns if name not in NOT_DIGESTED]
            file = self._park(frame.with_columns(digests(frame, own)), None)
            self.link_files.setdefault(target, []).append(file)
            if batch.untold:
                self.untold[file] = batch.untold
        self.traces.append(Trace(batch.table, target, key, file, frame.height, batch.summed))

    def _park(self, frame: pl.DataFrame, cover: Cover | None, untold: frozenset[str] = frozenset()) -> Path:
        if cover is not None:
            frame = frame.with_columns(pl.lit(1 << len(cover.columns), pl.Int64).alias(COVER))
            cover.columns.append(frozenset(frame.columns) - {COVER, ROW} - untold)
        path = Path(self._folder.name) / f"{self._files}.arrow"
        self._files += 1
        frame.write_ipc(path, compression="lz4", record_batch_size=PART)
        return path

    def nodes(self, label: str) -> pl.DataFrame:
        """The nodes of a label, merged, with their digests. Empty where the load brings none."""
        key = model.node_type(label).key
        frame = _merged([_read(f) for f in self.node_files.get(label, [])], key)
        return frame if frame.is_empty() else with_digest(frame, key)

    def stubs(self, label: str) -> pl.DataFrame:
        """Rows that only name nodes of a label; made where missing."""
        return _merged([_read(f) for f in self.stub_files.get(label, [])], model.node_type(label).key)

    def links(self, target: LinkTarget) -> pl.LazyFrame:
        """The links of a type between two labels, with their digests."""
        parts = [pl.scan_ipc(f).drop(ROW) for f in self.link_files[target]]
        return pl.concat(parts, how="diagonal_relaxed")

    def untold_links(self, target: LinkTarget) -> Iterator[tuple[pl.DataFrame, frozenset[str]]]:
        """By file with columns that it lacks: the ids of its links, and what they do not speak of."""
        for file in self.link_files[target]:
            if file in self.untold:
                yield pl.scan_ipc(file).select("id").unique().collect(), self.untold[file]

    def link_frames(self, target: LinkTarget) -> Iterator[Iterator[pl.DataFrame]]:
        """The same link by link once, in parts that fit into memory; parts of one group have the same columns."""
        whole = self.links(target)
        if len(self.link_files[target]) > 1 and whole.select("id").collect()["id"].is_duplicated().any():
            yield iter([whole.collect().unique("id", keep="first", maintain_order=True)])
            return
        for file in self.link_files[target]:
            part = pl.scan_ipc(file).drop(ROW)
            height = part.select(pl.len()).collect().item()
            yield (part.slice(start, PART).collect() for start in range(0, height, PART))

    def targets(self, link_type: str | None = None) -> list[LinkTarget]:
        """Link targets of the load in the model's order."""
        order = {link.type: i for i, link in enumerate(model.LINKS)}
        found = [t for t in self.link_files if link_type in (None, t.type)]
        return sorted(found, key=lambda t: (order[t.type], t.from_label, t.to_label))

    def named_parties(self) -> pl.DataFrame:
        """Source keys of parties that links name: `record_id`, `implied` kind (null where no link type implies one)."""
        frames = []
        for target in self.targets():
            for end, label in (("from", target.from_label), ("to", target.to_label)):
                if label == "Party":
                    implied = pl.lit(IMPLIED.get((target.type, end)), pl.String)
                    keys = self.links(target).select(record_id=f"{end}_key", implied=implied).unique()
                    frames.append(keys.collect(engine="streaming"))
        if not frames:
            return pl.DataFrame(schema={"record_id": pl.String, "implied": pl.String})
        several = pl.concat(frames).group_by("record_id").agg(pl.col("implied").drop_nulls().unique())
        one = pl.when(pl.col("implied").list.len() == 1).then(pl.col("implied").list.first())
        return several.select("record_id", implied=one)

    def named_nodes(self, label: str) -> pl.Series:
        """Keys of other nodes that links name."""
        frames = [
            self.links(target).select(key=f"{end}_key").unique().collect(engine="streaming")
            for target in self.targets()
            for end, of in (("from", target.from_label), ("to", target.to_label))
            if of == label
        ]
        return pl.concat(frames)["key"].unique() if frames else pl.Series("key", [], dtype=pl.String)


IMPLIED = {
    ("OWNS", "to"): "company",
    ("CONTROLS", "to"): "company",
    ("LEGAL_REPRESENTATIVE_OF", "from"): "person",
    ("LEGAL_REPRESENTATIVE_OF", "to"): "company",
    ("EXECUTIVE_OF", "to"): "company",
    ("KIN_OF", "from"): "person",
    ("KIN_OF", "to"): "person",
}
"""What being the end of a link says for certain about a party that nothing else describes."""


def with_digest(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """A merged frame with the digest of each row."""
    own = [c for c in frame.columns if c not in NOT_DIGESTED and c not in (key, COVER)]
    return frame.with_columns(digests(frame, own))


def table_of(key: str) -> pl.Expr:
    """The table that a row key is of."""
    return pl.col(key).str.splitn(":", 2).struct[0]


def _named_tables(batch: Batch) -> set[tuple[str, str]]:
    """Sources and tables by which the keys of a batch go: others than its own where an export comes back."""
    if isinstance(batch.target, RecordTarget):
        pairs = batch.frame.select("source", "table")
    elif isinstance(batch.target, LinkTarget):
        pairs = batch.frame.select("source", table=table_of("row_key"))
    else:
        parts = pl.col(model.node_type(batch.target.label).key).str.splitn(":", 3).struct
        pairs = batch.frame.select(source=parts[0], table=parts[1])
    return set(pairs.unique().drop_nulls().iter_rows())


def _record_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`party_id` of an export becomes `given_party` where it has our own form."""
    if "party_id" not in frame.columns:
        return frame
    ours = pl.col("party_id").str.contains(f"^{ids.PARTY_ID.pattern}$")
    return frame.with_columns(given_party=pl.when(ours).then("party_id")).drop("party_id")


def _read(file: Path) -> pl.DataFrame:
    return pl.read_ipc(file).drop(ROW)


def _merged(frames: list[pl.DataFrame], key: str) -> pl.DataFrame:
    """One row a key: of each column the first value that is not null, lists of roles and flags united."""
    if not frames:
        return pl.DataFrame(schema={key: pl.String})
    whole = pl.concat(frames, how="diagonal_relaxed")
    again = whole[key].is_duplicated()
    if not again.any():
        return whole
    several = whole.filter(again)
    united = [c for c in ("roles", "flags") if c in whole.columns]
    rest = [c for c in whole.columns if c not in (key, COVER, "priority", "data_day", *united)]
    one = several.group_by(key, maintain_order=True).agg(
        pl.col(COVER).unique().sum(),
        *(pl.col(c).explode(empty_as_null=True).drop_nulls().unique(maintain_order=True) for c in united),
        *(pl.col(c).min() for c in ("priority",) if c in whole.columns),
        *(pl.col(c).max() for c in ("data_day",) if c in whole.columns),
        *(pl.col(c).drop_nulls().first() for c in rest),
    )
    return pl.concat([whole.filter(~again), one.select(whole.columns)])
