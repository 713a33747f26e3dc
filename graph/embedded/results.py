"""What the embedded server's operations take and answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ServerStatus:
    """How the embedded server of one home stands at this moment."""

    home: Path
    line: str
    version: str
    running: bool
    ready: bool
    pid: int | None
    uri: str | None
    kept: bool
    users: tuple[int, ...]
    """Process ids of the Guanxi processes connected, our own included."""
    rss_bytes: int | None
    store_bytes: int
    log_file: Path


@dataclass(frozen=True)
class NodeFiles:
    """One kind of node in the offline import: CSV files of which the first (or its first line) is the header."""

    files: tuple[Path, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkFiles:
    """One kind of link in the offline import: CSV files of which the first (or its first line) is the header."""

    files: tuple[Path, ...]
    type: str = ""


@dataclass(frozen=True)
class ImportFiles:
    """All that one offline import takes.

    options: of the import command, without dashes, such as {"id-type": "string", "array-delimiter": "|"}.
    """

    nodes: Sequence[NodeFiles]
    links: Sequence[LinkFiles]
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportReport:
    """What the offline import put into the store."""

    nodes: int
    links: int
    properties: int
    elapsed_ms: int
