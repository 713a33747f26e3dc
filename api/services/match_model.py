"""The settings of a match in splink's terms: comparisons and their levels, blocking rules, a linker over records."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.services.match_records import ID
from api.services.match_rules import Comparison, Key, Level, Line, MatchRules, key_columns

UNSEEN = "not known of both"
OTHER = "different"
_TESTS = {
    "same": "{f}_l = {f}_r",
    "same_core": "{f}_core_l = {f}_core_r",
    "same_letters": "{f}_letters_l = {f}_letters_r",
    "same_reading": "list_has_any({f}_reading_l, {f}_reading_r)",
    "former": "list_has_any({f}_former_l, {f}_former_r)",
    "shared": "list_has_any({f}_l, {f}_r)",
    "edits": "damerau_levenshtein({f}_l, {f}_r) <= {most}",
    "similar": "jaro_winkler_similarity({f}_l, {f}_r) >= {at_least}",
    "exchanged": "({f}_l = {of}_r OR {f}_r = {of}_l)",
    "days": "abs(date_diff('day', try_cast({f}_l AS date), try_cast({f}_r AS date))) <= {most}",
}


def compared_of(rules: MatchRules, fields: tuple[str, ...]) -> list[Comparison]:
    """The comparisons of fields that a table has, without levels that ask for one it has not."""
    return [
        one.model_copy(
            update={"levels": tuple(level for level in one.levels if level.of is None or level.of in fields)}
        )
        for one in rules.comparisons
        if one.field in fields
    ]


def lines_of(lines: tuple[Line, ...], columns: set[str]) -> list[Line]:
    """The lines that a table has all columns for."""
    return [line for line in lines if all(columns.issuperset(key_columns(key)) for key in line)]


def linker_of(
    connection: Any,
    rows: pl.DataFrame,
    rules: MatchRules,
    compared: list[Comparison],
    blocking: list[Line],
    prior: float,
) -> Any:
    from splink import DuckDBAPI, Linker, SettingsCreator

    columns = rules.columns()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=ID,
        probability_two_random_records_match=prior,
        comparisons=[_comparison(c) for c in compared],
        blocking_rules_to_generate_predictions=[rule for line in blocking for rule in _rules(line, columns)],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )
    return Linker(DuckDBAPI(connection).register(rows.to_arrow()), settings, log_level=None)


def scored_pairs(linker: Any, at_least: float | None) -> pl.DataFrame:
    """The pairs with what their probability is made of."""
    scored = linker.inference.predict(threshold_match_probability=at_least, warning_mode="never")
    found = pl.from_arrow(scored.as_pyarrow_table())
    assert isinstance(found, pl.DataFrame)
    return found


def _rules(line: Line, columns: dict[str, bool]) -> list[Any]:
    """A line as splink's rules: one, or where it holds one field against another one each way."""
    from splink.blocking_rule_library import CustomRule

    lists = [key for key in line if isinstance(key, str) and columns[key]]
    ways = [("l", "r")]
    if any(not isinstance(key, str) and key.against for key in line):
        ways.append(("r", "l"))
    texts = [" AND ".join(_equal(key, *way) for key in line) for way in ways]
    return [CustomRule(text, arrays_to_explode=lists) if lists else CustomRule(text) for text in texts]


def _equal(key: Key, one: str, other: str) -> str:
    if isinstance(key, str):
        return f"l.{key} = r.{key}"
    if key.against:
        return f"{one}.{key.field} = {other}.{key.against}"
    return f"substr(l.{key.field}, 1, {key.first}) = substr(r.{key.field}, 1, {key.first})"


def _comparison(comparison: Comparison) -> dict[str, Any]:
    name = comparison.field
    nothing = {"sql_condition": f"{name}_l IS NULL OR {name}_r IS NULL", "is_null_level": True}
    other = {
        "sql_condition": "ELSE",
        "m_probability": float(comparison.other.one),
        "u_probability": float(comparison.other.two),
    }
    levels = [nothing | {"label_for_charts": UNSEEN}, *(_level(name, one) for one in comparison.levels)]
    return {"output_column_name": name, "comparison_levels": [*levels, other | {"label_for_charts": OTHER}]}


def _level(name: str, level: Level) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sql_condition": _TESTS[level.test].format(f=name, most=level.most, at_least=level.at_least, of=level.of),
        "label_for_charts": level.words,
        "m_probability": float(level.one),
        "u_probability": float(level.two),
    }
    return made | ({"tf_adjustment_column": name} if level.rare else {})
