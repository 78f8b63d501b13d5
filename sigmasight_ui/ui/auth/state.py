"""Getting in: registering, signing in, claiming a new installation. Each ends with a ticket the page hands to the
web door, which answers with the HttpOnly cookie that no script can read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.errors import AppError, unavailable
from sigmasight_ui.core.network import network_of
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.identity.errors import claim_wrong, ticket_spent
from sigmasight_ui.services.identity.schemas import Handover, Visitor
from sigmasight_ui.services.onboarding.schemas import Registration
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.public import public

Form = dict[str, str]
_PROBLEMS = {"ticket": ticket_spent, "away": partial(unavailable, "The database")}  # why /auth/enter sent somebody back
DELETED = "deleted"
_SAID = {DELETED: "Your account and everything in it is deleted."}  # what was done just before
SignIn = Callable[[Services, Transactions, Visitor], Handover]


class EntranceState(rx.State, mixin=True):
    """What the three entrances share: one error per field, one for the form, and the ticket."""

    busy: bool = False
    ticket: str = ""
    next_path: str = ""
    form_error: str = ""
    field_errors: dict[str, str] = {}

    @rx.event
    @public
    def arrive(self):
        self._begin_anew()
        problem = _PROBLEMS.get(self.router.url.query_parameters.get("problem", ""))
        if problem is not None:
            self._refuse(problem())

    def _begin_anew(self) -> None:
        """Coming back to the page: a spent ticket must not be handed in again."""
        self._begin()
        self.busy, self.ticket = False, ""

    async def _enter(self, sign_in: SignIn, next_path: str) -> None:
        visitor = Visitor(network_of(self.router.session.client_ip), self.router.headers.user_agent)
        try:
            handover = await scope.call_hashing(lambda services, open_, _actor: sign_in(services, open_, visitor))
        except AppError as error:
            self._refuse(error)
        else:
            self.ticket, self.next_path = handover.ticket, next_path
        finally:
            self.busy = False

    def _refuse(self, error: AppError) -> None:
        if error.field:
            self.field_errors = {error.field: _sentence(error)}
        else:
            self.form_error = _sentence(error)

    def _refuse_all(self, problems: Sequence[AppError]) -> None:
        self.busy = False
        self.field_errors = {error.field: _sentence(error) for error in problems if error.field}

    def _begin(self) -> None:
        self.busy, self.form_error, self.field_errors = True, "", {}


class RegisterState(EntranceState, rx.State):
    @rx.event
    @public
    async def submit(self, form: Form):
        self._begin()
        yield
        registration = Registration(
            email=_text(form, "email"),
            password=_text(form, "password"),
            full_name=_text(form, "full_name"),
            invite_code=_text(form, "invite_code"),
        )
        if problems := scope.services().onboarding.check_registration(registration):
            self._refuse_all(problems)
            return
        await self._enter(
            lambda services, open_, visitor: services.identity.hand_over(
                open_, services.onboarding.register(open_, registration, visitor), visitor
            ),
            "/onboarding/upload",
        )


class LoginState(EntranceState, rx.State):
    said: str = ""

    @rx.event
    @public
    def look(self):
        self.said = _SAID.get(self.router.url.query_parameters.get("said", ""), "")

    @rx.event
    @public
    async def submit(self, form: Form):
        self._begin()
        yield
        email, password = _text(form, "email"), _text(form, "password")
        await self._enter(
            lambda services, open_, visitor: services.identity.sign_in_browser(open_, email, password, visitor),
            self.router.url.query_parameters.get("next", "") or "/dashboard",
        )


class ClaimState(EntranceState, rx.State):
    is_open: bool = True

    @rx.event
    @public
    async def load(self):
        self._begin_anew()
        self.is_open = await scope.call(
            lambda services, session, _actor: services.administrators.claim_is_open(session)
        )

    @rx.event
    @public
    async def submit(self, form: Form):
        self._begin()
        yield
        values = {name: _text(form, name) for name in ("claim_code", "email", "password", "full_name")}
        problems = scope.services().identity.account_problems(values["email"], values["password"], values["full_name"])
        if not values["claim_code"].strip():
            problems.append(claim_wrong())
        if problems:
            self._refuse_all(problems)
            return
        await self._enter(
            lambda services, open_, visitor: services.identity.hand_over(
                open_,
                services.administrators.claim(
                    open_, values["claim_code"], values["email"], values["password"], values["full_name"], visitor
                ),
                visitor,
            ),
            "/onboarding/upload",
        )


def _sentence(error: AppError) -> str:
    return f"{error.sentence} ({error.code})"


def _text(form: Form, name: str) -> str:
    """Whatever a socket sends in a form: text up to a sane length, or nothing."""
    value = form.get(name, "") if isinstance(form, dict) else ""
    return value[:1000] if isinstance(value, str) else ""
