"""The marketing system's tables (products, holdings, referrals, campaigns, contacts, payments). Assumed."""

from __future__ import annotations

from loaders.demo.layout.base import System, Table, columns

CRM = System(
    source="crm",
    known=False,
    title="Marketing system",
    encoding="utf-8-sig",
    delimiter="\t",
    date_format="2024-03-31",
    notes=(
        "CUST_KIND says whose number CUST_NO is: 1 private customer (CIF10PF), 2 corporate customer (CIF20PF), "
        "3 outsider (CRM_OUTSIDER). Lists inside a field are parted by semicolons. "
        "Figures of a year are yuan with two decimals."
    ),
    tables=(
        Table(
            "CRM_OUTSIDER",
            "Referrers and prospects who are no customers",
            ("OUTSIDER_ID",),
            columns("""
OUTSIDER_ID  text           number
PARTY_KIND   code:PartyKind 1 person, 2 company
NAME         text           name
NAME_EN      text           English name or pinyin
MOBILE       text           telephone
REGISTERED   date           first known
"""),
        ),
        Table(
            "CRM_PROFILE",
            "Grading and wishes of customers",
            ("CUST_NO",),
            columns("""
CUST_NO      text           customer number of the core system
CUST_KIND    code:CustKind  1 private, 2 corporate
SEGMENT      code:Segment   customer segment
GRADE        text           A to E
RISK_RATING  int            1 careful to 5 bold; products above it are unsuitable
OPT_OUT      code:YesNo     wants no marketing
REVENUE      amount         the bank's revenue with the customer, last year
RATED_ON     date           as of
"""),
        ),
        Table(
            "CRM_PRODUCT",
            "Products",
            ("PRODUCT_ID",),
            columns("""
PRODUCT_ID  text              number
NAME        text              name, Chinese
NAME_EN     text              name, English
CATEGORY    code:Category     deposit, loan, wealth, insurance, card, payment, trade
FOR_KIND    code:CustKind     1 private, 2 corporate customers
RISK_LEVEL  int               1 to 5
HAS_TERM    code:YesNo        matures
"""),
        ),
        Table(
            "CRM_HOLDING",
            "Products held",
            ("HOLDING_ID",),
            columns("""
HOLDING_ID  text           number
CUST_NO     text           customer number of the core system
CUST_KIND   code:CustKind  1 private, 2 corporate
PRODUCT_ID  text           product (CRM_PRODUCT)
SINCE       date           first day
UNTIL       date           last day; empty: still held
MATURES_ON  date           products with a term: due on
BALANCE     amount         value
"""),
            gzipped=True,
        ),
        Table(
            "CRM_REFERRAL",
            "Who brought whom",
            ("REFERRAL_ID",),
            columns("""
REFERRAL_ID    text             number
REFERRER_NO    text             who referred
REFERRER_KIND  code:CustKind    1 private, 2 corporate, 3 outsider
REFERRED_NO    text             who was referred
REFERRED_KIND  code:CustKind    1 private, 2 corporate, 3 outsider
REFERRED_AT    date             day
CAMPAIGN_ID    text             campaign (CRM_CAMPAIGN); may be empty
PRODUCT_ID     text             product spoken of; may be empty
OUTCOME        code:RefOutcome  opened, bought, lost, pending
VALUE          amount           value of what was bought
BOUGHT_AT      date             day of the purchase; empty: none
"""),
            gzipped=True,
        ),
        Table(
            "CRM_CAMPAIGN",
            "Campaigns",
            ("CAMPAIGN_ID",),
            columns("""
CAMPAIGN_ID  text           number
NAME         text           name, Chinese
NAME_EN      text           name, English
PRODUCT_ID   text           product (CRM_PRODUCT)
CHANNEL      code:Channel   channel
STARTS       date           first day
ENDS         date           last day
"""),
        ),
        Table(
            "CRM_CAMPAIGN_TARGET",
            "Who was approached and how they answered",
            ("TARGET_ID",),
            columns("""
TARGET_ID     text           number
CAMPAIGN_ID   text           campaign (CRM_CAMPAIGN)
CUST_NO       text           customer number of the core system
CUST_KIND     code:CustKind  1 private, 2 corporate
TARGETED_AT   date           day
CHANNEL       code:Channel   channel
RESPONSE      code:Response  none, interested, bought, refused
RESPONDED_AT  date           day of the answer; empty: none
"""),
            gzipped=True,
        ),
        Table(
            "CRM_CONTACT",
            "Visits, calls, service requests, signings",
            ("CONTACT_ID",),
            columns("""
CONTACT_ID  text              number
CUST_NO     text              customer number of the core system
CUST_KIND   code:CustKind     1 private, 2 corporate
KIND        code:ContactKind  visit, call, service request, complaint, signing
AT          text              time in the bank's zone, 2024-03-31 14:05
STAFF_ID    text              who (HR_STAFF)
SUBJECT     text              what about
DUE_ON      date              service requests: due on
STATE       code:ContactState open, done
"""),
        ),
        Table(
            "CRM_ASSIGNMENT",
            "Which relationship manager looks after whom",
            ("ASSIGNMENT_ID",),
            columns("""
ASSIGNMENT_ID  text             number
CUST_NO        text             customer number of the core system
CUST_KIND      code:CustKind    1 private, 2 corporate
STAFF_ID       text             relationship manager (HR_STAFF)
ROLE           code:AssignRole  main, assisting
FROM_DATE      date             first day
TO_DATE        date             last day; empty: still so
"""),
            gzipped=True,
        ),
        Table(
            "CRM_YEAR_FIGURES",
            "Customers' figures of a year; a list has up to twelve, January first, and is empty where there is none",
            ("CUST_NO", "YEAR"),
            columns("""
CUST_NO       text           customer number of the core system
CUST_KIND     code:CustKind  1 private, 2 corporate
YEAR          int            calendar year
DEPOSITS      list           average deposits of each month
LOANS         list           loans at each month's end
REVENUE       list           the bank's revenue of each month
CONTRIBUTION  list           contribution after funds transfer pricing of each month
"""),
            gzipped=True,
        ),
        Table(
            "PAY_MONTHLY",
            "Payments summed by pair of accounts and complete month",
            ("PAYER_ACCT", "PAYEE_ACCT", "MONTH"),
            columns("""
PAYER_ACCT  text    account that pays (AAPF20, or an account at another bank)
PAYER_NAME  text    its holder's name
PAYER_BANK  text    the other bank's name; empty: this bank
PAYEE_ACCT  text    account that is paid (AAPF20, or an account at another bank)
PAYEE_NAME  text    its holder's name
PAYEE_BANK  text    the other bank's name; empty: this bank
MONTH       month   202403
CURRENCY    text    ISO 4217
AMOUNT      amount  sum
TXN_COUNT   int     number of payments
DAYS        list    day of the month of each payment: 5;17
AMOUNTS     list    amount of each payment: 1000.00;250.50
"""),
            gzipped=True,
        ),
    ),
)
