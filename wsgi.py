"""What another web server loads: `gunicorn wsgi:app`. `expertise serve` needs it not."""

from expertise import create_app
from expertise.serving import catch_up_beside

app = create_app()
catch_up_beside(app)
