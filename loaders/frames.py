"""What every batch must be, as pandera schemas made from the model: the last look before rows leave the loaders."""

from __future__ import annotations

from functools import cache

import pandera.errors
import pandera.polars as pa
import polars as pl

from graph import model
from loaders.canonical import Batch, NodeTarget, RecordTarget, Target
from loaders.checks import all_distinct
from loaders.targets import POLARS


class ContractBroken(AssertionError):
    """A batch is not what `canonical.py` says: a fault in the loaders, never in the source."""


def assert_contract(batch: Batch) -> None:
    """Raises ContractBroken where a batch's columns, types, nulls or ranges are not those of its target."""
    try:
        _schema(batch.target).validate(batch.frame, lazy=True)
    except pandera.errors.SchemaErrors as err:
        raise ContractBroken(f"{batch.entry}: {err.failure_cases}") from err
    key = _key(batch.target)
    if not all_distinct(batch.frame[key]):
        raise ContractBroken(f"{batch.entry}: two rows have one {key}")


def _key(target: Target) -> str:
    if isinstance(target, RecordTarget):
        return "record_id"
    return model.node_type(target.label).key if isinstance(target, NodeTarget) else "id"


@cache
def _schema(target: Target) -> pa.DataFrameSchema:
    if isinstance(target, RecordTarget):
        return pa.DataFrameSchema(_record_columns(), strict=True)
    if isinstance(target, NodeTarget):
        node = model.node_type(target.label)
        key = pa.Column(pl.String, nullable=False)
        return pa.DataFrameSchema({node.key: key} | _properties(node.properties), strict=True)
    return pa.DataFrameSchema(_link_columns() | _properties(model.link_type(target.type).properties), strict=True)


def _record_columns() -> dict[str, pa.Column]:
    kinds = pa.Column(pl.String, pa.Check.isin(["person", "company"]), nullable=True)
    optional = pa.Column(pl.String, nullable=True, required=False)
    return {
        "record_id": pa.Column(pl.String, nullable=False),
        **{name: pa.Column(pl.String, nullable=False) for name in ("source", "table", "key")},
        "kind": kinds,
        "priority": pa.Column(pl.Int64, nullable=False),
        "roles": pa.Column(pl.List(pl.String), nullable=False),
        "flags": pa.Column(pl.List(pl.String), nullable=False),
        "data_day": pa.Column(pl.Int64, nullable=True),
        "same_as": optional,
        "party_id": optional,
    } | _properties(model.PARTY_ATTRIBUTES)


def _link_columns() -> dict[str, pa.Column]:
    texts = ("from_key", "to_key", "row_key", "source")
    return {
        "id": pa.Column(pl.String, nullable=False),
        **{name: pa.Column(pl.String, nullable=False) for name in texts},
        "valid_from": pa.Column(pl.Int64, nullable=False),
        "valid_to": pa.Column(pl.Int64, nullable=False),
        "status": pa.Column(pl.String, pa.Check.isin(list(model.STATUSES)), nullable=False),
        "flags": pa.Column(pl.List(pl.String), nullable=False),
        "data_day": pa.Column(pl.Int64, nullable=True),
    }


def _properties(properties: tuple[model.Property, ...]) -> dict[str, pa.Column]:
    return {p.name: _column(p) for p in properties}


def _column(prop: model.Property) -> pa.Column:
    checks = _BOUNDS.get(prop.kind, [])
    return pa.Column(POLARS[prop.kind], checks, nullable=True, required=False)


_BOUNDS = {model.Kind.SHARE: [pa.Check.in_range(0, 1)], model.Kind.RATE: [pa.Check.gt(0)]}
