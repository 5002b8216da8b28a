"""How long a large handover takes to prefill, and how much its pages weigh: the last line of `make bench`.

Twelve dossiers, forty contacts, twenty-five promises and as many lessons, on SQLite, in a temporary installation.
"""

import gzip
import sys

from bench.measure import installation, measured
from expertise.base.database import begin, session
from expertise.serving import settle
from tests import make
from tests.conftest import PASSWORD, Browser
from tests.handovers.test_size import fill, pages_of

REPEAT = 40
LIMIT = 1000.0  # milliseconds to prefill it
WARM = 8_000  # bytes of a page, compressed, without what the browser has already


def main() -> None:
    """Measure and print."""
    with installation("sqlite") as app:
        with app.app_context():
            begin("alone")
            cast = make.make_cast(PASSWORD)
            fill(cast)
            session().commit()
        settle()
        leaver = Browser(app.test_client()).sign_in(cast.email("leaver"))
        begun = f"/postings/{cast.postings['leaver']}/handover"
        took = measured(REPEAT, lambda _: leaver.get(begun))
        over = "  over the limit" if took["p95"] > LIMIT else ""
        shown = ", ".join(f"{name} {took[name]:.0f}" for name in ("median", "p95", "worst", "processor"))
        sys.stdout.write(f"handover prefilled, milliseconds: {shown}{over}\n")
        leaver.post(begun)
        note = leaver.page.request.path.rpartition("/edit")[0] if leaver.page else ""
        with app.app_context():
            begin("read")
            dossier = session().query(make.Dossier).first()
        weights = {page: len(gzip.compress(leaver.get(page).encode(), 6)) for page in pages_of(note, dossier.id)}
        heaviest = max(weights, key=lambda page: weights[page])
        over = "  over the limit" if weights[heaviest] > WARM else ""
        sys.stdout.write(f"its heaviest page of {len(weights)}, bytes compressed: {weights[heaviest]}{over}\n")


if __name__ == "__main__":
    main()
