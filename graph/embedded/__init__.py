"""The embedded Neo4j: fetched, checked, started, shared and stopped without anybody installing anything."""

from graph.embedded.progress import Progress, Silent
from graph.embedded.results import ImportFiles, ImportReport, LinkFiles, NodeFiles, ServerStatus
from graph.embedded.server import EmbeddedServer

__all__ = [
    "EmbeddedServer",
    "ImportFiles",
    "ImportReport",
    "LinkFiles",
    "NodeFiles",
    "Progress",
    "ServerStatus",
    "Silent",
]
