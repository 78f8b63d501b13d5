"""While sessions cannot be looked up, because the database is away: one banner, and a page that goes on by itself."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.public import public

_AGAIN_AFTER = "5000"  # milliseconds between the presses of assets/kit.js


class OutageState(rx.State):
    """`reference` is empty while all is well. Nothing here is anybody's, so it may be shown to whoever asks."""

    reference: str = ""

    @rx.event
    @public
    def try_again(self):
        """The gate lets this through once people can be told apart again: then the page loads as if just opened."""
        return rx.State.hydrate_and_load


def outage() -> rx.Component:
    """What is on screen stays as it was."""
    again = button("Try again", on_click=OutageState.try_again, **attributes(data_every=_AGAIN_AFTER))
    sentence = rx.fragment(
        "Nothing is lost. This page goes on as soon as the data is back. Reference for support: ",
        OutageState.reference,
    )
    shown = banner("Your data cannot be reached right now", sentence, again, tone="danger", alert=True)
    return rx.cond(OutageState.reference != "", shown)
