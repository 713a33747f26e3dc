"""The settings of the service, from the environment (`GUANXI_...`). The store's own are read by `graph`."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph import times
from graph.errors import BadInput

TITLE = "Guanxi 关系"
"""What the API calls itself."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """What the environment says. Everything has a default that serves on one machine."""

    model_config = SettingsConfigDict(env_prefix="GUANXI_", env_ignore_empty=True, extra="ignore", frozen=True)

    home: Path = Field(default=Path(".guanxi"), description="folder of the embedded database, logs, archive")
    host: str = Field(default="127.0.0.1", description="address to serve on; loopback only until authentication exists")
    port: int = Field(default=8000, ge=1, le=65_535, description="port to serve on")
    hosts: str = Field(default="", description="further names that callers may call it by, parted by commas")
    zone: str = Field(default=times.DEFAULT_ZONE, description="the bank's time zone")
    user: str | None = Field(default=None, description="acting user of the command line, instead of the system's")
    bank: str = Field(default="", description="the bank's name in the head of the page")
    grading: Path | None = Field(default=None, description="score table of customers instead of the shipped one")
    related_rules: Path | None = Field(default=None, description="rules of related parties instead of the shipped ones")
    audience_rules: Path | None = Field(default=None, description="whom campaigns may approach, not as shipped")
    threads: int = Field(default=40, ge=1, le=1_000, description="requests answered at the same time")
    warm_world: bool = Field(default=True, description="thaw the world of the current run once `up` answers")
    max_body: int = Field(default=4_000_000, ge=1_000, description="bytes a request may bring")

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is no time zone; write one such as Asia/Shanghai") from error
        return value

    @field_validator("hosts")
    @classmethod
    def _plain_hosts(cls, value: str) -> str:
        if wrong := [name for name in value.split(",") if not re.fullmatch(r"\s*(\*\.)?[\w.-]*\s*", name)]:
            raise ValueError(f"{wrong[0].strip()!r} is no host name; write names such as guanxi.bank.example")
        return value

    @property
    def known_hosts(self) -> tuple[str, ...]:
        """The names under which it answers; a page of another name that points here (DNS rebinding) is refused."""
        return (*sorted(LOOPBACK), "[::1]", *filter(None, (name.strip() for name in self.hosts.split(","))))

    @property
    def archive(self) -> Path:
        """Where runs keep their tables."""
        return self.home / "archive"


def read_settings(**overrides: object) -> Settings:
    """The settings. Raises BadInput naming the variable or option that cannot be taken. overrides: by options."""
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        told = f"--{name.replace('_', '-')}" if overrides.get(name) is not None else f"GUANXI_{name.upper()}"
        raise BadInput(f"{told} cannot be taken: {first['msg']}.", field=told, value=first["input"]) from error


def check_host(host: str) -> str:
    """The address to serve on. Raises BadInput for any but loopback: nobody proves who he is yet."""
    if host not in LOOPBACK:
        raise BadInput(
            f"Guanxi does not serve on {host!r}: it does not ask users who they are yet, so only this machine may "
            "connect. Leave out --host, or put a gateway that authenticates in front.",
            field="host",
            value=host,
        )
    return host
