"""What the web server loads: `gunicorn wsgi:app`."""

import threading

from expertise import create_app
from expertise.search.service import catch_up

app = create_app()


def _catch_up() -> None:
    """What was committed before a crash and not indexed yet; beside the first requests, not before them."""
    with app.app_context():
        catch_up()


threading.Thread(target=_catch_up, name="catch-up", daemon=True).start()
