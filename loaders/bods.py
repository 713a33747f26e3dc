"""Reading Beneficial Ownership Data Standard statements: persons and entities as records, interests as links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from graph import model, times
from graph.ids import source_key
from loaders import identifiers
from loaders.above_one import companies_above_one, current_shares, flagged_above_one
from loaders.bods_interests import Interest, interests_of
from loaders.bods_statements import Json, Statement, Statements, day, read_statements
from loaders.canonical import Batch, LinkTarget, RecordTarget
from loaders.csv_source import LINE
from loaders.link_ids import link_ids
from loaders.mapping import Mapping
from loaders.rejects import ROW, RejectLog
from loaders.targets import POLARS

TABLE = "statement"
RECORDS = "record"
_EXEMPT = {"state": "sovereign", "stateBody": "public_body"}
_ATTRIBUTES = (
    *("name", "former_names", "certificate", "lei", "country", "birth_day"),
    *("registered_on", "company_kind", "exempt"),
)
_RECORD_COLUMNS: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("record_id", "source", "table", "key", "kind")},
    "priority": pl.Int64(),
    "roles": pl.List(pl.String),
    "data_day": pl.Int64(),
    "flags": pl.List(pl.String),
    **{p.name: POLARS[p.kind] for p in model.PARTY_ATTRIBUTES if p.name in _ATTRIBUTES},
}
_LINK_COLUMNS: dict[str, pl.DataType] = {
    ROW: pl.UInt32(),
    **{name: pl.String() for name in ("from_key", "to_key", "row_key")},
    **{name: pl.Int64() for name in ("valid_from", "valid_to")},
    "status": pl.String(),
    "flags": pl.List(pl.String),
    "source": pl.String(),
    "data_day": pl.Int64(),
}
_OWN: dict[str, tuple[str, ...]] = {
    "OWNS": ("share", "votes", "share_min", "share_max", "holding_kind"),
    "CONTROLS": ("basis",),
    "EXECUTIVE_OF": ("post",),
}


def read_bods(
    mapping: Mapping, location: Path, *, rejects: RejectLog, data_date: date | None = None
) -> Iterator[Batch]:
    """Records, then holdings, control and offices. `data_date` stands in where a statement has no publication date."""
    source = next(iter(mapping.sources.values()))
    statements = read_statements(location)
    _account(source.name, statements, rejects)
    maker = _Maker(source.name, source.priority, data_date)
    yield _batch(RecordTarget(), _records(statements, maker, rejects), source.name, "Party from statements")
    links = _links(statements, maker)
    for kind in _OWN:
        frame = _link_frame(kind, [row for name, row in links if name == kind], rejects)
        yield _batch(LinkTarget(kind, "Party", "Party"), frame, source.name, f"{kind} from statements")


def _batch(target: RecordTarget | LinkTarget, frame: pl.DataFrame, source: str, entry: str) -> Batch:
    return Batch(target, frame, source, TABLE, entry=entry)


def _account(source: str, statements: Statements, rejects: RejectLog) -> None:
    """Every statement is a row; `line` is its place in the input."""
    rejects.open_table(TABLE, statements.read)
    rejects.take(TABLE, pl.Series([s.ordinal - 1 for s in statements.taken], dtype=pl.UInt32))
    for ordinal, column, value, reason in statements.refused:
        row = pl.DataFrame({ROW: [ordinal - 1], LINE: [ordinal], "value": [value]})
        rejects.reject(source, TABLE, column, reason, row)


class _Maker:
    """Makes rows of the contract for one source."""

    def __init__(self, source: str, priority: int, data_date: date | None) -> None:
        self.source, self.priority = source, priority
        self._data_day = times.to_day(data_date) if data_date else None

    def key(self, record: str) -> str:
        return source_key(self.source, RECORDS, record)

    def day_of(self, published_on: str) -> int | None:
        published = day(published_on)
        return times.to_day(published) if published else self._data_day

    def record(self, statement: Statement) -> Json:
        body = statement.body
        attributes, flags = _person(body) if statement.kind == "person" else _entity(body)
        kind = "person" if statement.kind == "person" else "company"
        return self.row(statement.record, kind, self.day_of(statement.published_on), flags) | attributes

    def row(self, key: str, kind: str | None, data_day: int | None, flags: list[str]) -> Json:
        return {
            "record_id": self.key(key),
            "source": self.source,
            "table": RECORDS,
            "key": key,
            "kind": kind,
            "priority": self.priority,
            "roles": [],
            "data_day": data_day,
            "flags": flags,
        }

    def link(self, statement: Statement, interest: Interest, number: int) -> Json:
        holder = statement.holder or _unnamed(statement)
        started, ended = interest.starts, interest.ends
        return {
            ROW: interest.ordinal - 1,
            "from_key": self.key(holder),
            "to_key": self.key(statement.subject or ""),
            "row_key": f"{TABLE}:{interest.began}/{number}",
            "valid_from": times.to_day(started) if started else times.SINCE_EVER,
            "valid_to": times.to_day(ended) if ended else times.UNTIL_FURTHER,
            "status": interest.status,
            "flags": list(interest.flags),
            "source": self.source,
            "data_day": self.day_of(interest.published_on),
        } | _own_values(interest)


def _unnamed(statement: Statement) -> str:
    """The key of a party that a relationship does not name."""
    return f"unspecified/{statement.record}"


def _records(statements: Statements, maker: _Maker, rejects: RejectLog) -> pl.DataFrame:
    told = [(history[-1], maker.record(history[-1])) for history in statements.of("person", "entity").values()]
    for history in statements.of("relationship").values():
        last = history[-1]
        if last.unspecified:
            flags = [f"unspecified:{last.unspecified}"]
            told.append((last, maker.row(_unnamed(last), None, maker.day_of(last.published_on), flags)))
    for statement, record in told:
        for flag in record["flags"]:
            rejects.flag(TABLE, flag.split("=")[0], pl.Series([statement.ordinal - 1], dtype=pl.UInt32))
    return pl.DataFrame([record for _, record in told], schema=_RECORD_COLUMNS, orient="row")


def _links(statements: Statements, maker: _Maker) -> list[tuple[str, Json]]:
    found = []
    for history in statements.of("relationship").values():
        counted: dict[str, int] = {}
        for interest in interests_of(history):
            number = counted[interest.began] = counted.get(interest.began, 0) + 1
            found.append((interest.type, maker.link(history[-1], interest, number)))
    return found


def _link_frame(kind: str, rows: list[Json], rejects: RejectLog) -> pl.DataFrame:
    link = model.link_type(kind)
    own = {p.name: POLARS[p.kind] for p in link.properties if p.name in _OWN[kind]}
    frame = pl.DataFrame(rows, schema=_LINK_COLUMNS | own, orient="row")
    if kind == "OWNS":
        unknown = pl.all_horizontal(pl.col(n).is_null() for n in ("share", "votes", "share_min", "share_max"))
        frame = _flagged(frame, unknown, "unknown:share", rejects)
        frame = _above_one_flagged(frame, rejects)
    frame = _flagged(frame, pl.col("from_key") == pl.col("to_key"), "self_link", rejects)
    frame = _flagged(frame, pl.col("valid_to") <= pl.col("valid_from"), "period", rejects)
    return frame.with_columns(link_ids(kind, frame, link.basis)).drop(ROW)


def _above_one_flagged(frame: pl.DataFrame, rejects: RejectLog) -> pl.DataFrame:
    """Of the direct holdings without an end: a statement's day says when it was told, not that it holds still."""
    open_ones = frame.with_columns(data_day=pl.lit(None, pl.Int64)).filter(pl.col("status") == "confirmed")
    companies = companies_above_one([current_shares(open_ones)])
    ended = pl.col("valid_to") != times.UNTIL_FURTHER
    which = frame.select(~ended & (pl.col("status") == "confirmed") & pl.col("to_key").is_in(companies.implode()))
    rejects.flag(TABLE, "above_one", frame[ROW].filter(which.to_series()))
    return flagged_above_one(frame, which.to_series())


def _flagged(frame: pl.DataFrame, which: pl.Expr, flag: str, rejects: RejectLog) -> pl.DataFrame:
    found = frame.filter(which)
    if not found.height:
        return frame
    rejects.flag(TABLE, flag, found[ROW])
    return frame.with_columns(
        flags=pl.when(which).then(pl.concat_list("flags", pl.lit(flag))).otherwise(pl.col("flags"))
    )


def _own_values(interest: Interest) -> Json:
    if interest.type == "EXECUTIVE_OF":
        return {"post": interest.basis}
    if interest.type == "CONTROLS":
        return {"basis": interest.basis}
    band = interest.share if interest.share != type(interest.share)() else interest.votes
    return {
        "share": interest.share.exact,
        "votes": interest.votes.exact,
        "share_min": band.low,
        "share_max": band.high,
        "holding_kind": interest.basis,
    }


def _person(body: Json) -> tuple[Json, list[str]]:
    names = [n for n in body.get("names") or [] if n.get("fullName")]
    names.sort(key=lambda n: n.get("type") not in ("legal", "individual"))
    born = body.get("birthDate")
    ahead = _ahead("birth_day", born)
    flags = [f"partial:birth_day={born}"] if born and not day(born) else list(ahead)
    if body.get("personType") in ("anonymousPerson", "unknownPerson"):
        flags.append(f"unspecified:{body['personType']}")
    nations = [n.get("code") for n in body.get("nationalities") or [] if n.get("code")]
    attributes, doubts = _identified(body)
    attributes |= {
        "name": names[0]["fullName"] if names else None,
        "former_names": [n["fullName"] for n in names[1:]],
        "birth_day": None if ahead else _day_number(born),
        "country": nations[0][:2] if nations else None,
    }
    return attributes, flags + doubts


def _entity(body: Json) -> tuple[Json, list[str]]:
    stated = body.get("entityType") or {}
    kind: Json = stated if isinstance(stated, dict) else {"type": stated}
    where = body.get("jurisdiction") or body.get("incorporatedInJurisdiction") or {}
    attributes, flags = _identified(body)
    founded = body.get("foundingDate")
    ahead = _ahead("registered_on", founded)
    flags = [*flags, *ahead]
    if kind.get("type") in ("anonymousEntity", "unknownEntity"):
        flags.append(f"unspecified:{kind['type']}")
    attributes |= {
        "name": body.get("name"),
        "former_names": list(body.get("alternateNames") or []),
        "registered_on": None if ahead else _day_number(founded),
        "country": (where.get("code") or "")[:2] or None,
        "company_kind": " ".join(str(kind[k]) for k in ("type", "subtype") if kind.get(k)) or None,
        "exempt": _EXEMPT.get(str(kind.get("type"))),
    }
    return attributes, flags


def _identified(body: Json) -> tuple[Json, list[str]]:
    """The LEI, and the first other identifier as `scheme:number`; an LEI with a wrong check digit is kept as a flag."""
    given = [i for i in body.get("identifiers") or [] if i.get("id")]
    lei = next((str(i["id"]) for i in given if i.get("scheme") == "XI-LEI"), None)
    other: list[Any] = [i for i in given if i.get("scheme") != "XI-LEI"]
    certificate = (
        f"{other[0].get('scheme') or other[0].get('schemeName') or 'other'}:{other[0]['id']}" if other else None
    )
    if certificate and len(certificate.encode()) > identifiers.LONGEST:
        attributes, flags = _identified({"identifiers": [i for i in given if i not in other]})
        return attributes, [*flags, "value:certificate"]
    if lei and identifiers.wrong("lei", pl.Series([lei]))[0]:
        return {"lei": None, "certificate": certificate}, [f"identifier:lei={lei}"]
    return {"lei": lei, "certificate": certificate}, []


def _ahead(name: str, text: Any) -> list[str]:
    """The flag of a day that lies ahead, where nothing can have happened yet."""
    found = day(text)
    return [f"value:{name}={text}"] if found and found > times.today("UTC") else []


def _day_number(text: Any) -> int | None:
    found = day(text)
    return times.to_day(found) if found else None
