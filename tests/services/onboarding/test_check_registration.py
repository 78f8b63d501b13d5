"""What the form is told before anything is counted or looked up."""

from dataclasses import replace

from sigmasight_ui.core.config import PUBLIC_INVITE_CODE
from sigmasight_ui.services.onboarding.schemas import Registration

GOOD = Registration("ada@example.com", "Correct-Horse-42", "Ada", PUBLIC_INVITE_CODE)


def codes(services, **changes):
    return [problem.code for problem in services.onboarding.check_registration(replace(GOOD, **changes))]


def test_names_every_field_at_once(services):
    assert codes(services) == []
    wrong = {"email": "x", "password": "x", "full_name": " ", "invite_code": " "}
    assert codes(services, **wrong) == ["ERR_INVITE_001", "ERR_USER_002", "ERR_USER_003", "ERR_USER_004"]


def test_tells_neither_which_invites_are_good_nor_who_exists(services, new_user):
    new_user("ada@example.com")
    assert codes(services, invite_code="guess") == []
