"""python -m sigmasight_ui <command>"""

from sigmasight_ui.cli import app

app(prog_name="python -m sigmasight_ui")
