"""The nine kinds of brokerage account and how they are called on screen."""

from __future__ import annotations

ACCOUNT_TYPES: dict[str, str] = {
    "taxable": "Taxable Brokerage Account",
    "ira": "Traditional IRA",
    "roth_ira": "Roth IRA",
    "401k": "401(k) Retirement Plan",
    "403b": "403(b) Retirement Plan",
    "529": "529 Education Savings Plan",
    "hsa": "Health Savings Account",
    "trust": "Trust Account",
    "other": "Other Account Type",
}
