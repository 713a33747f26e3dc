"""The order of sources: of several that tell one holding the first counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from graph.store import Store


@lru_cache(maxsize=8)
def source_order(store: Store, seq: int) -> Mapping[str, int]:
    """The place of each source; unknown ones come last. Asked only where two tell of one holding, and kept, for a
    publication never changes."""
    rows = store.read("snapshot/source_order", store.view(seq=seq).params)
    return defaultdict(lambda: len(rows), {row["source"]: place for place, row in enumerate(rows)})
