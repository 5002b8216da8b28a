"""What the web server loads: `gunicorn wsgi:app`."""

import threading

from expertise import create_app
from expertise.files.keeping import tidy
from expertise.search.service import catch_up

app = create_app()


def _catch_up() -> None:
    """What a stop left behind, in files and in the index; beside the first requests, not before them."""
    with app.app_context():
        tidy()
        catch_up()


threading.Thread(target=_catch_up, name="catch-up", daemon=True).start()
