"""What the entrances answer to a form that cannot be right."""

from sigmasight_ui.ui.auth.state import ClaimState, RegisterState

EMPTY = {"claim_code": " ", "invite_code": " ", "email": "", "password": "", "full_name": ""}


def test_an_empty_registration_says_everything_that_is_missing(ada):
    ada.open("/register", RegisterState.arrive)
    ada.send(RegisterState.submit, "/register", form=EMPTY)
    assert set(ada.see(RegisterState, "field_errors")) == {"invite_code", "email", "password", "full_name"}
    assert ada.see(RegisterState, "busy") is False


def test_an_empty_claim_says_everything_that_is_missing(ada):
    ada.open("/claim", ClaimState.load)
    ada.send(ClaimState.submit, "/claim", form=EMPTY)
    said = ada.see(ClaimState, "field_errors")
    assert set(said) == {"claim_code", "email", "password", "full_name"}
    assert said["claim_code"].startswith("This claim code is not right.")
    assert ada.see(ClaimState, "busy") is False
