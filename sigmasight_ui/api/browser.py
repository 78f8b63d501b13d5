"""What only a browser's own forms do: exchange a sign-in ticket for the session cookie, and give the cookie back.

The sign-in page checks the password over its socket, where no cookie can be set; it then submits a real form here.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from sigmasight_ui.api.deps import Anonymous, Door, check_origin
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.services.identity.schemas import BROWSER_LIFETIME, actor_of

router = APIRouter(prefix="/auth", include_in_schema=False, route_class=ThreadRoute)

HOME = "/dashboard"
SIGN_IN = "/login"
# One of our pages: letters first, so neither //host nor /\host, and nothing a browser would read as another place.
_OWN_PAGE = re.compile(r"/[a-z][a-zA-Z0-9/_.~-]*(?:\?[a-zA-Z0-9/_.~%&=+:-]*)?")
_LONGEST_PAGE = 500


@router.post("/enter")
def enter(
    request: Request, door: Anonymous, ticket: Annotated[str, Form()] = "", next: Annotated[str, Form()] = HOME
) -> RedirectResponse:
    """The cookie, once per ticket; whoever was signed in before in this browser is signed out."""
    check_origin(request, door.services.settings)
    try:
        with door.transaction() as session:
            cookie = door.services.identity.redeem_ticket(session, ticket)
    except AppError as error:
        problem = "away" if error.kind is ErrorKind.UNAVAILABLE else "ticket"
        return RedirectResponse(f"{SIGN_IN}?problem={problem}", 303)
    _end_session_of_cookie(request, door)
    answer = RedirectResponse(own_page(next), 303)
    answer.set_cookie(
        door.services.settings.session_cookie,
        cookie,
        max_age=int(BROWSER_LIFETIME.total_seconds()),
        path="/",
        secure=door.services.settings.is_https,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/logout")
def leave(request: Request, door: Anonymous) -> RedirectResponse:
    """Ends the session for every tab and every copy of the cookie."""
    check_origin(request, door.services.settings)
    _end_session_of_cookie(request, door)
    answer = RedirectResponse(SIGN_IN, 303)
    settings = door.services.settings
    answer.delete_cookie(settings.session_cookie, path="/", secure=settings.is_https, httponly=True, samesite="lax")
    return answer


def own_page(wanted: str) -> str:
    """A page of ours, or home: a link to us must not lead somebody on to another site."""
    fits = len(wanted) <= _LONGEST_PAGE and _OWN_PAGE.fullmatch(wanted)
    return wanted if fits and not wanted.startswith(("/auth", "/api")) else HOME


def _end_session_of_cookie(request: Request, door: Door) -> None:
    cookie = request.cookies.get(door.services.settings.session_cookie, "")
    with door.transaction() as session:
        live = door.services.identity.resolve_cookie(session, cookie)
    if live is not None:
        actor = actor_of(live, "browser", door.visitor.ip, door.actor.request_id)
        with door.transactions(actor) as session:
            door.services.identity.sign_out(session, actor)
