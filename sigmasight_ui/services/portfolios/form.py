"""The portfolio form as typed: refused with every problem at its field, or the columns it writes. Pure."""

from __future__ import annotations

from typing import Any

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.portfolios import errors, rules
from sigmasight_ui.services.portfolios.models import Portfolio
from sigmasight_ui.services.portfolios.schemas import PortfolioChange, PortfolioForm


def refusal_of(form: PortfolioForm, has_file: bool = True) -> AppError | None:
    """Every problem of every field at once."""
    problems = rules.portfolio_form_problems(
        form.portfolio_name, form.account_name, form.account_type, form.equity_balance
    )
    if not has_file:
        problems.append(rules.form_problem("ERR_PORT_007", rules.CSV_FILE))
    return errors.form_refused(problems, _facts(problems[0], form)) if problems else None


def new_values(change: PortfolioChange, portfolio: Portfolio) -> dict[str, Any]:
    """The columns to write; raises for the first field that breaks a rule, with all of them in the details."""
    typed = PortfolioForm(
        portfolio_name=_kept(change.portfolio_name, portfolio.name),
        account_name=_kept(change.account_name, portfolio.account_name),
        account_type=_kept(change.account_type, portfolio.account_type),
        equity_balance=_kept(change.equity_balance, str(portfolio.equity_balance)),
    )
    if refused := refusal_of(typed):
        raise refused
    values = {
        "name": rules.clean_name(typed.portfolio_name),
        "account_name": rules.clean_name(typed.account_name),
        "account_type": rules.parse_account_type(typed.account_type),
        "equity_balance": rules.parse_equity_balance(typed.equity_balance),
        "description": portfolio.description
        if change.description is None
        else rules.clean_description(change.description),
    }
    return {column: value for column, value in values.items() if value != getattr(portfolio, column)}


def _kept(typed: str | None, present: str) -> str:
    return present if typed is None else typed


def _facts(problem: rules.FormProblem, form: PortfolioForm) -> dict[str, Any]:
    """What a program needs to correct the field without reading the sentence."""
    length = len(rules.clean_name(form.account_name))
    facts: dict[str, dict[str, Any]] = {
        "ERR_PORT_003": {"max_length": rules.MAX_PORTFOLIO_NAME},
        "ERR_PORT_006": {"max_balance": str(rules.EQUITY_LIMIT)},
        "ERR_PORT_009": {"account_type": form.account_type[:100]},
        "ERR_PORT_010": {"max_length": rules.MAX_ACCOUNT_NAME, "actual_length": length},
    }
    return facts.get(problem.code, {})
