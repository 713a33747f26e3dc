"""`search`, `show`, `map`, `export`: commands that read."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO, cast

import typer

from api.cli.asked import Party, party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.party_pages import print_party
from api.cli.plain import PlainStream
from api.cli.sheet import print_notes, print_sheet
from api.cli.written import check_place, whole_file
from api.services.answers import many, run_note
from api.services.export import EXCHANGE, TABLES, export
from api.services.grading import with_grading
from api.services.network import PICTURE_NODES, PICTURE_PER_KIND, network
from api.services.opening_section import with_openings
from api.services.party import party, party_sections
from api.services.party_choice import GRADING, OPENINGS, SECTIONS, TOPICS, chosen
from api.services.search import Filters, SearchAnswer, search
from graph.errors import BadInput
from viz.models import read_picture


@app.command("search")
def search_command(
    text: Annotated[str, typer.Argument(help="A part of a name, pinyin, initials, or an exact number.")],
    kind: Annotated[str | None, typer.Option(help="person or company")] = None,
    branch: Annotated[str | None, typer.Option(help="A branch with all below it: id, code or name.")] = None,
    manager: Annotated[str | None, typer.Option(help="A manager: id, staff number or name.")] = None,
    limit: int = 20,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Find parties, best first."""
    if kind not in (None, "person", "company"):
        raise BadInput(f"--kind is {kind!r}; give person or company.", field="kind", value=kind)
    with opened(keep_db) as (guanxi, _):
        answer = search(guanxi.view(), text, Filters(kind, branch, manager), limit)  # type: ignore[arg-type]
        print_json(answer) if as_json else _print_hits(answer)


def _print_hits(answer: SearchAnswer) -> None:
    if not answer.hits and answer.seq:  # of an empty store that has been said
        out.print(f"Nothing found for {answer.query!r}. Try fewer words, pinyin, or an exact number.")
    rows = []
    for hit in answer.hits:
        matched = f"{hit.matched_by}: {hit.matched}" if hit.matched != hit.name else hit.matched_by
        rows.append((hit.party_id, hit.name or "", hit.name_en or "", ", ".join(hit.roles), matched))
    if rows:
        print_sheet(("party", "name", "", "roles", "matched by"), rows, title=("party", "name", ""))
    print_notes(*answer.omitted)


@app.command("show")
def show_command(
    party_: Party,
    sections: Annotated[
        str | None, typer.Option(help=f"These alone, parted by commas: {', '.join((*SECTIONS, *TOPICS))}.")
    ] = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Everything known of one party."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    names = SECTIONS if sections is None else chosen([sections])
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(*days)
        asked = party_asked(view, party_)
        answer = party(view, asked) if sections is None else party_sections(view, asked, names)
        if GRADING in names:
            answer = with_grading(view, guanxi.grading, answer)
        if OPENINGS in names:
            answer = with_openings(view, guanxi.settings.archive, answer)
        print_json(answer) if as_json else print_party(answer)


@app.command("map")
def map_command(
    party_: Party,
    file: Annotated[Path, typer.Option("--out", help="The HTML file to write.")],
    depth: Annotated[int, typer.Option(help="Links away, 1 to 3.")] = 2,
    kinds: Annotated[str | None, typer.Option(help="Kinds of link, parted by commas.")] = None,
    limit: Annotated[int, typer.Option(help="Nodes at most.")] = PICTURE_NODES,
    per_kind: Annotated[
        int, typer.Option("--per-kind", help="Neighbours of a node by kind and direction at most.")
    ] = PICTURE_PER_KIND,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    keep_db: KeepDb = False,
) -> None:
    """Draw a party's network as one HTML file that opens anywhere, offline."""
    from viz.map import write_map

    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    check_place(file, "--out")
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(*days)
        asked = party_asked(view, party_)
        answer = network(
            view, asked, depth=depth, kinds=kinds.split(",") if kinds else None, limit=limit, per_kind=per_kind
        )
        written = write_map(read_picture(answer.model_dump()), file)
    out.print(f"{written}: {many(len(answer.nodes), 'node')}, {many(len(answer.links), 'link')}")


@app.command("export")
def export_command(
    table: Annotated[str, typer.Argument(help=", ".join((*TABLES, EXCHANGE)))],
    file: Annotated[Path | None, typer.Option("--out", help="The file (for exchange: the folder) to write.")] = None,
    source_keys: Annotated[bool, typer.Option("--source-keys", help="The sources' own keys instead of ids.")] = False,
    run_id: Annotated[str | None, typer.Option("--run", help="What an earlier run found.")] = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    form: Annotated[str, typer.Option("--format", help="csv or parquet")] = "csv",
    keep_db: KeepDb = False,
) -> None:
    """Write a table that a run found as CSV or Parquet, or all that is loaded as exchange files."""
    if table == EXCHANGE:
        useless = {"--source-keys": source_keys, "--run": run_id, "--as-of": as_of}
        _export_exchange(file, form, known_on, keep_db, [name for name, given in useless.items() if given])
        return
    if table not in TABLES:
        raise BadInput(f"There is no table {table!r}; known are {', '.join((*TABLES, EXCHANGE))}.", field="TABLE")
    if form not in ("csv", "parquet"):
        raise BadInput(f"--format is {form!r}; give csv or parquet.", field="--format", value=form)
    if form == "parquet" and file is None:
        raise BadInput("--format parquet writes a file: say where by --out FILE.", field="--format", value=form)
    for name, day in (("--as-of", as_of), ("--known-on", known_on)):
        if run_id and day:
            raise BadInput(f"{name} does not go with --run: a run speaks of its own day. Leave one out.", field=name)
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    check_place(file, "--out")
    with opened(keep_db) as (guanxi, watch):
        view = guanxi.view(*days)
        write = partial(
            export,
            view,
            table,
            archive=guanxi.settings.archive,
            run_id=run_id,
            source_keys=source_keys,
            form=form,  # type: ignore[arg-type]
            progress=watch,
        )
        if table == "groups" and not run_id and (told := run_note(view)):
            watch.note(told)
        if file is None:
            if sys.stdout.isatty():
                watch.hide()  # the rows themselves show the progress
            write(cast(TextIO, PlainStream(sys.stdout)) if sys.stdout.isatty() and form == "csv" else sys.stdout)
        else:
            with whole_file(file) as part, part.open("w", encoding="utf-8", newline="") as stream:
                count = write(stream)
            watch.pause()
            watch.note(f"{file}: {many(count, 'row')}")


def _export_exchange(folder: Path | None, form: str, known_on: str | None, keep_db: bool, useless: list[str]) -> None:
    from loaders.exchange_export import export_exchange  # half a second that no other command here needs

    if folder is None:
        raise BadInput("Say where the files go: guanxi export exchange --out DIR.", field="--out")
    if useless:
        told = "exchange files hold links of every day, under the sources' own keys, and nothing that a run derived."
        raise BadInput(f"{useless[0]} does not go with exchange: {told} Leave it out.", field=useless[0])
    day = read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, watch):
        done = export_exchange(guanxi.view(None, day), folder, form, watch)
        watch.pause()
        for warning in done.warnings:
            watch.note(warning)
        watch.note(f"{folder}: {sum(done.rows.values()):,} rows in {len(done.rows)} files")
