import pytest
from starlette.requests import Request

from sigmasight_ui.ui import scope


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_session_cookies_the_socket_believes_the_one_that_rest_believes(sign_in, order):
    """A cookie somebody else has set for one path comes first: a page must not upload for one and show the other."""
    ada, ben = sign_in(), sign_in()
    header = "; ".join(["other=1", *[each.cookie for each in (ada, ben)][::order], "broken"])
    request = Request({"type": "http", "headers": [(b"cookie", header.encode())]})
    name, _, value = ben.cookie.partition("=")
    of_rest = ben if request.cookies[name] == value else ada
    assert scope.resolve(header, None).user_id == of_rest.actor.user_id


def test_a_header_without_our_cookie_is_nobody(sign_in):
    sign_in()
    assert scope.resolve("other=1; sigmasight", None) is None
