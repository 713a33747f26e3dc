"""neo4j.conf and the Java options, written anew at each start, so that a garbled file mends itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import psutil

from graph.embedded.files import write_whole
from graph.embedded.home import Home
from graph.embedded.lock import Line
from graph.embedded.settings import Settings

_MB = 1 << 20
_SMALL_STORE = 512 * _MB

# The admin command starts a Java process of its own with these from neo4j.conf; the import dies without them.
JVM_OPENINGS = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)


@dataclass(frozen=True)
class MemoryPlan:
    """Bytes for Java's heap and for the page cache."""

    heap: int
    pagecache: int


def plan_memory(settings: Settings, machine_bytes: int, store_bytes: int) -> MemoryPlan:
    """Sizes for this machine and store; settings win.

    A small store gets 640 MB and 192 MB at most (under 1.5 GB of process with all else Java takes); a larger
    one up to a sixth of the machine each, at most 2 GB of heap, and a page cache that holds the store.
    """
    large = store_bytes > _SMALL_STORE
    heap = min(machine_bytes // 6, 2048 * _MB) if large else min(machine_bytes // 4, 640 * _MB)
    wanted = max(192 * _MB, store_bytes * 5 // 4)
    pagecache = min(machine_bytes // 6, wanted) if large else min(machine_bytes // 16, 192 * _MB)
    return MemoryPlan(settings.heap or max(heap, 256 * _MB), settings.pagecache or max(pagecache, 64 * _MB))


def pagecache_after_import(settings: Settings, machine_bytes: int) -> int:
    """Bytes of page cache for the start that makes the indexes of an imported store, which is then read once.

    A larger one is filled with what nobody asks for again, while the importing process wants the memory.
    """
    return settings.pagecache or min(machine_bytes // 6, 1536 * _MB)


def machine_memory() -> int:
    """Bytes of memory this process may count on: the machine's, or its container's limit."""
    limits = [psutil.virtual_memory().total]
    for place in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(place).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    return min(limits)


def write_conf(folder: Path, line: Line, port: int, memory: MemoryPlan, replan_s: int | None = None) -> None:
    """neo4j.conf: loopback only, logging in required, no HTTP, no usage reports, no reading of local files.

    replan_s: seconds that a query plan stays, however much the data change meanwhile, and whatever the sizes of lists
    and texts asked with; None leaves it to Neo4j.
    """
    address = f"127.0.0.1:{port}"
    rows = [
        "# Written by Guanxi at each start; changes here are lost.",
        "server.default_listen_address=127.0.0.1",
        "server.default_advertised_address=127.0.0.1",
        "server.bolt.enabled=true",
        f"server.bolt.listen_address={address}",
        f"server.bolt.advertised_address={address}",
        "server.http.enabled=false",
        "server.https.enabled=false",
        "dbms.security.auth_enabled=true",
        "dbms.security.allow_csv_import_from_file_urls=false",
        "dbms.usage_report.enabled=false",
        "db.tx_log.preallocate=false",
        f"server.memory.heap.initial_size={memory.heap}",
        f"server.memory.heap.max_size={memory.heap}",
        f"server.memory.pagecache.size={memory.pagecache}",
        line.quiet_setting,
        *(
            [f"dbms.cypher.min_replan_interval={replan_s}s", "internal.cypher.use_parameter_size=false"]
            if replan_s
            else []
        ),
        *(f"server.jvm.additional={option}" for option in JVM_OPENINGS),
    ]
    write_whole(folder / "neo4j.conf", "\n".join(rows) + "\n")


def configured_port(home: Home) -> int | None:
    """The Bolt port that the server started last was given; None when the file does not tell."""
    try:
        text = (home.conf / "neo4j.conf").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    found = re.search(r"^server\.bolt\.listen_address=127\.0\.0\.1:(\d{1,5})$", text, re.MULTILINE)
    return int(found[1]) if found else None


JAVA_OPTIONS = ("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders")
"""What the start cache depends on, beside the jars. Each takes a tenth off Java's work in writing; the parallel
collector's halts over a heap of 2 GB are too short to be seen among answers."""
_YOUNG = "-XX:NewRatio=1"
"""Half of the heap for what is young: what a transaction writes dies there, which takes a third off the collector's
work while a load goes on."""
COMPILER = (
    "-XX:Tier4InvocationThreshold=20000",
    "-XX:Tier4MinInvocationThreshold=2400",
    "-XX:Tier4CompileThreshold=60000",
    "-XX:Tier4BackEdgeThreshold=160000",
)
"""Four times Java's own limits before a method is compiled for the last time, which was a quarter of Java's work in a
load over Bolt. A server just started answers at its full speed a little later. The start cache depends on them, too."""
_LARGE_HEAP = 4096 * _MB
"""From here on halts would be seen: the collector that works beside the program takes over."""


def write_java_options(home: Home, jars: list[Path], memory: MemoryPlan, start_cache: list[str]) -> Path:
    """The file of Java options (the class path is too long for a readable process list)."""
    options = [
        f"-Xms{min(memory.heap, 256 * _MB)}",
        f"-Xmx{memory.heap}",
        *start_cache,
        *(("-XX:+UseG1GC", *JAVA_OPTIONS[1:]) if memory.heap > _LARGE_HEAP else (*JAVA_OPTIONS, _YOUNG)),
        *COMPILER,
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-OmitStackTraceInFastThrow",
        f"-XX:ErrorFile={home.logs}/java-crash-%p.log",
        "-Dlog4j2.disable.jmx=true",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Djdk.nio.maxCachedBufferSize=1024",
        "-Dfile.encoding=UTF-8",
        *JVM_OPENINGS,
        "-cp",
        class_path(jars),
    ]
    file = home.conf / "java.args"
    write_whole(file, "".join(f"{_quoted(option)}\n" for option in options))
    return file


def class_path(jars: list[Path]) -> str:
    """The jars as Java wants them; every one by name, so that a stray file in their folder is never loaded."""
    return ":".join(str(jar) for jar in jars)


def _quoted(option: str) -> str:
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
