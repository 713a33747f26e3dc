"""Matching the store's own source records: what is as likely as `join_at` is joined, what is less waits for a person.

What is found is kept as links `POSSIBLY_SAME` between records and written as a load, so that it is published at once,
told in its report, rolled back like any other, and so that a person's decision on a link survives the next matching.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson
import polars as pl
from pydantic import BaseModel

from api.services.match_records import ID, prepared
from api.services.match_rules import Kind, MatchRules
from api.services.match_tables import numbers_of, record_table
from api.services.matching import joined, match, ppb
from graph import model, times
from graph.embedded.progress import Progress, Silent
from graph.store import Store, View
from loaders.canonical import Batch, LinkTarget
from loaders.engine import GivenBatches, load_reading
from loaders.identity import SCHEMA, decide
from loaders.link_ids import link_ids
from loaders.report import LoadOptions

SOURCE = model.MATCHING
LINK = "POSSIBLY_SAME"
LIKENESS = "likeness"
SHARE = 400_000
_TEXTS, _DAY = pl.List(pl.String), pl.Int64
_RECORD: dict[str, Any] = {
    "record_id": pl.String, "name": pl.String, "name_en": pl.String, "former_names": _TEXTS, "birth_day": _DAY,
    "gender": pl.String, "registered_on": _DAY, "kind": pl.String, "priority": pl.Int64, "uscc": pl.String,
    "certificate": pl.String, "lei": pl.String, "same_as": pl.String, "given_party": pl.String,
}  # fmt: skip
_LINK: dict[str, Any] = {
    "id": pl.String, "from_key": pl.String, "to_key": pl.String, "row_key": pl.String, "valid_from": _DAY,
    "valid_to": _DAY, "status": pl.String, "flags": _TEXTS, "source": pl.String, "data_day": _DAY, "by": pl.String,
    "probability": pl.Int64, "explained": pl.String, "decided": pl.String,
}  # fmt: skip


class MatchReport(BaseModel):
    """What a matching did. joined: pairs that are one party now by likeness, `asked` those that wait for a person, of
    all kinds and runs. new_*: those of this one. load_id: None where there was nothing to match."""

    load_id: str | None
    published_seq: int | None
    records: int
    joined: int
    asked: int
    new_joined: int
    new_asked: int
    closed: int
    joined_parties: int


@dataclass(frozen=True)
class _Found:
    """links: as the load writes them, kept ones included. joined, asked: how many of them are new."""

    links: pl.DataFrame
    records: int
    joined: int
    asked: int


def match_store(
    store: Store, rules: Mapping[Kind, MatchRules], user: str, progress: Progress | None = None
) -> MatchReport:
    """Match all persons and companies of the store. Raises Conflict where a load or run is going on."""
    watch = progress or Silent()
    watch.step("Reading records")
    view = store.view()
    records = _records(view)
    if records.height < 2:
        return MatchReport(
            load_id=None, published_seq=None, records=records.height, joined=0, asked=0, new_joined=0, new_asked=0,
            closed=0, joined_parties=0,
        )  # fmt: skip
    table = record_table(records, _identifiers(view))
    before, today = _links(view), times.to_day(times.today(store.zone))
    found = []
    for kind, settings in rules.items():
        watch.step(f"Comparing records of {'persons' if kind == 'person' else 'companies'}")
        own = table.filter(pl.col("kind") == kind)
        found.append(_found(own, settings, before.join(own.select(from_key=ID), on="from_key", how="semi"), today))
    batches = [
        Batch(LinkTarget(LINK, "Party", "Party"), one.links, SOURCE, kind, entry=f"{kind} records")
        for kind, one in zip(rules, found, strict=True)
    ]
    options = LoadOptions(mode="full", user=user, allow_closing=True, bulk="never")
    report = load_reading(store, GivenBatches(batches, SOURCE), options, watch)
    links = pl.concat([one.links for one in found])
    change = report.changes.get(LINK)
    return MatchReport(
        load_id=report.load_id,
        published_seq=report.published_seq,
        records=records.height,
        joined=links.filter(pl.col("status") == "confirmed").height,
        asked=links.filter(pl.col("status") == "flagged").height,
        new_joined=sum(one.joined for one in found),
        new_asked=sum(one.asked for one in found),
        closed=change.closed if change else 0,
        joined_parties=report.joined_parties,
    )


@dataclass(frozen=True)
class Applied:
    """What applying decisions did: parties joined into others, and parties that parted from others."""

    load_id: str
    joined_parties: int
    parted: int


def apply_decided(store: Store, user: str, progress: Progress | None = None) -> Applied:
    """Join and part parties as the links now say; matchings do so too, and loads where they touch the parties."""
    empty = pl.DataFrame(schema=_LINK).drop("decided")
    batch = Batch(LinkTarget(LINK, "Party", "Party"), empty, SOURCE, "decided", whole=False, entry="decided")
    options = LoadOptions(mode="full", user=user, bulk="never")  # reads all; of no table does it hold the whole
    report = load_reading(store, GivenBatches([batch], SOURCE), options, progress)
    parties = report.changes.get("Party")
    return Applied(report.load_id, report.joined_parties, parties.created if parties else 0)


def _found(own: pl.DataFrame, rules: MatchRules, before: pl.DataFrame, today: int) -> _Found:
    """The links of one kind of party: decided and joined ones stay, waiting ones are told anew, new ones are added."""
    base = _base(own)
    matching = match(prepared(own, rules), rules)
    numbers = numbers_of(own).join(base, on=ID)
    names = [name for name in numbers.columns if name not in (ID, "base")]
    whole = numbers.select(ID, *(pl.col(name).drop_nulls().first().over("base") for name in names))
    _, sure = joined(matching, whole)
    refused = sure.filter("refused").select("left", "right", refused=pl.lit(value=True))
    pairs = matching.at_least(ppb(rules.ask_at)).join(refused, on=["left", "right"], how="left", maintain_order="left")
    pairs = _between_parties(pairs, base)
    stays = _between_parties(before, base, "from_key", "to_key")
    settled = stays.filter(pl.col("decided").is_not_null() | (pl.col("status") == "confirmed"))
    pairs = pairs.join(settled.select("a", "b"), on=["a", "b"], how="anti", maintain_order="left")
    # the likeliest pair of records stands for its parties; one that waits already goes on to, for decisions bind to it
    waiting = stays.select(left="from_key", right="to_key", waits=pl.lit(value=True))
    pairs = pairs.join(waiting, on=["left", "right"], how="left", maintain_order="left")
    pairs = pairs.sort("waits", "probability", "left", "right", descending=[True, True, False, False], nulls_last=True)
    pairs = pairs.unique(["a", "b"], keep="first", maintain_order=True)
    status = pl.when((pl.col("probability") >= ppb(rules.join_at)) & pl.col("refused").is_null())
    pairs = pairs.with_columns(status=status.then(pl.lit("confirmed")).otherwise(pl.lit("flagged")))
    explained = [orjson.dumps([asdict(field) for field in pair.fields]).decode() for pair in matching.explained(pairs)]
    made = _as_links(pairs, rules.kind, explained, today)
    new = pairs.filter(pl.col("waits").is_null())["status"].to_list()
    links = pl.concat([settled.filter(pl.col("source") == SOURCE).select(made.columns), made])
    return _Found(links, own.height, new.count("confirmed"), new.count("flagged"))


def _as_links(pairs: pl.DataFrame, kind: Kind, explained: list[str], today: int) -> pl.DataFrame:
    frame = pairs.select(
        pl.col("left").alias("from_key"),
        pl.col("right").alias("to_key"),
        pl.concat_str(pl.lit(f"{kind}:"), "left", pl.lit("|"), "right").alias("row_key"),
        pl.lit(times.SINCE_EVER, pl.Int64).alias("valid_from"),
        pl.lit(times.UNTIL_FURTHER, pl.Int64).alias("valid_to"),
        "status",
        pl.lit([], _TEXTS).alias("flags"),
        pl.lit(SOURCE).alias("source"),
        pl.lit(today, pl.Int64).alias("data_day"),
        pl.lit(LIKENESS).alias("by"),
        "probability",
        pl.Series("explained", explained, pl.String),
    )
    return frame.select(link_ids(LINK, frame, "by"), *frame.columns)


def _base(own: pl.DataFrame) -> pl.DataFrame:
    """`record_id`, `base`: the party that identifiers alone would make of each record."""
    none = [pl.lit(None, pl.String).alias("current_party"), pl.lit(None, pl.Int64).alias("current_seq")]
    return decide(own.with_columns(none).select(*SCHEMA)).assigned.select(ID, base="party_id")


def _between_parties(pairs: pl.DataFrame, base: pl.DataFrame, left: str = "left", right: str = "right") -> pl.DataFrame:
    """Pairs whose ends identifiers keep apart, with `a` and `b`, those parties in order."""
    ends = pairs.join(base.rename({ID: left, "base": "one"}), on=left, maintain_order="left")
    ends = ends.join(base.rename({ID: right, "base": "other"}), on=right, maintain_order="left")
    ends = ends.filter(pl.col("one") != pl.col("other"))
    return ends.with_columns(a=pl.min_horizontal("one", "other"), b=pl.max_horizontal("one", "other"))


def _records(view: View) -> pl.DataFrame:
    more = {"party": pl.String, "party_kind": pl.String}
    found = _read(view, "export/records", "plan/count_nodes[SourceRecord]", _RECORD, more)
    return found.with_columns(kind=pl.coalesce("kind", "party_kind")).select(*_RECORD).sort(ID)


def _identifiers(view: View) -> pl.DataFrame:
    more = {"kind": pl.String, "value": pl.String}
    counted = "plan/count_links[HAS_IDENTIFIER]"
    return _read(view, "export/identifiers", counted, {"from_key": pl.String}, more).rename({"from_key": ID})


def _links(view: View) -> pl.DataFrame:
    """What matching has found so far and persons have proposed, with the status that was given first."""
    name = f"export/links[{LINK}:Party:Party]"
    return _read(view, name, f"plan/count_links[{LINK}]", _LINK, {})


def _read(view: View, statement: str, counted: str, asked: Mapping[str, Any], more: Mapping[str, Any]) -> pl.DataFrame:
    """Columns that a statement of `cypher/export` gives: the properties asked for, then its own."""
    schema = {**asked, **more}
    return pl.concat([pl.DataFrame(schema=schema), *_pages(view, statement, counted, list(asked), schema)])


def _pages(
    view: View, statement: str, counted: str, asked: list[str], schema: Mapping[str, Any]
) -> Iterator[pl.DataFrame]:
    total = next(iter(view.store.pages(counted)))[0]
    shares = -(-int(next(iter(total.values()))) // SHARE)
    for share in range(shares):
        given = {**view.params, "columns": asked, "share": share, "shares": shares}
        for page in view.store.pages(statement, size=4, **given):
            for row in page:
                columns = zip(schema.items(), row["columns"], strict=True)
                yield pl.DataFrame([pl.Series(name, values, kind) for (name, kind), values in columns])
