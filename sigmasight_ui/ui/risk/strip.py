"""The strip of six; each figure opens its receipt."""

import reflex as rx

from sigmasight_ui.ui.kit.tile import Tile, figure_tile, tiles, tiles_waiting
from sigmasight_ui.ui.risk.cards import LOADING, MISSING
from sigmasight_ui.ui.risk.receipt import opens_receipt
from sigmasight_ui.ui.risk.state import RiskState

S = RiskState


def strip() -> rx.Component:
    why = rx.el.p(S.strip.reason, class_name="quiet")
    return rx.match(S.strip.phase, (LOADING, tiles_waiting()), (MISSING, why), tiles(rx.foreach(S.strip.tiles, _tile)))


def _tile(each: rx.Var[Tile]) -> rx.Component:
    return figure_tile(each, opens_receipt(each.value, each.key, of=each.label))
