"""Numbers as Vietnamese readers write them: decimal comma, dot for thousands, half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def round_half_up(value: Decimal, places: int = 1) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def as_decimal(value: Decimal | int | Fraction) -> Decimal:
    """A fraction as far as the decimals of the house go."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)


def percentage(part: Decimal | int | Fraction, whole: Decimal | int | Fraction) -> Decimal | None:
    """`part` of `whole` in percent, one decimal; None when there is no whole."""
    if not whole:
        return None
    return round_half_up(as_decimal(part) * 100 / as_decimal(whole))


def format_number(value: Decimal | int | Fraction, places: int | None = None) -> str:
    """1234.5 as "1.234,5". Without `places`, trailing zeros go; a fraction has one decimal."""
    number = as_decimal(value)
    if isinstance(value, Fraction) and places is None:
        number = round_half_up(number)
    if places is not None:
        number = round_half_up(number, places)
    text = f"{number:,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def format_percentage(value: Decimal | None) -> str:
    """ "87,5%", or "—" where the question does not apply."""
    return "—" if value is None else f"{format_number(value)}%"
