"""What the web server loads: `gunicorn wsgi:app`."""

from expertise import create_app

app = create_app()
