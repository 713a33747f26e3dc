"""How right a matching is: pairs of records found, against labels that the matching never sees."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel

from algorithms.match_clusters import Agreement, pairwise
from api.services.match_records import ID, prepared
from api.services.match_rules import match_rules, shipped_match_rules
from api.services.match_tables import ID_COLUMNS, file_table, id_column, numbers_of, planted_bank
from api.services.matching import Matching, joined, match, ppb
from graph.errors import BadInput

SCORES = ("clerical_match_score", "match", "label")
TRUTHS = ("cluster", "party", "party_id")
What = Literal["joined", "clustered", "asked"]


class MatchFigures(BaseModel):
    """Pairs of one kind of outcome. what: `joined` (as likely as `join_at`), `clustered` (within the clusters that the
    joined make), `asked` (shown to a person). precision, recall, f1: fractions to four places; null where there is
    nothing to divide by."""

    what: What
    pairs: int
    right: int
    there: int
    precision: str | None
    recall: str | None
    f1: str | None


class MatchEvaluation(BaseModel):
    """One kind of party. truth: what it was held against. omitted: fields that the records have no column for."""

    kind: Literal["person", "company"]
    truth: str
    records: int
    fields: list[str]
    join_at: str
    ask_at: str
    figures: list[MatchFigures]
    omitted: list[str]


class MatchEvaluations(BaseModel):
    """What an evaluation answers."""

    evaluations: list[MatchEvaluation]


def evaluate_file(records: Path, labels: Path, settings: str = "person") -> MatchEvaluations:
    """Match the records of a file and hold the pairs against labels, which the matching does not see.

    labels: a file of pairs (`KEY_l`, `KEY_r`, and a score of which 0.5 and above means one party; without a score every
    row does), which alone are counted; or of records with the party of each (`cluster`, `party`). May be the file of
    records itself. Raises NotFound or BadInput naming file and column.
    """
    rules = match_rules(settings)
    table = file_table(records, "--records")
    key = id_column(table, "--records")
    matching = match(prepared(table, rules, key), rules)
    told = file_table(labels, "--labels")
    truth = next((name for name in TRUTHS if name in told.columns), None)
    if truth and id_column(told, "--labels"):
        figures = _against_parties(matching, told.select(pl.col(id_column(told, "--labels")).alias(ID), party=truth))
        by = f"{truth} of {labels.name}"
    else:
        figures = _against_pairs(matching, _labelled(told, labels))
        by = f"{told.height:,} labelled pairs of {labels.name}"
    return MatchEvaluations(evaluations=[_evaluation(matching, by, figures)])


def evaluate_demo(folder: Path) -> MatchEvaluations:
    """Match the records of a demo bank; counted are the pairs that no identifier joins, against the planted ones."""
    bank = planted_bank(folder)
    found = []
    for kind in ("person", "company"):
        rules = shipped_match_rules("person" if kind == "person" else "company")
        own = bank.records.filter(pl.col("kind") == kind)
        matching = match(prepared(own, rules), rules)
        planted = bank.planted.filter(pl.col("kind") == kind)
        figures = _against_planted(matching, numbers_of(own), own.select(ID, "party"), planted)
        found.append(_evaluation(matching, f"{planted.height:,} planted likenesses", figures))
    return MatchEvaluations(evaluations=found)


def _evaluation(matching: Matching, truth: str, figures: list[tuple[What, Agreement]]) -> MatchEvaluation:
    rules, records = matching.rules, matching.records
    return MatchEvaluation(
        kind=rules.kind,
        truth=truth,
        records=records.rows.height,
        fields=list(records.fields),
        join_at=str(rules.join_at),
        ask_at=str(rules.ask_at),
        figures=[
            MatchFigures(
                what=what,
                pairs=one.found,
                right=one.right,
                there=one.there,
                precision=_places(one.precision),
                recall=_places(one.recall),
                f1=_places(one.f1),
            )
            for what, one in figures
        ],
        omitted=[f"{name}: the records have no column for it" for name in records.lacking],
    )


def _places(fraction: float | None) -> str | None:
    return None if fraction is None else f"{fraction:.4f}"


def _between(matching: Matching) -> pl.DataFrame:
    return matching.at_least(ppb(matching.rules.ask_at)).filter(pl.col("probability") < ppb(matching.rules.join_at))


def _against_parties(matching: Matching, truth: pl.DataFrame) -> list[tuple[What, Agreement]]:
    """Over all pairs of records of which the party is told."""
    ids = matching.records.rows.select(ID)
    told = ids.join(truth.with_columns(pl.col(ID).cast(pl.String)), on=ID, how="left", maintain_order="left")
    if told.height != ids.height or told["party"].has_nulls():
        lacking = told.filter(pl.col("party").is_null())[ID]
        said = f"{len(lacking):,} records have no party, {lacking[0]} for one" if len(lacking) else "a key stands twice"
        raise BadInput(f"The labels do not fit the records: {said}.", field="--labels")
    party = told["party"].rank("dense").cast(pl.Int64).to_numpy()
    made, sure = joined(matching)
    there = pairwise(made.of, party)
    of = dict(zip(ids[ID].to_list(), party.tolist(), strict=True))

    def direct(pairs: pl.DataFrame) -> Agreement:
        ends = pairs.select("left", "right").iter_rows()
        return Agreement(pairs.height, sum(of[a] == of[b] for a, b in ends), there.there)

    kept = sure.filter(~pl.col("refused"))
    return [("joined", direct(kept)), ("clustered", there), ("asked", direct(_between(matching)))]


def _labelled(told: pl.DataFrame, file: Path) -> pl.DataFrame:
    """`left`, `right` (left the smaller) and `same` of labelled pairs."""
    ends = [name for name in told.columns if name.endswith("_l") and name[:-2] in ID_COLUMNS]
    left = ends[0] if ends else None
    if left is None or f"{left[:-2]}_r" not in told.columns:
        raise BadInput(
            f"{file} holds neither pairs (record_id_l, record_id_r) nor the party of each record "
            f"({' or '.join(TRUTHS)}); it has {', '.join(told.columns)}.",
            field="--labels",
        )
    score = next((name for name in SCORES if name in told.columns), None)
    same = pl.lit(value=True) if score is None else pl.col(score).cast(pl.Float64, strict=False) >= 0.5
    one, other = (pl.col(name).cast(pl.String) for name in (left, f"{left[:-2]}_r"))
    found = told.select(left=pl.min_horizontal(one, other), right=pl.max_horizontal(one, other), same=same)
    if found["same"].has_nulls():
        raise BadInput(f"{file}: {score} is no number between 0 and 1 in some rows.", field=str(score))
    return found.unique(["left", "right"], maintain_order=True)


def _against_pairs(matching: Matching, labelled: pl.DataFrame) -> list[tuple[What, Agreement]]:
    """Over the labelled pairs alone."""
    made, sure = joined(matching)
    cluster = matching.records.rows.select(ID).with_columns(of=pl.Series(made.of))
    ends = labelled.join(cluster.rename({ID: "left", "of": "a"}), on="left", maintain_order="left")
    ends = ends.join(cluster.rename({ID: "right", "of": "b"}), on="right", maintain_order="left")
    if ends.height < labelled.height:
        raise BadInput("The labels name records that the file of records does not have.", field="--labels")
    there = int(labelled["same"].sum())

    def of(pairs: pl.DataFrame) -> Agreement:
        met = labelled.join(pairs, on=["left", "right"], how="semi")
        return Agreement(met.height, int(met["same"].sum()), there)

    together = ends.filter(pl.col("a") == pl.col("b"))
    return [
        ("joined", of(sure.filter(~pl.col("refused")))),
        ("clustered", of(together)),
        ("asked", of(_between(matching))),
    ]


def _against_planted(
    matching: Matching, numbers: pl.DataFrame, party: pl.DataFrame, planted: pl.DataFrame
) -> list[tuple[What, Agreement]]:
    """Over pairs of parties that identifiers keep apart."""
    of = dict(party.iter_rows())
    made, sure = joined(matching, numbers)
    true = {_parties(of, a, b) for a, b in planted.select("left", "right").iter_rows()}

    def against(pairs: pl.DataFrame) -> Agreement:
        met = {_parties(of, a, b) for a, b in pairs.select("left", "right").iter_rows()}
        apart = {pair for pair in met if pair[0] != pair[1]}
        return Agreement(len(apart), len(apart & true), len(true))

    within = matching.records.rows.select(ID).with_columns(of=pl.Series(made.of)).join(party, on=ID)
    within = within.unique(["of", "party"]).select("of", left=ID)
    chained = within.join(within.rename({"left": "right"}), on="of").filter(pl.col("left") < pl.col("right"))
    return [
        ("joined", against(sure.filter(~pl.col("refused")))),
        ("clustered", against(chained)),
        ("asked", against(_between(matching))),
    ]


def _parties(of: dict[str, str], one: str, other: str) -> tuple[str, str]:
    first, second = sorted((of[one], of[other]))
    return first, second
