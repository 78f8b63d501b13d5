"""Deleting one's account: asked twice over, by password and by words typed, and then gone at once."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.auth.state import DELETED
from sigmasight_ui.ui.form_errors import field_errors, typed

WORDS = "delete my account"
_PASSWORD, _TYPED = "deletion_password", "deletion_words"


class DeletionState(rx.State):
    """`problem` is a refusal that is about no field; `forms` counts openings: each begins empty."""

    asks: bool = False
    forms: int = 0
    errors: dict[str, str] = {}
    problem: str = ""
    is_deleting: bool = False

    @rx.event
    def ask(self):
        self.asks, self.forms, self.errors, self.problem = True, self.forms + 1, {}, ""

    @rx.event
    def keep(self):
        self.asks, self.is_deleting = False, False

    @rx.event
    async def delete(self, form: dict[str, str]):
        """Sessions end with the account: this page's own next event would lead to the sign-in page anyway."""
        self.errors, self.problem = {}, ""
        if typed(form, _TYPED).strip().lower() != WORDS:
            self.errors = {"words": f"Type these words: {WORDS}."}
            return
        password = typed(form, _PASSWORD)
        self.is_deleting = True
        yield
        try:
            await scope.call_hashing(
                lambda services, open_, actor: services.identity.delete_account(open_, actor, password)
            )
        except AppError as error:
            self.errors = field_errors(error)
            self.problem = "" if self.errors else f"{error.sentence} ({error.code})"
        else:
            yield rx.redirect(f"/login?said={DELETED}")
        finally:
            self.is_deleting = False
