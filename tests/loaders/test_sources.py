"""CSV, Parquet and databases: encodings, broken lines, and the same rows from each."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import BadInput
from loaders.csv_source import LINE, read_csv
from loaders.mapping import Table
from loaders.rejects import RejectLog
from loaders.sql_source import Database, without_password
from tests.loaders.reading import Result, mapping_of

MAPPING = """
name: small
sources: {core: {currency: CNY}}
defaults: {%s}
tables: {CUST: {key: NO}}
entries:
- party: company
  table: CUST
  properties: {name: NAME, registered_capital: CAPITAL}
"""


def _load(folder: Path | str, settings_: str = "", **more: object) -> Result:
    return Result(mapping_of(MAPPING % settings_), folder, **more)  # type: ignore[arg-type]


def _named(result: Result) -> dict[str, str]:
    return dict(result.records.select("key", "name").iter_rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n1,上海恒泰贸易有限公司,12.50\n", encoding=encoding)
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    assert _named(_load(tmp_path, f"encoding: {name}")) == {"1": "上海恒泰贸易有限公司"}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_auto_tells_utf8_from_gb18030(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n1,恒泰,1\n", encoding=encoding)
    assert _named(_load(tmp_path, "encoding: auto")) == {"1": "恒泰"}


def test_gzip_delimiter_padding_and_a_folder_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    text = "NO|NAME|CAPITAL\n1|恒泰　 |1,234.50\n"
    (tmp_path / "core" / "cust.csv.gz").write_bytes(gzip.compress(text.encode()))
    result = _load(tmp_path, 'delimiter: "|"')
    assert _named(result) == {"1": "恒泰"}
    assert result.records["registered_capital"].to_list() == [123_450]


def test_ragged_lines_are_rejected_with_the_line_they_begin_on(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text('NO,NAME,CAPITAL\n1,"two\nlines",1\n2,short\n3,a,b,c\n\n4,good,2\n')
    result = _load(tmp_path)
    assert [(r.line, r.reason) for r in result.log.kept] == [
        (4, "has 2 fields where the header has 3"),
        (5, "has 4 fields where the header has 3"),
    ]
    count = result.count("CUST")
    assert (count.read, count.accepted, count.rejected) == (4, 2, 2)


def test_short_lines_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n2,short\n")
    assert _load(tmp_path, "ragged: fill").count("CUST").accepted == 1


def test_bad_bytes_are_rejected_by_line(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_bytes(b"NO,NAME,CAPITAL\n1,fine,1\n2,\xff\xfe,1\n")
    result = _load(tmp_path)
    [(line, reason)] = [(r.line, r.reason) for r in result.log.kept]
    assert (line, reason.split(";")[0]) == (3, "holds bytes that are no UTF-8")
    assert "`encoding`" in reason
    log = RejectLog(tmp_path / "rejects.csv")
    count = _load(tmp_path, "bad_bytes: flag", rejects=log).count("CUST")
    assert (count.accepted, count.flags) == (2, {"bytes": 1})
    told = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert told.startswith("core,CUST,3,flagged,,\ufffd\ufffd,")


@pytest.mark.parametrize(
    ("mapped", "written", "delimiter", "said"),
    [
        ("utf-8", "utf-8", ";", '`delimiter: ";"`'),
        ("utf-8", "utf-16", "\t", r'`delimiter: "\t"` and `encoding: utf-16`'),
        ("utf-8", "gb18030", ",", "`encoding: gb18030`"),
        ("gb18030", "utf-8", ",", "`encoding: utf-8`"),
    ],
)
def test_a_file_of_another_delimiter_or_encoding_says_which(
    tmp_path: Path, mapped: str, written: str, delimiter: str, said: str
) -> None:
    rows = [["NO", "名称", "CAPITAL"], ["1", "恒泰", "1"]]
    (tmp_path / "CUST.csv").write_text("\n".join(map(delimiter.join, rows)) + "\n", encoding=written)
    mapping = mapping_of((MAPPING % f"encoding: {mapped}").replace("name: NAME", "name: 名称"))
    with pytest.raises(BadInput, match=r"CUST\.csv has no column") as caught:
        Result(mapping, tmp_path)
    assert said in str(caught.value)


def test_utf8_is_not_read_as_something_else(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n1,上海恒泰贸易有限公司,12.50\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"CUST\.csv is UTF-8, but the mapping reads it as GB18030"):
        _load(tmp_path, "encoding: gb18030")


def test_spreadsheets_are_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "CUST.xlsx").write_bytes(b"PK")
    for location in (tmp_path, tmp_path / "CUST.xlsx"):
        with pytest.raises(BadInput, match=r"CUST\.xlsx is not read: it is a spreadsheet.*CSV"):
            _load(location)


def test_a_file_is_the_only_table_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "export-2024.csv").write_text("NO,NAME,CAPITAL\n1,a,1\n")
    assert _named(_load(tmp_path / "export-2024.csv")) == {"1": "a"}


def test_a_field_of_ten_megabytes(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n1," + "x" * 10_000_000 + ",1\n2,b,1\n")
    assert _load(tmp_path).records["name"].str.len_chars().to_list() == [10_000_000, 1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("NO,NAME,NAME\n", "'NAME' twice"),
        ("NO,CAPITAL\n1,2\n", "no column 'NAME'"),
        ('NO,NAME,CAPITAL\n1,"never closed,1\n2,b,1\n', "begins on line 2 never ends"),
    ],
)
def test_files_that_cannot_be_read_say_what_is_wrong(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "CUST.csv").write_text(content)
    with pytest.raises(BadInput, match=said) as caught:
        _load(tmp_path)
    assert "CUST.csv" in str(caught.value)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: data[:20] + b"\x00\x01" * 9, lambda _: b"NO,NAME"]
)
def test_a_damaged_gzip_file_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    rows = "\n".join(f"{i},{i * 7919},1" for i in range(2000))
    (tmp_path / "CUST.csv.gz").write_bytes(damage(gzip.compress(f"NO,NAME,CAPITAL\n{rows}\n".encode())))
    with pytest.raises(BadInput, match=r"CUST\.csv\.gz is damaged or cut short"):
        _load(tmp_path)


def test_a_stray_quote_costs_one_row_only(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text('NO,NAME,CAPITAL\n1,"a" b,1\n2,fine,1\n')
    result = _load(tmp_path)
    assert _named(result) == {"2": "fine"}
    assert result.log.kept[0].line == 2


@pytest.mark.parametrize(
    ("row", "opening", "closing"),
    [
        (5, '5,"five,1', '30,thirty",1'),
        (5, '5,five,"1', '30,thirty,1"'),
        (5, '5,"five,1', '30,thirty,1"'),  # ends in another column
        (5, '"5,five,1', '30,"thirty",1'),  # meets a quote that is meant as one
        (29, '29,"five,1', '30,thirty",1'),
    ],
)
def test_a_stray_quote_swallows_no_rows(tmp_path: Path, row: int, opening: str, closing: str) -> None:
    lines = [f"{i},name{i},1" for i in range(1, 51)]
    lines[row - 1], lines[29] = opening, closing
    lines[40] = '41,"of two\nlines, really",1'
    (tmp_path / "CUST.csv").write_text("\n".join(["NO,NAME,CAPITAL", *lines]) + "\n")
    result = _load(tmp_path)
    [reject] = result.log.kept
    assert (reject.line, reject.value) == (row + 1, opening)
    count = result.count("CUST")
    assert (count.read, count.accepted, count.rejected) == (50, 49, 1)
    assert set(result.records["key"]) == {str(i) for i in range(1, 51)} - {str(row)}
    assert _named(result)["41"] == "of two\nlines, really"


def test_ragged_and_empty_lines_do_not_hide_a_stray_quote(tmp_path: Path) -> None:
    lines = [f"{i},name{i},1" for i in range(1, 31)]
    lines[2], lines[9], lines[19], lines[24] = '3,"three,1', "10,ragged", "", '25,twenty five",1'
    (tmp_path / "CUST.csv").write_text("\n".join(["NO,NAME,CAPITAL", *lines]) + "\n")
    result = _load(tmp_path)
    assert [r.line for r in result.log.kept] == [4, 11]
    assert "ends on line 26 only" in result.log.kept[0].reason
    assert result.records.height == 27


PLAIN = st.text(st.sampled_from("ab 恒;"), min_size=1, max_size=4).map(str.strip).filter(bool)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_wherever_stray_quotes_stand_every_other_row_is_read(tmp_path: Path, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(PLAIN, PLAIN, PLAIN), min_size=2, max_size=30))
    lines = [list(row) for row in rows]
    opening = data.draw(st.integers(0, len(rows) - 2))
    closing = data.draw(st.integers(opening + 1, len(rows) - 1))
    at = data.draw(st.integers(0, 2))
    lines[opening][at] = f'"{lines[opening][at]}'
    lines[closing][data.draw(st.integers(0, 2))] += '"'
    text = "\n".join(map(",".join, [["A", "B", "C"], *lines])) + "\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    chunks = list(read_csv(tmp_path / "t.csv", Table("t", "s", ("t",), "t", ()), ["A", "B", "C"]))
    read = pl.concat([chunk.frame for chunk in chunks]).rows()
    expected = [(i + 2, *line) for i, line in enumerate(lines) if i != opening]
    assert read == expected
    assert [line for chunk in chunks for line, _, _ in chunk.broken] == [opening + 2]


@pytest.mark.parametrize("name", ["Room 5, Block 2\nHaidian, Beijing", "a\nb\nc,d", "x\n\ny", 'say "a,b,c"\nd,e,f'])
def test_texts_of_several_lines_are_read(tmp_path: Path, name: str) -> None:
    pl.DataFrame({"NO": ["1", "2"], "NAME": [name, "b"], "CAPITAL": ["1", "2"]}).write_csv(tmp_path / "CUST.csv")
    assert _named(_load(tmp_path)) == {"1": name, "2": "b"}


def test_a_missing_table_names_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"holds no CUST: looked for CUST\.csv"):
        _load(tmp_path)


def test_a_header_alone_gives_no_rows(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n")
    assert _load(tmp_path).records.height == 0


FIELD = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8) | st.sampled_from(['"', "a,b", "x\ny", ""])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(FIELD, FIELD), max_size=6))
def test_what_was_written_is_what_is_read(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(rows, schema={"A": pl.String, "B": pl.String}, orient="row")
    frame.write_csv(tmp_path / "t.csv", quote_style="always")
    table = Table("t", "s", ("t",), "t", (), bad_bytes="flag")
    read = pl.concat([chunk.frame for chunk in read_csv(tmp_path / "t.csv", table, ["A", "B"])])
    assert read.drop(LINE).rows() == rows


def test_parquet_with_its_own_types_gives_what_csv_gives(tmp_path: Path) -> None:
    frame = pl.DataFrame({"NO": [4728498133762310144], "NAME": ["恒泰"], "CAPITAL": [1234.5]})
    (tmp_path / "p").mkdir()
    frame.write_parquet(tmp_path / "p" / "CUST.parquet")
    frame.write_csv(tmp_path / "CUST.csv")
    from_csv, from_parquet = _load(tmp_path), _load(tmp_path / "p")
    assert from_csv.records.equals(from_parquet.records)
    assert from_parquet.records["key"].to_list() == ["4728498133762310144"]


def test_a_damaged_parquet_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "CUST.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(BadInput, match=r"CUST\.parquet is no Parquet file"):
        _load(tmp_path)


def _fill(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text('CREATE TABLE "CUST" ("NO" bigint, "NAME" varchar(40), "CAPITAL" decimal(18,2))'))
        row = {"n": 4728498133762310144, "m": "恒泰  ", "c": "1234567890123.45"}
        connection.execute(sa.text('INSERT INTO "CUST" VALUES (:n, :m, :c), (2, NULL, NULL)'), row)
    engine.dispose()


def _assert_filled(result: Result) -> None:
    assert _named(result) == {"4728498133762310144": "恒泰", "2": None}
    assert result.records["registered_capital"].to_list() == [123_456_789_012_345, None]


def test_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bank.db"
    _fill(url)
    _assert_filled(_load(url))
    query = mapping_of((MAPPING % "").replace("key: NO", 'key: NO, sql: "SELECT * FROM CUST WHERE NO = 2"'))
    assert Result(query, url).records["key"].to_list() == ["2"]


def test_a_database_without_the_table_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(BadInput, match="no table 'CUST'"):
        _load(f"sqlite:///{tmp_path}/empty.db")


def test_a_database_file_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"there is no file .*missing\.db"):
        _load(f"sqlite:///{tmp_path}/missing.db")
    assert list(tmp_path.iterdir()) == []


def test_a_database_file_is_only_read(tmp_path: Path) -> None:
    file = tmp_path / "a b%20#?.db"
    url = str(sa.URL.create("sqlite", database=str(file)))
    _fill(url)
    database = Database(url)
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        database._connection.execute(sa.text("DELETE FROM CUST"))
    database.close()
    _assert_filled(_load(url))


def test_an_unreachable_database_is_named_without_its_password() -> None:
    with pytest.raises(BadInput) as caught:
        _load("postgresql+psycopg://bank:hunter2@127.0.0.1:1/none")
    assert "127.0.0.1:1" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://loader:p@s3cret@db.bank/core",
        "postgresql://loader:p/w@s3cret@db.bank/core",
        "postgresql://loader:p?w@s3cret/core",
        "postgresql://db.bank:5432/core?user=loader&password=p@s3cret",
    ],
)
def test_an_at_sign_in_a_password_is_told_without_it(url: str) -> None:
    with pytest.raises(BadInput, match="write @ as %40") as caught:
        Database(url)
    assert (caught.value.field, "s3cret" in str(caught.value), caught.value.value) == ("from", False, None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://loader:s3cret@db.bank:s3cret/core", "port in the database's URL is no number"),
        ("postgresql://loader:s3cret/core", "port in the database's URL is no number"),
        ("://s3cret", "cannot be read. Write dialect://"),
    ],
)
def test_a_url_that_is_none_is_told_without_its_parts(url: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        Database(url)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in without_password(url)


def test_a_file_may_have_an_at_sign_in_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        Database(f"sqlite:///{tmp_path}/a@b@c.db")


def test_a_database_that_fails_on_the_way_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bank.db"
    _fill(url)
    _change(url, "INSERT INTO CUST VALUES (3, CAST(x'C4E3BAC3' AS TEXT), 1)")
    with pytest.raises(BadInput, match="cannot answer to the end for 'CUST': Could not decode to UTF-8 column 'NAME'"):
        _load(url)


def test_bytes_of_a_database_that_are_no_text_are_rejected_or_flagged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bank.db"
    _fill(url)
    _change(url, "INSERT INTO CUST VALUES (3, x'C4E3BAC3', 1), (4, x'E68192', 1), (5, 'last', 1)")
    result = _load(url)
    [reject] = result.log.kept
    assert (reject.line, reject.reason.split(";")[0]) == (3, "holds bytes that are no UTF-8")
    count = result.count("CUST")
    assert (count.read, count.accepted, count.rejected) == (5, 4, 1)
    assert _named(result)["4"] == "恒"
    count = _load(url, "bad_bytes: flag").count("CUST")
    assert (count.read, count.accepted, count.flags) == (5, 5, {"bytes": 1})


def _change(url: str, statement: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def test_a_database_without_tables_is_named_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    mapping = mapping_of((MAPPING % "").replace("key: NO", "key: NO, optional: true"))
    with pytest.raises(BadInput, match="holds none of the tables") as caught:
        Result(mapping, f"sqlite:///{tmp_path}/empty.db?password=hunter2")
    assert "hunter2" not in str(caught.value)
    assert without_password("postgresql://bank:hunter2@db/core") == "postgresql://bank:***@db/core"


@pytest.fixture
def postgres_url(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL of its own on loopback, ended by its own process id."""
    programs = _postgres_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = "nobody" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="guanxi-pg-"))  # outside pytest's folders, which `nobody` may not enter
    if user:
        shutil.chown(home, user)
    subprocess.run(
        [str(programs / "initdb"), "-D", str(home / "data"), "-A", "trust", "-U", "bank", "-E", "UTF8"],
        check=True,
        capture_output=True,
        cwd=home,
        user=user,
    )
    command = [str(programs / "postgres"), "-D", str(home / "data"), "-k", str(home)]
    command += ["-p", str(port), "-c", "listen_addresses=127.0.0.1"]
    with (
        (tmp_path / "postgres.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=home, user=user) as server,
    ):
        try:
            url = f"postgresql+psycopg://bank@127.0.0.1:{port}/postgres"
            _wait_for(url)
            yield url
        finally:
            server.terminate()
            server.wait(30)
    shutil.rmtree(home)


def _postgres_programs() -> Path | None:
    """The folder of the server's programs; Debian keeps it out of the search path."""
    found = shutil.which("postgres") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/postgres")), None)
    return Path(found).resolve().parent if found else None


def _wait_for(url: str) -> None:
    engine = sa.create_engine(url)
    for _ in range(100):
        try:
            engine.connect().close()
            break
        except sa.exc.OperationalError:
            time.sleep(0.1)
    engine.dispose()


def test_postgresql(postgres_url: str) -> None:
    _fill(postgres_url)
    _assert_filled(_load(postgres_url))
    with pytest.raises(BadInput, match=r"has no column 'NAMEN'.*Did you mean 'NAME'"):
        Result(mapping_of((MAPPING % "").replace("name: NAME", "name: NAMEN")), postgres_url)


def test_a_clean_load_takes_an_earlier_file_of_rejects_away(tmp_path: Path) -> None:
    file = tmp_path / "rejects.csv"
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n1,b,much\n")
    log = RejectLog(file)
    _load(tmp_path, rejects=log)
    assert log.written == file
    log = RejectLog(file)
    with pytest.raises(BadInput):
        _load(tmp_path / "none", rejects=log)
    assert file.exists(), "nothing was read: it still tells of the last load that did"
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n1,b,1\n")
    log = RejectLog(file)
    _load(tmp_path, rejects=log)
    assert (log.written, file.exists()) == (None, False)


def test_no_other_file_is_overwritten_by_one_of_rejects(tmp_path: Path) -> None:
    file = tmp_path / "CUST.csv"
    file.write_text("NO,NAME,CAPITAL\n1,b,much\n")
    with pytest.raises(BadInput, match=r"is no file of rejected rows.* Name another file") as caught:
        RejectLog(file)
    assert caught.value.field == "rejects_file"
    with pytest.raises(BadInput, match="is no file of rejected rows"):
        RejectLog(tmp_path)
    assert file.read_text() == "NO,NAME,CAPITAL\n1,b,much\n"
    file.write_text("")  # of a load that was ended before its first line
    assert RejectLog(file).path == file


def test_the_file_of_rejects_holds_what_was_rejected_or_flagged(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n1,a,1\n")
    log = RejectLog(tmp_path / "out" / "rejects.csv")
    _load(tmp_path, rejects=log)
    assert not (tmp_path / "out").exists()
    (tmp_path / "CUST.csv").write_text("NO,NAME,CAPITAL\n,a,1\n1,b,1\n1,c,1\n2,d,much\n3,e,1.005\n")
    log = RejectLog(tmp_path / "out" / "rejects.csv", "keep-going")
    _load(tmp_path, rejects=log)
    lines = (tmp_path / "out" / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert sorted(lines) == [
        "core,CUST,2,rejected,NO,,is empty",
        "core,CUST,4,rejected,NO,1,repeats the key of an earlier row",
        'core,CUST,5,flagged,CAPITAL,much,"is no amount, such as 1234.5 or 1,234.5"',
        "core,CUST,6,flagged,CAPITAL,1.005,is finer than the currency's units",
        "source,table,line,action,column,value,reason",
    ]
    [count] = log.counts()
    assert count.flags == {"rounded:registered_capital": 1, "value:registered_capital": 1}
    assert (count.accepted, count.flagged, count.rejected) == (3, 2, 2)
