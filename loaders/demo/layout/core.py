"""The core banking system's tables: short upper-case columns, numbers for dates, as on an AS/400. Assumed."""

from __future__ import annotations

from loaders.demo.layout.base import System, Table, columns

CORE = System(
    source="core",
    title="Core banking system",
    encoding="gb18030",
    delimiter=",",
    date_format="20240331",
    notes=(
        "Dates are numbers, 0 means none. Names and addresses are padded with blanks on the right. "
        "Customer numbers are unique across CIF10PF and CIF20PF; the columns ending in CUTP say which (1, 2). "
        "Amounts are yuan with two decimals."
    ),
    tables=(
        Table(
            "CIF10PF",
            "Private customers' master",
            ("C1CUNO",),
            columns("""
C1CUNO  text             customer number
C1CUNM  text             name
C1CUEN  text             English name or pinyin
C1CRTP  code:CoreCert    kind of certificate: 1 resident, 2 passport, 3 Hong Kong or Macau permit
C1CRNO  text             its number
C1SEX   code:CoreSex     1 male, 2 female
C1BRDT  date             day of birth
C1NATN  text             ISO 3166
C1BRNO  text             branch (SYS20PF)
C1MGNO  text             relationship manager (HR_STAFF); may be empty
C1OPDT  date             customer since
C1STAT  code:CoreState   1 active, 9 closed
"""),
            known=False,
        ),
        Table(
            "CIF20PF",
            "Corporate customers' master",
            ("C2CUNO",),
            columns("""
C2CUNO  text             customer number
C2CUNM  text             name
C2CUEN  text             English name
C2CRTP  code:CoreCert    kind of certificate: 5 unified social credit code, 6 foreign registration
C2CRNO  text             its number
C2ORGC  text             organisation code (GB 11714), nine characters
C2INDC  code:IndustryType industry
C2TELN  text             telephone
C2BRNO  text             branch (SYS20PF)
C2MGNO  text             relationship manager (HR_STAFF); may be empty
C2OPDT  date             customer since
C2STAT  code:CoreState   1 active, 9 closed
"""),
        ),
        Table(
            "CIF30PF",
            "Corporate accounts by organisation code",
            ("C3ACNO",),
            columns("""
C3ACNO  text  account (AAPF20)
C3ORGC  text  organisation code of its holder
C3OPDT  date  recorded on
"""),
        ),
        Table(
            "CIFA0PF",
            "Addresses",
            ("CACUNO", "CASEQN"),
            columns("""
CACUNO  text             customer number
CACUTP  code:CoreCust    1 private, 2 corporate
CASEQN  int              running number of the customer's addresses
CAADTP  code:CoreAddr    1 home, 2 office, 3 registered
CAADDR  text             address as written, down to the room
CACITY  text             city
CAPOST  text             postcode
CAFRDT  date             valid from
"""),
        ),
        Table(
            "CIFJ0PF",
            "Private customers' contacts",
            ("CJCUNO", "CJSEQN"),
            columns("""
CJCUNO  text             customer number (CIF10PF)
CJSEQN  int              running number of the customer's contacts
CJCTTP  code:CoreContact 1 mobile, 2 e-mail, 3 landline
CJCTNO  text             number or address
CJFRDT  date             valid from
"""),
        ),
        Table(
            "CIFM0PF",
            "Changes of customer data",
            ("CMCUNO", "CMSEQN"),
            columns("""
CMCUNO  text             customer number
CMCUTP  code:CoreCust    1 private, 2 corporate
CMSEQN  int              running number of the customer's changes
CMCHDT  date             changed on
CMFLDN  code:CoreField   NAME, ADDR, TELN
CMOLDV  text             value before
CMNEWV  text             value after
"""),
        ),
        Table(
            "AAPF20",
            "Accounts",
            ("A2ACNO",),
            columns("""
A2ACNO  text             account number; cards pass the Luhn check
A2CUNO  text             holder's customer number
A2CUTP  code:CoreCust    1 private, 2 corporate
A2JTCU  text             joint holder's customer number (private); mostly empty
A2ACNM  text             account name
A2ACTP  code:CoreAcct    1 current, 2 time deposit, 3 card, 4 basic corporate, 5 general corporate, 6 special
A2CCY   text             ISO 4217
A2BAL   amount           balance
A2AVBL  amount           average balance of the year
A2BRNO  text             branch (SYS20PF)
A2OPDT  date             opened on
A2MTDT  date             time deposits: due on
A2CLDT  date             closed on
A2STAT  code:CoreState   1 active, 9 closed
"""),
            gzipped=True,
        ),
        Table(
            "AAPF90",
            "Freezes of accounts",
            ("A9ACNO", "A9SEQN"),
            columns("""
A9ACNO  text             account (AAPF20)
A9SEQN  int              running number of the account's freezes
A9FRTP  code:CoreFreeze  1 court, 2 police, 3 tax office, 4 bank
A9AMT   amount           amount frozen
A9FRDT  date             from
A9UFDT  date             lifted on
A9ORGN  text             authority
"""),
        ),
        Table(
            "ALPFN0",
            "Loans as booked",
            ("ALLNNO",),
            columns("""
ALLNNO  text             loan number
ALDBNO  text             drawdown in the credit system (BUSINESS_DUEBILL)
ALCUNO  text             borrower's customer number
ALCUTP  code:CoreCust    1 private, 2 corporate
ALPYAC  text             account paid into (AAPF20)
ALRPAC  text             account repaid from (AAPF20)
ALCCY   text             ISO 4217
ALAMT   amount           paid out
ALBAL   amount           not repaid
ALPODT  date             paid out on
ALMTDT  date             due on
ALSTAT  code:CoreState   1 active, 9 closed
"""),
        ),
        Table(
            "SYS20PF",
            "Branches",
            ("S2BRNO",),
            columns("""
S2BRNO  text  branch number
S2BRNM  text  name, Chinese
S2BREN  text  name, English
S2CITY  text  city
S2ADDR  text  address
S2OPDT  date  opened on
"""),
        ),
    ),
)
