"""python -m sigmasight_ui <command>"""

from sigmasight_ui.cli import app

if __name__ == "__main__":  # processes that compute for this one load the module too, under another name
    app(prog_name="python -m sigmasight_ui")
