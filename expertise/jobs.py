"""What is done without anybody asking: every job of every room, in the order in which they run.

A room that has work for later exports a function that says how many things it did; it is registered here.
"""

from datetime import timedelta

from flask import current_app
from flask_babel import lazy_gettext as _

from expertise.access import once
from expertise.access.viewer import system
from expertise.audit import queries as events
from expertise.base import mail, post_office
from expertise.base.commands import reading
from expertise.base.erasing import keep_ledger, sweep_erased
from expertise.base.jobs import Job
from expertise.drafts import service as drafts
from expertise.files import keeping
from expertise.handovers import acts, reminders
from expertise.people import service as people
from expertise.privacy import service as privacy
from expertise.questions import missed
from expertise.questions import service as questions
from expertise.search import service as search
from expertise.watching import searches
from expertise.watching import service as watching

# A little less than the pause of a runner, so that each round does it.
EACH_ROUND = timedelta(seconds=20)


def _start_notes() -> int:
    return acts.start_notes(system())


def _freeze_due() -> int:
    return acts.freeze_due(system())


def _reopen_for_successors() -> int:
    return acts.reopen_for_successors(system())


def _remind() -> int:
    return reminders.remind(system())


def _go_up_due() -> int:
    return questions.go_up_due(system(), days=current_app.config["QUESTION_DAYS"])


def _forget_misses() -> int:
    return missed.forget_old(system())


def _look_for_watchers() -> int:
    return searches.look_for_watchers(system())


def _write_digests() -> int:
    return watching.write_digests(system())


def _forget_sessions() -> int:
    return people.forget_sessions(system(), idle_hours=current_app.config["SESSION_HOURS"])


def _forget_failures() -> int:
    return people.forget_failures(system(), wait_minutes=current_app.config["SIGN_IN_WAIT_MINUTES"])


def _forget_drafts() -> int:
    return drafts.forget_old_drafts(days=current_app.config["DRAFT_DAYS"])


def _forget_sent() -> int:
    return once.forget_sent()


def _sweep_erased() -> int:
    keep_ledger()
    return sweep_erased(search.rebuild)


def _run_retention() -> int:
    return sum(privacy.run_retention(system()).values())


def _verify_events() -> int:
    with reading():
        return events.check(system())


JOBS = (
    Job("index", _("Index what waits"), search.catch_up, every=EACH_ROUND, minds_its_own=True),
    Job("handovers", _("Begin the handovers of who leaves within ninety days"), _start_notes, daily_at=1),
    Job("freeze", _("Freeze signed handovers whose last day has passed"), _freeze_due, daily_at=1),
    Job("successors", _("Open received handovers again for a successor"), _reopen_for_successors, daily_at=1),
    Job("reminders", _("Remind who leaves, and who arrived, of their handover"), _remind, daily_at=6),
    Job("questions", _("Put questions that nobody answered to the next one"), _go_up_due, daily_at=5),
    Job("searches", _("Search again for whoever watches a search"), _look_for_watchers, every=timedelta(hours=1)),
    Job("digests", _("Write the daily mail about what is watched"), _write_digests, daily_at=6),
    Job("files", _("Look at files that had to wait"), keeping.extract_pending, every=EACH_ROUND, minds_its_own=True),
    Job("sweep", _("Take away contents of files that nothing names"), keeping.sweep, daily_at=3, minds_its_own=True),
    Job("mail", _("Send the mail that waits"), post_office.send_due, every=EACH_ROUND, minds_its_own=True),
    Job("sessions", _("Strike out sessions that nobody used"), _forget_sessions, every=timedelta(hours=1)),
    Job("failures", _("Strike out failed sign-ins that no longer count"), _forget_failures, every=timedelta(hours=1)),
    Job("drafts", _("Strike out drafts that nobody went on with"), _forget_drafts, daily_at=2),
    Job("sent", _("Strike out which forms were sent over a day ago"), _forget_sent, daily_at=2),
    Job("in_vain", _("Strike out searches without a result of over half a year ago"), _forget_misses, daily_at=2),
    Job(
        "erased",
        _("Take away the last bytes of what was erased"),
        _sweep_erased,
        every=timedelta(hours=1),
        minds_its_own=True,
    ),
    Job("retention", _("End what has had its time: contacts, files that nobody took in"), _run_retention, daily_at=3),
    Job("events", _("Verify that nobody altered the record of events"), _verify_events, daily_at=4, minds_its_own=True),
    Job("letters", _("Strike out what is left of mail of over a month ago"), mail.forget_old, daily_at=2),
)
