"""Tables of records to be matched: from a file, from source records with their telephones and addresses, from a demo
bank's folder with the answers that were planted in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from api.services.match_records import ID
from api.services.match_rules import LISTS
from graph.errors import BadInput, NotFound
from loaders.canonical import LinkTarget, NodeTarget, RecordTarget
from loaders.demo.manifest import Manifest
from loaders.identifiers import RESIDENT
from loaders.identity import SCHEMA, decide
from loaders.mapping import load_mapping
from loaders.reader import read
from loaders.rejects import RejectLog

ID_COLUMNS = (ID, "unique_id", "id", "key")
DEMO_MAPPING = "credit_core_hr"
_IDENTIFIERS = {"record_id": pl.String, "kind": pl.String, "value": pl.String}


def file_table(file: Path, field: str) -> pl.DataFrame:
    """The rows of a CSV or Parquet file, CSV as texts. Raises NotFound or BadInput naming the option."""
    if not file.is_file():
        raise NotFound(f"There is no file {file}.", field=field, value=str(file))
    try:
        if file.suffix == ".parquet":
            return pl.read_parquet(file)
        return pl.read_csv(file, infer_schema=False)
    except (PolarsError, OSError) as error:
        said = str(error).splitlines()[0]
        raise BadInput(f"{file} is no CSV file with a header line, nor Parquet: {said}.", field=field) from error


def id_column(table: pl.DataFrame, field: str) -> str:
    """The column with the records' keys. Raises BadInput where there is none."""
    found = next((name for name in ID_COLUMNS if name in table.columns), None)
    if found is None:
        raise BadInput(
            f"{field}: no column holds a key for each record; name it {' or '.join(ID_COLUMNS)}.", field=field
        )
    return found


def record_table(records: pl.DataFrame, identifiers: pl.DataFrame) -> pl.DataFrame:
    """Source records with `phone`, `address` (lists) and `email` (the first).

    identifiers: `record_id`, `kind`, `value`, one row an identifier of a record.
    """
    table = records
    for kind in (*LISTS, "email"):
        own = identifiers.filter(pl.col("kind") == kind).group_by(ID).agg(pl.col("value").unique().sort().alias(kind))
        table = table.join(own, on=ID, how="left", maintain_order="left")
    return table.with_columns(pl.col("email").list.first())


def numbers_of(records: pl.DataFrame) -> pl.DataFrame:
    """`record_id` and numbers of which a party has one only: registration code, LEI, resident identity card."""
    some = [name for name in ("uscc", "lei") if name in records.columns]
    resident = pl.when(pl.col("certificate").str.starts_with(RESIDENT)).then("certificate")
    return records.select(ID, *some, resident=resident)


@dataclass(frozen=True)
class PlantedBank:
    """records: as `record_table` gives them, with `party`, the party that their identifiers alone make them.
    planted: `left`, `right` (record ids, left the smaller), `kind`, `variant`: likenesses that were planted."""

    records: pl.DataFrame
    planted: pl.DataFrame


def planted_bank(folder: Path) -> PlantedBank:
    """A demo bank as its systems' tables tell it, and what was planted. Raises NotFound where the folder is none."""
    if not (folder / "manifest.json").is_file():
        raise NotFound(
            f"{folder} is no demo bank: it has no manifest.json. `guanxi demo` makes one under demo/ of its home.",
            field="--demo",
            value=str(folder),
        )
    manifest = Manifest.read(folder)
    batches = list(read(load_mapping(DEMO_MAPPING), folder, rejects=RejectLog(mode="keep-going")))
    records = pl.concat([b.frame for b in batches if isinstance(b.target, RecordTarget)], how="diagonal")
    nodes = [b.frame for b in batches if isinstance(b.target, NodeTarget) and b.target.label == "Identifier"]
    links = [b.frame for b in batches if isinstance(b.target, LinkTarget) and b.target.type == "HAS_IDENTIFIER"]
    values = pl.concat(nodes, how="diagonal").unique("identifier_id").select("identifier_id", "kind", "value")
    used = pl.concat([link.select(record_id="from_key", identifier_id="to_key") for link in links])
    identifiers = used.join(values, on="identifier_id", maintain_order="left").select(*_IDENTIFIERS)
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in records.columns]
    parties = decide(records.with_columns(missing)).assigned.select(ID, party="party_id")
    table = record_table(records, identifiers).join(parties, on=ID, maintain_order="left")
    rows = [(*sorted(one.keys), one.kind, one.variant) for one in manifest.duplicates if one.joined_by == "likeness"]
    schema = dict.fromkeys(("left", "right", "kind", "variant"), pl.String)
    return PlantedBank(table, pl.DataFrame(rows, schema=schema, orient="row"))
