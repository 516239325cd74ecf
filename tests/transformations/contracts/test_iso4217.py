"""Which currency codes amounts may have."""

import pytest

from transformations.contracts.iso4217 import CODES

IN_USE = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD
TWD TZS UAH UGX USD USN UYI UYU UYW UZS VES VND VUV WST XAF XAG XAU XCD XCG XDR XOF XPF XSU XUA YER ZAR ZMW ZWG
"""  # legal tender, fund codes and units by the Unicode CLDR at the end of 2025


def test_all_currencies_in_use_are_accepted():
    codes = IN_USE.split()
    assert len(codes) == 168
    assert set(codes) - set(CODES) == set()


@pytest.mark.parametrize("code", ["ANG", "BGN", "CUC", "HRK", "SLL", "ZWL"])
def test_what_was_withdrawn_lately_is_accepted(code):
    assert code in CODES


@pytest.mark.parametrize("code", ["XXX", "XTS", "DEM", "EUZ", "eur", "EU", "", "€"])
def test_what_is_no_currency_in_use_is_not(code):
    assert code not in CODES


def test_codes_are_three_capitals_in_their_order_and_none_repeats():
    assert all(len(code) == 3 and code.isascii() and code.isalpha() and code.isupper() for code in CODES)
    assert list(CODES) == sorted(set(CODES))
    assert 160 < len(CODES) < 200  # the whole list, not a part of it
