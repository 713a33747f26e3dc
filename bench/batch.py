"""Related parties of 10,000 ids in one request: 3,000 ids a second at least, at about 5 relations an id.

The shipped purposes give fewer or many more; so the limit is held to `group_risk` cut to one step of everything but
kin and control, and the shipped ones stand beside it.

A real `guanxi` process serves, this one asks; from the first byte sent to the last one read, the median of three after
20 s of warming up, in which Java compiles. Beside it the bare driver sends the very statements that the service sent,
one after the other.
"""

from __future__ import annotations

import http.client
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from api.services.related import related_batch
from api.services.related_rules import RelatedRules, related_rules
from bench import bare
from bench.bank import Bank
from bench.figures import Figure, Limit
from bench.memory import MB, Watch
from bench.recording import RecordingStore, Sent
from bench.sample import sample
from bench.serving import HOST, service
from graph.embedded import EmbeddedServer

IDS = 10_000
ABOUT_FIVE = "group_risk_near"
PURPOSES = (ABOUT_FIVE, "group_risk", "household_marketing")
FARTHER = ("KIN_OF", "CONTROLLED_BY", "CONTROLS")
"""Kinds of link that `group_risk_near` follows for two steps."""
ROUNDS = 3
WARMING_S = 20.0
TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Answered:
    """What came back for all ids, and when the last byte of it did. first_s: when it did the first time."""

    seconds: float
    ids: int = 0
    related: int = 0
    first_s: float = 0.0


def measure(bank: Bank) -> Iterator[Figure]:
    """The batch by the service, then its statements by the bare driver."""
    bank.loaded()
    rules = _with_near(related_rules())
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(bank.home) as connection,
        RecordingStore(connection) as store,
        service(bank.home, GUANXI_RELATED_RULES=_written(rules, Path(folder))) as (port, pid),
    ):
        ids = sample(bank, store.view(), IDS).usual
        for purpose in PURPOSES:
            yield from _of(purpose, rules, bank, store, (port, pid), ids)


def _with_near(rules: RelatedRules) -> RelatedRules:
    """The shipped rules and the purpose of about five relations an id."""
    far = rules.purpose("group_risk")
    steps = tuple(step.model_copy(update={"within": 2 if step.kind in FARTHER else 1}) for step in far.steps)
    near = far.model_copy(update={"depth": 2, "steps": steps})
    return rules.model_copy(update={"purposes": {**rules.purposes, ABOUT_FIVE: near}})


def _written(rules: RelatedRules, folder: Path) -> str:
    file = folder / "related.yaml"
    file.write_text(rules.model_dump_json(), encoding="utf-8")  # JSON is YAML
    return str(file)


def _of(
    purpose: str, rules: RelatedRules, bank: Bank, store: RecordingStore, service: tuple[int, int], ids: list[str]
) -> Iterator[Figure]:
    port, pid = service
    with Watch(pid, bank.home) as peaks:
        answered = _median(lambda: _post(port, ids, purpose))
    view = store.view()
    sent = store.during(lambda: list(related_batch(view, ids, purpose, rules)))
    plain = _median(lambda: _send(store, sent))
    yield Figure(
        f"batch of {answered.ids:,} ids, {answered.related / answered.ids:.1f} relations an id ({purpose})",
        answered.ids / answered.seconds,
        "ids/s",
        Limit(3_000, "at least") if purpose == ABOUT_FIVE else None,
        f"the first time {answered.ids / answered.first_s:,.0f} ids/s; "
        f"the bare driver with the same {len(sent)} statements: {len(ids) / plain.seconds:,.0f} ids/s",
    )
    memory = f"Java {peaks.java / MB:,.0f} MB"
    yield Figure(f"batch, {purpose}: peak memory of the service", peaks.ours / MB, "MB", None, memory)


def _median(work: Callable[[], Answered]) -> Answered:
    warm = time.perf_counter() + WARMING_S
    first = work()
    while time.perf_counter() < warm:
        work()
    median = sorted((work() for _ in range(ROUNDS)), key=lambda answered: answered.seconds)[ROUNDS // 2]
    return replace(median, first_s=first.seconds)


def _post(port: int, ids: list[str], purpose: str) -> Answered:
    """Raises RuntimeError for a refused or broken batch."""
    link = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)
    body = b"\n".join(orjson.dumps(id) for id in ids)
    begun = time.perf_counter()
    try:
        link.request("POST", f"/v1/related:batch?purpose={purpose}", body, {"Content-Type": "application/x-ndjson"})
        answer = link.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - begun
    finally:
        link.close()
    if answer.status != 200:
        raise RuntimeError(f"the batch was answered with {answer.status}: {text[:500]!r}")
    lines = [orjson.loads(line) for line in text.splitlines()[1:]]
    if len(lines) != len(ids) or any("problem" in line for line in lines):
        raise RuntimeError(f"{len(lines)} lines for {len(ids)} ids; the last: {text.splitlines()[-1][:500]!r}")
    return Answered(seconds, len(lines), sum(len(line["related"]) for line in lines))


def _send(store: RecordingStore, sent: list[Sent]) -> Answered:
    begun = time.perf_counter()
    with bare.reading(store, fetch=5_000) as session:
        for one in sent:
            for _ in session.run(one.text, one.params):
                pass
    return Answered(time.perf_counter() - begun)
