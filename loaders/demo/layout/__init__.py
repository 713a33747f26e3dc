"""The layout of the demo bank's sources: the tables and columns of `credit_core_hr`, kept in this one place."""

from __future__ import annotations

from loaders.demo.layout.base import Column, System, Table
from loaders.demo.layout.core import CORE
from loaders.demo.layout.credit import CREDIT
from loaders.demo.layout.crm import CRM
from loaders.demo.layout.personnel import PERSONNEL

SYSTEMS: tuple[System, ...] = (CREDIT, CORE, PERSONNEL, CRM)
TABLES: dict[str, Table] = {table.name: table for system in SYSTEMS for table in system.tables}
SYSTEM_OF: dict[str, System] = {table.name: system for system in SYSTEMS for table in system.tables}

__all__ = ["CORE", "CREDIT", "CRM", "PERSONNEL", "SYSTEMS", "SYSTEM_OF", "TABLES", "Column", "System", "Table"]
