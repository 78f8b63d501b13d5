"""Line icons, 16 x 16, one path each, drawn in the colour of the text around them."""

import reflex as rx

from sigmasight_ui.ui.kit.html import attributes


def _ring(radius: float, x: float = 8, y: float = 8) -> str:
    half = f"a{radius:g} {radius:g} 0 1 0"
    return f"M{x - radius:g} {y:g}{half} {2 * radius:g} 0{half} {-2 * radius:g} 0"


ICONS = {
    "book": "M3.5 2.5h7.7a1.3 1.3 0 0 1 1.3 1.3v9.7H4.8a1.3 1.3 0 0 1-1.3-1.3zM3.5 11.7h9M6 5.4h4",
    "chart": "M2 12 6 7l3 3 5-6",
    "chat": "M2.5 3.5h11v7.5H7.6L4.8 13.2V11H2.5z",
    "check": "m3.2 8.4 3.2 3.2 6.4-7",
    "clock": _ring(5.8) + "M8 4.8V8l2.2 1.6",
    "close": "m4 4 8 8M12 4l-8 8",
    "copy": "M5.5 5.5h7.7v7.7H5.5zM10.5 5.3V2.8H2.8v7.7h2.5",
    "done": _ring(5.8) + "M5.4 8.2l1.9 1.9 3.4-3.8",
    "down": "m4 6.3 4 4 4-4",
    "download": "M8 2.8v7.6M4.6 7.2 8 10.6l3.4-3.4M3 13.2h10",
    "edit": "M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2z",
    "eye": "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8z" + _ring(1.9),
    "eye_off": "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8z" + _ring(1.9) + "M2.8 13.2 13.2 2.8",
    "file": "M4 2.2h5.2L12.4 5.4v8.4H4zM9 2.4v3.2h3.2",
    "filter": "M2.5 4h11M4.5 8h7M6.5 12h3",
    "folder": "M2 4.2h4.2l1.4 1.6H14v7H2z",
    "gear": _ring(2) + "M8 2v1.8M8 12.2V14M2 8h1.8M12.2 8H14M3.8 3.8 5 5M11 11l1.2 1.2M3.8 12.2 5 11M11 5l1.2-1.2",
    "home": "M2.5 7.2 8 2.8l5.5 4.4v6H9.8V9.4H6.2v3.8H2.5z",
    "info": _ring(5.8) + "M8 7.4v3.4M8 5.2v.1",
    "link": "M6.5 9.5 9.5 6.5M7.5 4.5l1-1a2.83 2.83 0 0 1 4 4l-1 1M8.5 11.5l-1 1a2.83 2.83 0 0 1-4-4l1-1",
    "list": "M5.5 4h8M5.5 8h8M5.5 12h8M2.6 4h.01M2.6 8h.01M2.6 12h.01",
    "lock": "M4 7.2h8v6H4zM5.6 7V5.2a2.4 2.4 0 0 1 4.8 0V7",
    "moon": "M13 9.6A5.4 5.4 0 0 1 6.4 3 5.4 5.4 0 1 0 13 9.6z",
    "more": _ring(0.6, 3.5) + _ring(0.6) + _ring(0.6, 12.5),
    "orders": "M3 4h10M3 8h10M3 12h6",
    "plus": "M8 3.2v9.6M3.2 8h9.6",
    "redo": "M13 4v3.4H9.6M12.6 7.2A5 5 0 1 0 12.8 10",
    "right": "m6.2 4 4 4-4 4",
    "risk": "M2 13.5h12M3.5 11l3-4 2.5 2L13 3.5",
    "search": _ring(4.2, 7, 7) + "M10.2 10.2l3.3 3.3",
    "send": "M8 13V3.4M4 7.2 8 3.2l4 4",
    "sign_out": "M9.5 3H3.2v10h6.3M6.5 8h7M11 5.4 13.6 8 11 10.6",
    "skipped": _ring(5.8) + "M5.4 8h5.2",
    "stop": _ring(5.8) + "M8 4.8v4M8 10.9v.1",
    "sun": _ring(2.6)
    + "M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M3.6 12.4l1-1M11.4 4.6l1-1",
    "system": "M2.5 3.2h11v7.6h-11zM5.5 13.4h5M8 10.8v2.6",
    "table": "M2.5 3.5h11v9h-11zM2.5 6.6h11M6.4 6.6v5.9",
    "upload": "M8 12.5v-9M4.2 7.2 8 3.4l3.8 3.8M2.8 13.6h10.4",
    "users": _ring(2.2, 6, 5.5)
    + "M2 13c0-2.4 1.8-3.8 4-3.8s4 1.4 4 3.8M10.5 3.6a2.1 2.1 0 0 1 0 3.9M11.8 9.6c1.4.5 2.2 1.7 2.2 3.4",
    "waiting": _ring(5.6),
    "warning": "M8 2.4 14.4 13.4H1.6zM8 6.6v3.2M8 11.6v.1",
}


def icon(name: str, label: str = "", class_name: str = "") -> rx.Component:
    """Hidden from screen readers unless a label says what it means."""
    naming = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    classes = f"icon icon-{name} {class_name}" if name == "waiting" else f"icon {class_name}"
    drawing = rx.el.svg.path(d=ICONS[name])
    return rx.el.svg(drawing, view_box="0 0 16 16", class_name=classes.strip(), **naming)


def brand_mark() -> rx.Component:
    """The bell curve with its mean."""
    return rx.el.svg(
        rx.el.svg.rect(width="22", height="22", rx="4.5", **attributes(fill="currentColor")),
        rx.el.svg.path(d="M3.5 16.2c4.2 0 4-10.4 7.5-10.4s3.3 10.4 7.5 10.4M11 9v7.2"),
        view_box="0 0 22 22",
        class_name="brand-mark",
        aria_hidden="true",
    )
