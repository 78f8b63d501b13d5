import asyncio
import threading

import pytest
from starlette.requests import Request

from sigmasight_ui.ui import gate, scope


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


def test_all_tabs_of_one_person_together_take_a_few_threads_only(sign_in):
    ada, ben = sign_in(), sign_in()
    go_on, inside = threading.Event(), []

    def slow(_services, _open, actor):
        inside.append(actor.user_id)
        assert go_on.wait(20)

    async def called_as(person, work):
        gate.current_actor.set(person.actor)
        return await scope.call_open(work)

    async def while_ada_opens_many_tabs():
        tabs = [asyncio.create_task(called_as(ada, slow)) for _ in range(3 * scope.AT_ONCE)]
        while len(inside) < scope.AT_ONCE:
            await asyncio.sleep(0.01)
        try:
            assert await called_as(ben, lambda _services, _open, actor: actor.user_id) == ben.actor.user_id
            assert inside == [ada.actor.user_id] * scope.AT_ONCE
        finally:
            go_on.set()
        await asyncio.gather(*tabs)

    asyncio.run(while_ada_opens_many_tabs())
    assert len(inside) == 3 * scope.AT_ONCE
