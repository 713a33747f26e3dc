"""The personnel system's tables. Assumed."""

from __future__ import annotations

from loaders.demo.layout.base import System, Table, columns

PERSONNEL = System(
    source="hr",
    title="Personnel system",
    encoding="utf-8",
    delimiter=",",
    date_format="2024-03-31",
    notes="A team is an organisation of type TEAM; branches have the core system's numbers.",
    tables=(
        Table(
            "HR_ORG_LEVEL",
            "Organisations in both hierarchies: rollup (where figures add up) and coverage (who serves whom)",
            ("HIERARCHY", "ORG_ID"),
            columns("""
HIERARCHY    code:Hierarchy  R rollup, C coverage
ORG_ID       text            branch number (SYS20PF) or team
ORG_NAME     text            name, Chinese
ORG_NAME_EN  text            name, English
ORG_TYPE     code:OrgType    HO head office, BR branch, SB sub-branch, TEAM
PARENT_ID    text            next higher organisation in this hierarchy; empty at the top
LEVEL_NO     int             1 at the top
VALID_FROM   date            first day
VALID_TO     date            last day; empty: still so
"""),
        ),
        Table(
            "HR_STAFF",
            "Staff",
            ("STAFF_ID",),
            columns("""
STAFF_ID     text            staff number
STAFF_NAME   text            name
NAME_EN      text            pinyin
CERT_ID      text            resident identity number: ties staff who are customers to their party
ORG_ID       text            branch (SYS20PF)
TEAM_ID      text            team (HR_ORG_LEVEL); may be empty
IS_RM        code:YesNo      relationship manager
INSIDER      code:YesNo      insider of the bank in the sense of the related-party measures
ENTRY_DATE   date            first day
LEAVE_DATE   date            last day; empty: still here
"""),
        ),
        Table(
            "HR_POST",
            "Posts held",
            ("STAFF_ID", "POST_CODE", "BEGIN_DATE"),
            columns("""
STAFF_ID    text       staff (HR_STAFF)
POST_CODE   code:Post  post
POST_NAME   text       its name
ORG_ID      text       where (SYS20PF)
BEGIN_DATE  date       first day
END_DATE    date       last day; empty: still so
"""),
        ),
    ),
)
