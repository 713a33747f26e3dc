"""The credit system's tables. The table names are known in the field; the column names are assumed."""

from __future__ import annotations

from loaders.demo.layout.base import System, Table, columns

_GUARANTY_DETAIL = """
SERIALNO          text               number of the guarantee contract's line
CONTRACTSERIALNO  text               the facility it secures (BUSINESS_CONTRACT)
GUARANTYTYPE      code:GuarantyType  guarantee by a party, mortgage, pledge
GUARANTORID       text               who guarantees or whose property it is (CUSTOMER_INFO)
BORROWERID        text               whose debt it secures (CUSTOMER_INFO)
GUARANTYID        text               the collateral (GUARANTY_INFO); empty for a guarantee by a party
CURRENCY          text               ISO 4217
GUARANTYVALUE     amount             amount secured; empty: not known
BEGINDATE         date               first day
ENDDATE           date               last day
STATUS            code:GuarantyState in force, ended
"""

CREDIT = System(
    source="credit",
    title="Credit system",
    encoding="utf-8",
    delimiter="|",
    date_format="2024/03/31",
    notes="Shares are percents from 0 to 100, amounts yuan with two decimals.",
    tables=(
        Table(
            "CUSTOMER_INFO",
            "Every party that the credit system knows: borrowers, guarantors, owners, officers, kin",
            ("CUSTOMERID",),
            columns("""
CUSTOMERID     text               customer number of the credit system
CUSTOMERNAME   text               name, Chinese (English for foreign parties)
ENGLISHNAME    text               English name or pinyin
CUSTOMERTYPE   code:CustomerType  large or small company, bank, public body, person
CERTTYPE       code:CertType      kind of the certificate
CERTID         text               its number
MFCUSTOMERID   text               customer number in the core system (CIF10PF, CIF20PF); empty: not a customer there
STATUS         code:CustomerState customer, prospect, related party only
MANAGEORGID    text               branch in charge (SYS20PF)
MANAGEUSERID   text               relationship manager in charge (HR_STAFF)
INPUTDATE      date               first known
UPDATEDATE     date               last changed
"""),
        ),
        Table(
            "ENT_INFO",
            "Companies: what CUSTOMER_INFO does not say of them",
            ("CUSTOMERID",),
            columns("""
CUSTOMERID       text               the company (CUSTOMER_INFO)
ENTERPRISENAME   text               name as registered
FORMERNAME       text               name before the last change
CORPID           text               unified social credit code (GB 32100), else empty
LEI              text               legal entity identifier (ISO 17442)
ORGNATURE        code:OrgNature     legal form
INDUSTRYTYPE     code:IndustryType  section and division of GB/T 4754
SCOPE            code:Scope         size class
SETUPDATE        date               day of foundation
REGISTERADD      text               registered address
OFFICEADD        text               office address
OFFICETEL        text               telephone
COUNTRY          text               ISO 3166
RCCURRENCY       text               currency of the registered capital
REGISTERCAPITAL  amount             registered capital
EMPLOYEENUMBER   int                staff
LISTINGCORPORNOT code:YesNo         listed on an exchange
CREDITLEVEL      text               internal rating, AAA to D
"""),
        ),
        Table(
            "IND_INFO",
            "Persons: what CUSTOMER_INFO does not say of them",
            ("CUSTOMERID",),
            columns("""
CUSTOMERID       text       the person (CUSTOMER_INFO)
FULLNAME         text       name
SEX              code:Sex   sex
BIRTHDAY         date       day of birth
NATIONALITY      text       ISO 3166
OCCUPATION       text       occupation
FAMILYADD        text       home address
MOBILETELEPHONE  text       mobile telephone
EMAILADD         text       e-mail
"""),
            known=False,
        ),
        Table(
            "CUSTOMER_RELATIVE",
            "Who is what to whom: owners, officers, kin, declared control and dependence",
            ("SERIALNO",),
            columns("""
SERIALNO        text               number of the row
CUSTOMERID      text               the party spoken of (CUSTOMER_INFO)
RELATIVEID      text               its owner, officer, kin, controller (CUSTOMER_INFO)
RELATIONSHIP    code:RelationShip  what RELATIVEID is to CUSTOMERID
INVESTMENTPROP  percent            share held, 0 to 100; empty: not known
VOTEPROP        percent            votes held where they differ from the share
PROPMIN         percent            lower end where only a band is disclosed
PROPMAX         percent            upper end where only a band is disclosed
CURRENCY        text               ISO 4217
INVESTMENTSUM   amount             capital paid in for the share
BEGINDATE       date               first day
ENDDATE         date               last day; empty: still so
EFFSTATUS       code:EffStatus     in force, ended
"""),
            gzipped=True,
        ),
        Table(
            "AGGREGATE_INFO",
            "Groups as the credit department declares them",
            ("GROUPID",),
            columns("""
GROUPID         text  number of the group
GROUPNAME       text  its name
KEYMEMBERID     text  the parent as declared (CUSTOMER_INFO)
INPUTDATE       date  declared on
"""),
            known=False,
        ),
        Table(
            "AGGREGATE_MEMBER",
            "Members of the declared groups",
            ("GROUPID", "MEMBERCUSTOMERID"),
            columns("""
GROUPID           text              the group (AGGREGATE_INFO)
MEMBERCUSTOMERID  text              the member (CUSTOMER_INFO)
MEMBERTYPE        code:MemberType   parent, member
BEGINDATE         date              member since
ENDDATE           date              left on; empty: still a member
"""),
        ),
        Table(
            "BUSINESS_CONTRACT",
            "Facilities: the contract with its limit",
            ("SERIALNO",),
            columns("""
SERIALNO         text                number of the contract
CUSTOMERID       text                borrower (CUSTOMER_INFO)
JOINTCUSTOMERID  text                second borrower who owes it jointly; mostly empty
BUSINESSTYPE     text                product (BUSINESS_TYPE)
CURRENCY         text                ISO 4217
BUSINESSSUM      amount              limit
BALANCE          amount              drawn and not repaid
PUTOUTDATE       date                first day
MATURITY         date                last day
CYCLEFLAG        code:YesNo          revolving
VOUCHTYPE        code:VouchType      how it is secured
CLASSIFYRESULT   code:ClassifyResult five-class risk classification
MANAGEORGID      text                branch in charge (SYS20PF)
MANAGEUSERID     text                relationship manager (HR_STAFF)
STATUS           code:ContractState  in force, ended
"""),
        ),
        Table(
            "BUSINESS_DUEBILL",
            "Drawdowns: the outstanding parts of a facility",
            ("SERIALNO",),
            columns("""
SERIALNO          text                number of the drawdown
RELATIVESERIALNO  text                the contract (BUSINESS_CONTRACT)
CUSTOMERID        text                borrower (CUSTOMER_INFO)
CURRENCY          text                ISO 4217
BUSINESSSUM       amount              drawn
BALANCE           amount              not repaid
OVERDUEBALANCE    amount              overdue
PUTOUTDATE        date                drawn on
MATURITY          date                due on
ACTUALRATE        rate                interest in percent a year
CLASSIFYRESULT    code:ClassifyResult five-class risk classification
"""),
        ),
        Table(
            "GUARANTY_INFO",
            "Collateral",
            ("GUARANTYID",),
            columns("""
GUARANTYID     text                number of the collateral
GUARANTYTYPE   code:CollateralType house, land, machines, deposit, bonds, shares
GUARANTYNAME   text                what it is
OWNERID        text                owner (CUSTOMER_INFO)
ISSUERID       text                who owes it (CUSTOMER_INFO): another bank, the issuer of a paper; may be empty
CURRENCY       text                ISO 4217
EVALNETVALUE   amount              appraised value
CONFIRMVALUE   amount              value that the bank accepts
EVALDATE       date                appraised on
"""),
        ),
        Table("GUARANTY_DETAIL", "Guarantees and pledges in force", ("SERIALNO",), columns(_GUARANTY_DETAIL)),
        Table(
            "GUARANTY_DETAIL_HIS",
            "Guarantees and pledges that have ended",
            ("SERIALNO",),
            columns(
                _GUARANTY_DETAIL
                + """
HISDATE           date               ended on
HISREASON         code:HisReason     why
"""
            ),
        ),
        Table(
            "FINANCE_RECORD",
            "Financial statements: the cover sheet",
            ("RECORDNO",),
            columns("""
RECORDNO     text              number of the statement
CUSTOMERID   text              company (CUSTOMER_INFO)
REPORTDATE   date              balance sheet day
REPORTSCOPE  code:ReportScope  single or consolidated
AUDITFLAG    code:YesNo        audited
CURRENCY     text              ISO 4217
"""),
        ),
        Table(
            "FINANCE_DATA",
            "Financial statements: the figures",
            ("RECORDNO", "ROWSUBJECT"),
            columns("""
RECORDNO    text              statement (FINANCE_RECORD)
ROWSUBJECT  code:RowSubject   total assets, equity, revenue, ...
COL1VALUE   amount            at the beginning of the year or in the year before
COL2VALUE   amount            at the end of the year or in the year
"""),
            gzipped=True,
        ),
        Table(
            "CODE_LIBRARY",
            "What the codes of this system mean",
            ("CODENO", "ITEMNO"),
            columns("""
CODENO    text  code list
ITEMNO    text  code
ITEMNAME  text  meaning, Chinese
ITEMEN    text  meaning, English
"""),
        ),
        Table(
            "BUSINESS_TYPE",
            "Credit products",
            ("TYPENO",),
            columns("""
TYPENO      text           number of the product
TYPENAME    text           name, Chinese
TYPEEN      text           name, English
OFFSHEET    code:YesNo     off-balance-sheet
ITEMTYPE    code:ItemType  what it is to a conversion factor
CANCELFLAG  code:YesNo     the undrawn part may be cancelled at any time without condition
CCF         percent        conversion factor: of an item off the balance sheet, else of the undrawn part
"""),
        ),
        Table(
            "CAPITAL_INFO",
            "The bank's own capital, the base of limits",
            ("DATADATE",),
            columns("""
DATADATE    date    as of
CURRENCY    text    ISO 4217
NETCAPITAL  amount  net capital; empty: not known
NETTIER1    amount  net tier 1 capital; empty: not known
TIER1       amount  tier 1 capital as Basel defines it; empty: not known
"""),
            known=False,
        ),
        Table(
            "ERATE_INFO",
            "Exchange rates",
            ("CURRENCY", "RATEDATE"),
            columns("""
CURRENCY  text  ISO 4217
RATEDATE  date  as of
PRICE     rate  yuan for one whole unit (one dollar, not one cent)
"""),
            known=False,
        ),
    ),
)
