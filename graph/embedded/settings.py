"""The settings of the embedded server, read from the environment once.

| setting | meaning | default |
| --- | --- | --- |
| GUANXI_HOME | folder of one database: data, conf, logs, password, archive | `.guanxi` in the working folder |
| GUANXI_CACHE | what homes share: the server's jars and the start cache | `guanxi` in the user's cache folder |
| GUANXI_JARS | folder of jars copied in by hand; nothing is fetched then | none |
| GUANXI_MAVEN_REPOSITORY | address of the artifact repository to fetch from | the public one |
| GUANXI_NEO4J_PORT | Bolt port, fixed | a free one, remembered in the home |
| GUANXI_NEO4J_HEAP, GUANXI_NEO4J_PAGECACHE | sizes such as `768m` or `4g` | from the machine and the store |
| GUANXI_NEO4J_REPLAN | seconds that a query plan stays, however data and sizes of lists change | 10, by size |
| GUANXI_START_TIMEOUT | seconds the server may take to answer | 180 |
| GUANXI_START_CACHE | `off`: make no start cache when the server stops | on |

The jars lie outside the home because several homes (and each test run) use the same ones.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import BadInput

_SIZE = re.compile(r"^\d+[kmg]$", re.IGNORECASE)
_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True)
class Settings:
    """What the environment says about the embedded server; sizes in bytes, waits in seconds."""

    cache: Path
    jars: Path | None
    repository: str | None
    port: int | None
    heap: int | None
    pagecache: int | None
    replan: int | None
    start_timeout: float
    start_cache: bool


def home_folder(env: Mapping[str, str] = os.environ) -> Path:
    """GUANXI_HOME, made absolute."""
    return Path(env.get("GUANXI_HOME") or ".guanxi").expanduser().absolute()


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings, checked. Raises BadInput naming the one that cannot be taken."""
    return Settings(
        cache=Path(env.get("GUANXI_CACHE") or _user_cache(env)).expanduser().absolute(),
        jars=_folder(env, "GUANXI_JARS"),
        repository=_address(env, "GUANXI_MAVEN_REPOSITORY"),
        port=_number(env, "GUANXI_NEO4J_PORT", 1, 65535),
        heap=_size(env, "GUANXI_NEO4J_HEAP"),
        pagecache=_size(env, "GUANXI_NEO4J_PAGECACHE"),
        replan=_number(env, "GUANXI_NEO4J_REPLAN", 1, 86_400),
        start_timeout=float(_number(env, "GUANXI_START_TIMEOUT", 1, 86_400) or 180),
        start_cache=env.get("GUANXI_START_CACHE", "on").lower() not in {"off", "0", "no", "false"},
    )


def _user_cache(env: Mapping[str, str]) -> Path:
    if env.get("XDG_CACHE_HOME"):
        return Path(env["XDG_CACHE_HOME"]) / "guanxi"
    mac = sys.platform == "darwin"
    return Path("~/Library/Caches/guanxi" if mac else "~/.cache/guanxi")


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(name)
    if not text:
        return None
    folder = Path(text).expanduser().absolute()
    if not folder.is_dir():
        raise BadInput(f"{name} names {folder}, which is no folder.", field=name, value=text)
    return folder


def _address(env: Mapping[str, str], name: str) -> str | None:
    text = env.get(name)
    if text and not re.match(r"^https?://[^/\s]+", text):
        raise BadInput(f"{name} must be an address starting with https:// or http://.", field=name)
    return text.rstrip("/") if text else None


def _number(env: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = env.get(name)
    if not text:
        return None
    if not text.isdecimal() or not low <= int(text) <= high:
        message = f"{name} is {text!r}; it must be a whole number from {low} to {high}."
        raise BadInput(message, field=name, value=text)
    return int(text)


def _size(env: Mapping[str, str], name: str) -> int | None:
    text = env.get(name)
    if not text:
        return None
    if not _SIZE.match(text):
        raise BadInput(f"{name} is {text!r}; write a size such as 768m or 4g.", field=name, value=text)
    return int(text[:-1]) * _UNITS[text[-1].lower()]
