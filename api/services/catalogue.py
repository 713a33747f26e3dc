"""Which sources have been loaded, and why a section of an answer is empty."""

from __future__ import annotations

from functools import lru_cache

from api.services.answers import no_run_for_day
from graph.store import Store, View


@lru_cache(maxsize=64)
def _deliveries(store: Store, seq: int) -> dict[str, tuple[str, ...]]:
    """Mappings by the label or link type that their published loads wrote; kept, for a publication never changes."""
    found: dict[str, set[str]] = {}
    for row in store.read("catalogue/deliveries", {}, by=seq):
        for touched in row["touched"]:
            found.setdefault(touched, set()).add(row["mapping"] or "a load without a name")
    return {touched: tuple(sorted(names)) for touched, names in found.items()}


def mappings_loaded(view: View) -> list[str]:
    """The mappings of all published loads."""
    return sorted({name for names in _deliveries(view.store, view.seq).values() for name in names})


def why_empty(view: View, types: tuple[str, ...], derived: bool = False) -> str:
    """The reason why nothing of these labels or link types was found for a party.

    types: empty where only runs find such. derived: an analysis run makes some too.
    """
    reasons = [_not_delivered(view, types)] if types else []
    if derived:
        reasons.append(_not_derived(view))
    return "; ".join(reasons)


def _not_derived(view: View) -> str:
    if told := no_run_for_day(view):
        return told
    if view.run_id is None:
        return "no analysis run has been made yet; `guanxi run` makes one"
    return f"nothing found by {view.run_id}"


def _not_delivered(view: View, types: tuple[str, ...]) -> str:
    delivered = _deliveries(view.store, view.seq)
    names = sorted({name for type_ in types for name in delivered.get(type_, ())})
    if names:
        return f"no data from {', '.join(names)}"
    return "no data: no source that delivers this has been loaded"
