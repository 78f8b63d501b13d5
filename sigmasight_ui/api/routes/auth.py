"""Signing in and out for programs, one's own profile, password and sessions."""

from __future__ import annotations

import json
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from sigmasight_ui.api.contract import ChangedText, Instant, Limit, Message, Offset, Text, refusals
from sigmasight_ui.api.deps import Anonymous, SignedIn, hash_in_turn
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.identity.schemas import SessionRow, UserView

router = APIRouter(prefix="/auth", tags=["auth"], route_class=ThreadRoute)


class Credentials(BaseModel):
    email: Text = ""
    password: Text = ""


class SignedInUser(BaseModel):
    id: UUID
    email: str
    full_name: str
    is_superuser: bool


class Profile(SignedInUser):
    """`import_file_days`: how long imported files are kept, 0 for not at all."""

    privacy_mode: bool
    import_file_days: int


class Token(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = Field(default="bearer")
    expires_in: int
    user: SignedInUser


class ProfileChange(BaseModel):
    full_name: ChangedText = None
    privacy_mode: bool | None = None
    import_file_days: int | None = None


class PasswordChange(BaseModel):
    current_password: Text = ""
    new_password: Text = ""


class AccountDeletion(BaseModel):
    password: Text = ""


class SessionsEnded(Message):
    sessions_ended: int


class Session(BaseModel):
    id: UUID
    kind: str
    device: str | None
    created_at: Instant
    last_seen_at: Instant
    expires_at: Instant
    is_current: bool


class Sessions(BaseModel):
    items: list[Session]
    total: int
    limit: int
    offset: int


@router.post("/login", responses=refusals(401, 413, 429))
async def login(credentials: Credentials, door: Anonymous) -> Token:
    """A bearer token for programs. One answer for an unknown user and a wrong password."""
    signed = await door.services.password_lane.run(
        lambda: door.services.identity.sign_in_program(
            door.transactions, credentials.email, credentials.password, door.visitor
        )
    )
    user = signed.user
    return Token(
        access_token=signed.access_token,
        expires_in=signed.expires_in,
        user=SignedInUser(id=user.id, email=user.email, full_name=user.full_name, is_superuser=user.is_superuser),
    )


@router.post("/logout", responses=refusals(401, 403))
def logout(door: SignedIn) -> Message:
    """Ends the session of the token or cookie at once."""
    with door.transaction() as session:
        door.services.identity.sign_out(session, door.actor)
    return Message(message="You are signed out.")


@router.get("/me", responses=refusals(401))
def me(door: SignedIn) -> Profile:
    with door.transaction() as session:
        return _profile(door.services.identity.profile(session, door.actor))


@router.get(
    "/me/export",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}, **refusals(401, 403)},
)
def export(door: SignedIn) -> Response:
    """Everything kept about oneself as a JSON file: profile, sessions, security events, own portfolios,
    archived ones too, with every lot, import, contribution and withdrawal, stress scenarios, named mappings of
    imports."""
    with door.transaction() as session:
        data = door.services.onboarding.own_data(session, door.actor)
    headers = {"Content-Disposition": 'attachment; filename="sigmasight_my_data.json"', "Cache-Control": "no-store"}
    return Response(json.dumps(data, default=str, indent=1), media_type="application/json", headers=headers)


@router.patch("/me", responses=refusals(401, 403, 413))
def change_me(change: ProfileChange, door: SignedIn) -> Profile:
    """Fields that are left out stay as they are."""
    with door.transaction() as session:
        user = door.services.identity.update_profile(
            session,
            door.actor,
            full_name=change.full_name,
            privacy_mode=change.privacy_mode,
            import_file_days=change.import_file_days,
        )
    return _profile(user)


@router.delete("/me", status_code=204, responses=refusals(401, 403, 409, 413, 429))
async def delete_me(door: SignedIn, deletion: AccountDeletion | None = None) -> None:
    """The account and everything in it, at once and for good, once the password is right: portfolios and their figures,
    files, presets, scenarios, sessions. GET /auth/me/export first. The only administrator stays."""
    password = (deletion or AccountDeletion()).password
    identity = door.services.identity
    await hash_in_turn(door, lambda: identity.delete_account(door.transactions, door.actor, password))


@router.post("/password", responses=refusals(401, 403, 413, 429))
async def change_password(change: PasswordChange, door: SignedIn) -> SessionsEnded:
    """Ends every other session."""
    identity, old, new = door.services.identity, change.current_password, change.new_password
    ended = await hash_in_turn(door, lambda: identity.change_password(door.transactions, door.actor, old, new))
    return SessionsEnded(message="Your password is changed.", sessions_ended=ended)


@router.get("/sessions", responses=refusals(401))
def sessions(door: SignedIn, limit: Limit = 50, offset: Offset = 0) -> Sessions:
    """Where one is signed in: browsers and tokens, newest use first."""
    with door.transaction() as session:
        rows = door.services.identity.sessions(session, door.actor)
    items = [_session(row) for row in rows[offset : offset + limit]]
    return Sessions(items=items, total=len(rows), limit=limit, offset=offset)


@router.delete("/sessions", responses=refusals(401, 403))
def end_other_sessions(door: SignedIn) -> SessionsEnded:
    """Every session but the one that asks."""
    with door.transaction() as session:
        ended = door.services.identity.end_other_sessions(session, door.actor)
    return SessionsEnded(message="The other sessions are ended.", sessions_ended=ended)


@router.delete("/sessions/{session_id}", status_code=204, responses=refusals(401, 403, 404))
def end_session(session_id: UUID, door: SignedIn) -> None:
    with door.transaction() as session:
        door.services.identity.end_session(session, door.actor, session_id)


def _profile(user: UserView) -> Profile:
    return Profile(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        is_superuser=user.is_superuser,
        privacy_mode=user.privacy_mode,
        import_file_days=user.import_file_days,
    )


def _session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        kind=row.kind,
        device=row.device,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        is_current=row.is_current,
    )
