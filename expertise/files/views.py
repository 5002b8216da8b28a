"""Pages of files: add one to a record, look at one, take it home, remove it."""

from functools import partial
from typing import Any, BinaryIO, cast

from flask import Blueprint, current_app, flash, redirect, render_template, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from expertise.access.gate import append_apart, begin_again, late, need, sent_before, viewer
from expertise.access.pace import costs
from expertise.audit.service import record_apart
from expertise.base.pages import Answer, form_page
from expertise.files import checking, queries, service, words
from expertise.files.checking import Unfit
from expertise.files.forms import AddFileForm
from expertise.files.owners import Owner

bp = Blueprint("files", __name__)
# What is given out of a file can do nothing, even where a browser shows it.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@bp.get("/files/of/<kind>/<owner_id>")
@need("file.add")
def adding(kind: str, owner_id: str) -> Answer:
    """The form by itself."""
    return _form_page(queries.get_owner(viewer(), kind, owner_id, action="file.add"), AddFileForm())


@bp.post("/files/of/<kind>/<owner_id>")
@need("file.add")
@costs("long")
@late(limit="MAX_UPLOAD_BYTES")
def add(kind: str, owner_id: str) -> Answer:
    """Add a file: look at it while no transaction is open, and keep it only then."""
    begin_again("read")
    owner = queries.get_owner(viewer(), kind, owner_id, action="file.add")
    form = AddFileForm()
    if not form.validate_on_submit():
        return _form_page(owner, form)
    try:
        checked = _examined(form.file.data)
        begin_again("write")
        owner = queries.get_owner(viewer(), kind, owner_id, action="file.add")
        before = sent_before(checked.sha256)
        if before is not None:
            return before
        file = service.add_file(viewer(), owner, checked)
    except Unfit as why:
        begin_again("read")
        append_apart(partial(record_apart, viewer(), "file.refused", reason=why.code), needed=False)
        form.blame(why)
        return _form_page(owner, form)
    if file.ready:
        flash(_("File added: %(name)s", name=file.name), "success")
    else:
        flash(_("File added: %(name)s. It is being looked at, and can be opened after that.", name=file.name))
    return redirect(f"{owner.url}#files", 303)


def _examined(sent: FileStorage | None) -> checking.Checked:
    if sent is None or not sent.filename:
        raise Unfit("none")
    config = current_app.config
    begin_again(None)
    return checking.examine(
        cast(BinaryIO, sent.stream), sent.filename, most=config["MAX_FILE_BYTES"], seconds=config["FILE_CHECK_SECONDS"]
    )


def _form_page(owner: Owner, form: AddFileForm) -> Answer:
    most = current_app.config["MAX_FILE_BYTES"] // 1024 // 1024
    return form_page("files/add.html", form, owner=owner, words=words, most=most)


@bp.get("/files/<file_id>")
@need("file.read")
def show(file_id: str) -> str:
    """One file: what it is, where it belongs, what stands in it."""
    attached = queries.get_file(viewer(), file_id)
    return render_template(
        "files/show.html",
        attached=attached,
        file=attached.file,
        owner=attached.owner,
        shown=queries.text_of(viewer(), attached),
        words=words,
    )


@bp.get("/files/<file_id>/content")
@need("file.read")
def content(file_id: str) -> Response:
    """Take it home: always as a file to keep, never to be shown by the browser itself."""
    attached = queries.get_file(viewer(), file_id)
    answer = send_file(
        queries.content_of(viewer(), attached),
        mimetype=words.KINDS[attached.file.kind].media_type,
        as_attachment=True,
        download_name=attached.file.name,
        etag=attached.file.id,
        max_age=0,
    )
    return _harmless(answer)


@bp.get("/files/<file_id>/pages/<int:number>")
@need("file.read")
def picture(file_id: str, number: int) -> Response:
    """A page, or a picture, drawn anew by us."""
    attached = queries.get_file(viewer(), file_id)
    drawn = queries.picture_of(viewer(), attached, number)
    kind = "image/jpeg" if attached.file.kind == "jpeg" else "image/png"
    return _harmless(send_file(drawn, mimetype=kind, etag=False, max_age=0))


def _harmless(answer: Any) -> Response:
    answer.headers["Content-Security-Policy"] = SANDBOX
    # A right that was taken away must not live on in a cache.
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


@bp.post("/files/<file_id>/remove")
@need("file.read")
def remove(file_id: str) -> Response:
    """Remove it from its record."""
    attached = queries.get_file(viewer(), file_id, action="file.remove")
    service.remove_file(viewer(), attached)
    flash(_("File removed: %(name)s", name=attached.file.name))
    return redirect(f"{attached.owner.url}#files", 303)
