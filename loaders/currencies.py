"""ISO 4217: the currencies in use and how many minor digits each has. Source: ISO 4217 list one."""

from __future__ import annotations

from decimal import Decimal

_IN_USE = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD
    LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP
    PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND
    TOP TRY TTD TWD TZS UAH UGX USD UYU UYW UZS VES VND VUV WST XAF XAG XAU XCD XDR XOF XPD XPF XPT YER ZAR ZMW
    ZWG
"""
_WITHOUT_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
CURRENCIES = frozenset(_IN_USE.split())
WITHOUT_MINOR = frozenset(_WITHOUT_MINOR.split())
THREE_DIGITS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
FOUR_DIGITS = frozenset(("CLF", "UYW"))
MOST_MINOR = 10**17
"""Amounts of as many minor units are no amounts of anything."""


def minor_digits(currency: str) -> int:
    """Digits after the point: 2 for nearly all, 0 for the yen and others, 3 for some dinars."""
    if currency in WITHOUT_MINOR:
        return 0
    if currency in THREE_DIGITS:
        return 3
    return 4 if currency in FOUR_DIGITS else 2


def minor_units(text: str, currency: str) -> int | None:
    """Minor units of an amount in major units, such as 1250.00. None for what is no amount: another text, more digits
    than the currency has, `MOST_MINOR` and more either way."""
    try:
        minor = Decimal(text).scaleb(minor_digits(currency))
        whole = int(minor) if abs(minor) < MOST_MINOR else None
    except (ArithmeticError, ValueError):  # decimals overflow by an error of their own
        return None
    return whole if whole == minor else None
