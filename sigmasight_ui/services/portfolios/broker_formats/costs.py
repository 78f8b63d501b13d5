"""What one share cost, from what all of them cost together."""

from __future__ import annotations

from decimal import Decimal

from sigmasight_ui.core.money import cents
from sigmasight_ui.services.portfolios.csv_cells import PRICE_DECIMALS


def price_per_share(total: Decimal, shares: Decimal) -> Decimal:
    """With the fewest decimals, from 2 to 8, that give the broker's total back to the cent."""
    exact = abs(total / shares)
    price = exact
    for decimals in range(2, PRICE_DECIMALS + 1):
        price = round(exact, decimals)
        if price and cents(price * abs(shares)) == cents(abs(total)):
            break
    return price
