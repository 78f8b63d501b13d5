"""A portfolio to look around in: real past prices ship with the product, so it needs neither file nor network."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from sigmasight_ui.services.onboarding.schemas import ImportCommand, UploadedFile
from sigmasight_ui.services.portfolios.schemas import PortfolioForm

FILE_NAME = "sample_portfolio.csv"
ACCOUNT_NAME = "Sample account"


def sample_command(taken_names: Iterable[str]) -> ImportCommand:
    """The bundled file under the first free account name, as if somebody had uploaded it."""
    content = (resources.files(__package__) / "data" / FILE_NAME).read_bytes()
    form = PortfolioForm(
        portfolio_name="Sample portfolio",
        account_name=_free_name(taken_names),
        account_type="taxable",
        equity_balance="250,000.00",
        description="Invented holdings at real past prices, to look around with.",
    )
    return ImportCommand(form, UploadedFile(FILE_NAME, content), start_run=True, is_sample=True)


def _free_name(taken_names: Iterable[str]) -> str:
    taken = {name.strip().lower() for name in taken_names}
    number, name = 1, ACCOUNT_NAME
    while name.lower() in taken:
        number += 1
        name = f"{ACCOUNT_NAME} {number}"
    return name
