"""Tables for other programs, as CSV or Parquet: what the current run, or an earlier one, found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

import polars as pl
import pyarrow.parquet as pq

from algorithms.threshold import PPB
from api.services.figures_table import every_table
from api.services.kept_run import current_run, run_kept
from api.services.run_archive import Archive
from graph.embedded.progress import Progress, Silent
from graph.errors import BadInput
from graph.store import View
from loaders.spreadsheet_text import no_formulas


@dataclass(frozen=True)
class Kept:
    """A table of the archive: its name there, its columns of party ids, those of parts per billion, and those that an
    export leaves out."""

    name: str
    parties: tuple[str, ...]
    fractions: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


KEPT: Mapping[str, Kept] = {
    "control": Kept("control", ("controller_id", "controlled_id"), ("votes",)),
    "basis": Kept("basis", ()),
    "coverage": Kept("coverage", ()),
    "exposures": Kept("exposures", ("group_id",), ("ratio", "limit", "nearness")),
    "group-totals": Kept("group_totals", ("group_id",)),
    "party-totals": Kept("party_totals", ("party_id",)),
    "group-business": Kept("group_business", ()),
    "guarantee-cover": Kept("guarantee_cover", ()),
    "changes": Kept("changes", ("party_id",)),
    "dependence": Kept("dependence", ("dependent_id", "provider_id"), ("weight",)),
    "circles": Kept("circles", ("party_id",)),
    "mutual-pairs": Kept("mutual_pairs", ("party_id", "other_id")),
    "guarantee-chains": Kept("guarantee_chains", ("guarantor_id", "party_id")),
    "owners": Kept("owners", ("company_id", "person_id"), ("integrated", "mixed"), ("through_id",)),
    "payment-patterns": Kept("payment_patterns", ("party_id", "end_id", "from_id", "to_id")),
    "bank-related-parties": Kept("bank_related_parties", ("party_id", "of_id"), ("share",)),
    "referrals": Kept("referrals", ("referrer_id", "referred_id")),
    "referral-chains": Kept("referral_chains", ("party_id",)),
    "referral-totals": Kept("referral_totals", ("party_id",)),
    "likely-referrers": Kept("likely_referrers", ("party_id",), ("score",)),
    "likely-referrers-quality": Kept("likely_referrers_quality", (), ("area",)),
    "households": Kept("households", ("party_id",)),
    "household-totals": Kept("household_totals", ()),
    "household-changes": Kept("household_changes", ("party_id",)),
    "families": Kept("families", ("party_id",)),
    "family-totals": Kept("family_totals", ()),
    "openings": Kept("openings", ("party_id", "linked_id"), ("score", "similar", "segment_part")),
    "openings-suppressed": Kept("openings_suppressed", ("party_id",), ("score",)),
    "openings-counts": Kept("openings_counts", ("party_id",)),
    "segments": Kept("segment_members", ("party_id",)),
    "segments-counts": Kept("segment_counts", ()),
    "grades": Kept("grades", ("party_id",)),
    "key-persons": Kept("key_persons", ("company_id", "person_id")),
    "close-links": Kept("close_links", ("holder_id", "held_id"), ("capital", "votes")),
}
"""Tables that are written as the run's archive keeps them, fractions as decimals; CSV joins several texts by `; `."""
GROUPS = ("group_id", "party_id", "role", "kind", "status")
FIGURES = "figures"
AUDIENCE = "audience"
TABLES = ("control", "groups", *(name for name in KEPT if name != "control"), FIGURES, AUDIENCE)
PARTIES_OF: Mapping[str, tuple[str, ...]] = {"groups": ("party_id",), FIGURES: (), AUDIENCE: ("party_id",)}
"""Tables that are read from the store, with their columns of party ids."""
EXCHANGE = "exchange"
"""Not a table but a folder of files: `loaders.exchange_export`."""
Form = Literal["csv", "parquet"]
_AT_ONCE = 50_000


def votes_text(ppb: int) -> str:
    """Parts per billion as a fraction, exact, without needless zeros: 510000000 is 0.51."""
    whole, rest = divmod(ppb, PPB)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


class SourceKeys:
    """The source keys that parties are best known by, looked up in batches and remembered."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[str, str] = {}

    def swap(self, page: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
        """Put source keys in the place of party ids; parties that only links name, and groups, keep their id."""
        parts = {part for c in columns for text in page[c].drop_nulls().to_list() for part in text.split("+")}
        wanted = sorted(parts - self._known.keys())
        for found in self._view.read("export/source_keys", ids=wanted) if wanted else ():
            self._known[found["party_id"]] = found["source_key"]
        told = ([self._told(text) for text in page[c].to_list()] for c in columns)
        return page.with_columns(pl.Series(c, texts, dtype=pl.String) for c, texts in zip(columns, told, strict=True))

    def _told(self, text: str | None) -> str | None:
        return text and "+".join(self._known.get(part, part) for part in text.split("+"))


def _pages(view: View, table: str, archive: Path, run_id: str | None) -> Iterator[pl.DataFrame]:
    """The table in parts; at least one, which may have no rows."""
    if table == "groups":
        yield from _groups_of(archive, run_id) if run_id else _groups(view)
        return
    if table == FIGURES:
        yield _figures(view, archive, run_id)
        return
    if table == AUDIENCE:
        yield from _audiences(view, run_id)
        return
    kept = KEPT[table]
    with pq.ParquetFile(Archive(archive, run_id or current_run(view)).table(kept.name)) as file:
        yield pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table())).drop(kept.left_out)
        for batch in file.iter_batches(batch_size=_AT_ONCE):
            yield pl.DataFrame(pl.from_arrow(batch)).drop(kept.left_out)


def _groups(view: View) -> Iterator[pl.DataFrame]:
    """Groups of every kind as the view sees them."""
    schema = dict.fromkeys(GROUPS, pl.String)
    yield pl.DataFrame(schema=schema)
    for page in view.store.pages("export/groups", size=_AT_ONCE, **view.params):
        yield pl.DataFrame([[row[name] or "" for name in GROUPS] for row in page], schema=schema, orient="row")


def _figures(view: View, archive: Path, run_id: str | None) -> pl.DataFrame:
    """By all that figures are told by."""
    if run_id:
        raise BadInput(
            f"{FIGURES} is told by the run of a day; leave --run out and give --as-of.", field="--run", value=run_id
        )
    return every_table(view, archive)


_AUDIENCE: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("campaign_id", "audience_id", "party_id"), pl.String()),
    "held_back": pl.Boolean(),
    "channel": pl.String(),
    "at": pl.Datetime("ms", "UTC"),
    "place": pl.Int64(),
    "score": pl.Int64(),
}


def _audiences(view: View, run_id: str | None) -> Iterator[pl.DataFrame]:
    """Whom all stored audiences approach and hold back."""
    if run_id:
        raise BadInput("Audiences are found by no run; leave --run out.", field="--run", value=run_id)
    yield pl.DataFrame(schema=_AUDIENCE)
    kinds = {**_AUDIENCE, "at": pl.Int64()}
    for page in view.store.pages("export/audience", size=_AT_ONCE, **view.params):
        frame = pl.DataFrame([[row[name] for name in kinds] for row in page], schema=kinds, orient="row")
        yield frame.with_columns(pl.from_epoch("at", time_unit="ms").dt.replace_time_zone("UTC"))


def _groups_of(archive: Path, run_id: str) -> Iterator[pl.DataFrame]:
    """The groups that one run found: of control, then of connected clients that are more than that."""
    tables = Archive(archive, run_id)
    control = pl.read_parquet(tables.table("groups"))
    yield control.with_columns(kind=pl.lit("control"), status=pl.lit("confirmed")).select(GROUPS)
    connected = pl.read_parquet(tables.table("connected")).drop("rules")
    status = pl.when(pl.col("status") == "firm").then(pl.lit("confirmed")).otherwise(pl.lit("flagged"))
    yield connected.with_columns(kind=pl.lit("connected"), status=status).select(GROUPS)


def export(
    view: View,
    table: str,
    out: TextIO,
    *,
    archive: Path,
    run_id: str | None = None,
    source_keys: bool = False,
    form: Form = "csv",
    progress: Progress | None = None,
) -> int:
    """Write a table as CSV (or Parquet, into the binary buffer of `out`); how many rows.

    Raises NotFound where there is no run for the view's day, or of that id. run_id: an earlier run, whose tables lie in
    the archive; groups are then those that it found.
    """
    watch = progress or Silent()
    watch.step(f"Writing {table}")
    if run_id and table not in (FIGURES, AUDIENCE):
        run_kept(view.store, run_id)
    kept = KEPT.get(table) or Kept(table, PARTIES_OF[table], ("score",) if table == AUDIENCE else ())
    keys = SourceKeys(view) if source_keys else None
    writer = _Parquet(out, kept.fractions) if form == "parquet" else _Csv(out, kept.fractions)
    written = 0
    with closing(writer):
        for page in _pages(view, table, archive, run_id):
            writer.write(keys.swap(page, kept.parties) if keys else page)
            written += page.height
            watch.advance(written, 0)
    return written


class _Csv:
    """Pages as CSV under one header; fractions as decimals without needless zeros."""

    def __init__(self, out: TextIO, fractions: Sequence[str]) -> None:
        self._out, self._fractions, self._begun = out, fractions, False

    def write(self, page: pl.DataFrame) -> None:
        told = {
            c: pl.Series(c, [None if v is None else votes_text(v) for v in page[c].to_list()], dtype=pl.String)
            for c in self._fractions
        }
        several = pl.col(pl.List(pl.String)).list.join("; ")
        cells = no_formulas(page.with_columns(several, **told))
        self._out.write(cells.write_csv(include_header=not self._begun))
        self._begun = True

    def close(self) -> None:
        """Nothing is left to write."""


class _Parquet:
    """Pages as one Parquet file; fractions as decimals of nine places."""

    def __init__(self, out: TextIO, fractions: Sequence[str]) -> None:
        self._out, self._fractions = out, fractions
        self._writer: pq.ParquetWriter | None = None

    def write(self, page: pl.DataFrame) -> None:
        exact = (pl.col(c).cast(pl.Decimal(38, 0)) / pl.lit(PPB).cast(pl.Decimal(38, 9)) for c in self._fractions)
        table = page.with_columns(one.cast(pl.Decimal(18, 9)) for one in exact).to_arrow()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._out.buffer, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        """Write the end of the file."""
        if self._writer is not None:
            self._writer.close()
