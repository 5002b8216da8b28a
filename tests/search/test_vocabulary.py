"""Words of one language find texts in another, and the hit says by which."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from expertise.access.viewer import Viewer
from expertise.cli import main
from expertise.search.analysis import asked_terms, exact, words
from expertise.search.learning import learn
from expertise.search.queries import find
from expertise.search.query import read
from expertise.search.service import drain, set_up
from expertise.search.snippets import Marker
from expertise.search.translating import Themes, Widened
from tests.search.conftest import Shelf, a_piece

NAMED = [
    ("arms", "nl", "Wapenbeheersing"),
    ("arms", "en", "Arms control"),
    ("arms", "fr", "Ma\u00eetrise des armements"),
    ("cyber", "nl", "Digitale veiligheid"),
    ("cyber", "en", "Cyber security"),
]
# Made up; each pair says the same in two languages.
ALIGNED = [
    ("The embassy opens a visa office", "De ambassade opent een visumkantoor"),
    ("The visa office is closed today", "Het visumkantoor is vandaag gesloten"),
    ("The embassy received a delegation", "De ambassade ontving een delegatie"),
    ("A delegation left the harbour", "Een delegatie verliet de haven"),
    ("The harbour is deep", "De haven is diep"),
    ("The treaty was signed", "Het verdrag werd getekend"),
    ("The treaty is deep law", "Het verdrag is diep recht"),
]


def _with_themes(app: Flask, shelf: Shelf) -> None:
    folder = app.extensions["search"].folder.path
    app.extensions["search"].close()
    set_up(app, [shelf.source()], folder=folder, terms=lambda: NAMED)


def test_a_theme_is_found_by_its_name_in_another_language_and_the_hit_says_so(
    searching: Flask, shelf: Shelf, anyone: Viewer
) -> None:
    _with_themes(searching, shelf)
    shelf.put(
        a_piece("en", "Talks", "They spoke of arms control in Vienna", language="en"),
        a_piece("apart", "Talks", "The control of arms exports", language="en"),
        a_piece("nl", "Overleg", "Over wapenbeheersing in Wenen"),
        a_piece("fr", "Entretien", "Sur la ma\u00eetrise des armements", language="fr"),
    )
    drain()
    found = {hit.piece.id: hit for hit in find(anyone, "wapenbeheersing").hits}
    assert set(found) == {"nl", "en", "fr"}
    assert found["en"].found_by == ("Arms control",)
    assert found["nl"].found_by == ()
    # The page says what else was looked for, and how to leave that out.
    widened = find(anyone, "wapenbeheersing")
    assert widened.also == ("Arms control", "Maîtrise des armements")
    literally = find(anyone, widened.literally)
    assert (literally.also, [hit.piece.id for hit in literally.hits]) == ((), ["nl"])
    back = {hit.piece.id: hit for hit in find(anyone, "arms control").hits if hit.complete}
    assert set(back) == {"nl", "en", "fr", "apart"}
    assert back["nl"].found_by == ("Wapenbeheersing",)


def test_pairs_are_learnt_from_translations_alone() -> None:
    pairs = {(pair.language, pair.source_word, pair.target_word) for pair in learn(ALIGNED, "en", "nl")}
    assert ("en", "embassy", "ambassade") in pairs
    assert ("nl", "haven", "harbour") in pairs
    assert not any(word in ("the", "de") for _language, *both in pairs for word in both)


def _run(app: Flask, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == code, done.output
    return done


def test_what_was_learnt_waits_until_it_is_accepted(
    served: Flask, shelf: Shelf, anyone: Viewer, tmp_path: Path, stock: Callable[..., None]
) -> None:
    stock(a_piece("a", "Verslag", "De ambassade in Wenen"), a_piece("b", "Iets", "anders"))
    path = tmp_path / "aligned.jsonl.gz"
    with gzip.open(path, "wt") as out:
        out.writelines(json.dumps({"en": english, "nl": dutch}) + "\n" for english, dutch in ALIGNED)
    learnt = ("vocabulary", "learn", str(path), "--source-field", "en", "--target-field", "nl")
    _run(served, *learnt)
    listed = json.loads(_run(served, "vocabulary", "list", "--waiting", "--json").stdout)
    [wanted] = [one for one in listed if (one["word"], one["target_word"]) == ("embassy", "ambassade")]
    with served.app_context():
        assert find(anyone, "embassy").total == 0
    assert _run(served, "vocabulary", "accept", wanted["id"]).stdout
    with served.app_context():
        [hit] = find(anyone, "embassy").hits
    assert (hit.piece.id, hit.found_by) == ("a", ("ambassade",))
    # The pair shows the texts that it comes from, and in how many they stand together.
    assert wanted["together"] == 2
    # Learning once more keeps what was accepted and lists the rest again.
    _run(served, *learnt)
    assert len(json.loads(_run(served, "vocabulary", "list", "--json").stdout)) == len(listed)
    assert len(json.loads(_run(served, "vocabulary", "list", "--accepted", "--json").stdout)) == 1
    # What is surest can be taken at once, one word looked up, and what is wrong dropped.
    sure = sorted((one["sure"] for one in listed), reverse=True)
    ranked = json.loads(_run(served, "vocabulary", "list", "--skip", "1", "--limit", "2", "--json").stdout)
    assert [one["sure"] for one in ranked] == sure[1:3]
    found = json.loads(_run(served, "vocabulary", "list", "--word", "ambass", "--json").stdout)
    assert found
    assert all("ambass" in one["word"] + one["target_word"] for one in found)
    top = json.loads(_run(served, "vocabulary", "list", "--waiting", "--at-least", "0.95", "--json").stdout)
    assert f"{len(top)} pairs" in _run(served, "vocabulary", "accept", "--at-least", "0.95").stdout
    left = json.loads(_run(served, "vocabulary", "list", "--waiting", "--json").stdout)
    assert all(one["sure"] < 0.95 for one in left)
    assert len(top) + len(left) == len(listed) - 1
    _run(served, "vocabulary", "reject", wanted["id"])
    # What was rejected stays so when the same texts are learnt again.
    _run(served, *learnt)
    rejected = json.loads(_run(served, "vocabulary", "list", "--rejected", "--json").stdout)
    assert [one["id"] for one in rejected] == [wanted["id"]]
    _run(served, "vocabulary", "reject", "nosuchpair", code=1)
    kept = json.loads(_run(served, "vocabulary", "list", "--accepted", "--json").stdout)
    assert len(kept) == len(top)
    assert wanted["id"] not in {one["id"] for one in kept}
    _run(served, "vocabulary", "accept", "--all")
    assert json.loads(_run(served, "vocabulary", "list", "--waiting", "--json").stdout) == []


def test_a_file_that_is_none_is_refused_and_changes_nothing(served: Flask, tmp_path: Path) -> None:
    path = tmp_path / "aligned.jsonl"
    path.write_text('{"en": "x"}\n')
    assert "nl" in _run(served, "vocabulary", "learn", str(path), code=1).stderr
    path.write_text("nonsense")
    _run(served, "vocabulary", "learn", str(path), code=1)
    _run(served, "vocabulary", "learn", str(path), "--target-field", "en", code=1)
    _run(served, "vocabulary", "accept", code=2)
    _run(served, "vocabulary", "accept", "nosuchpair", code=1)


def test_the_reason_of_a_hit_is_the_name_that_stands_there_and_no_stop_word_is_marked() -> None:
    named = Themes(
        [
            ("arms", "nl", "Wapenbeheersing"),
            ("arms", "nl", "beheersing van bewapening"),
            ("arms", "en", "arms control"),
            ("arms", "en", "arms limitation"),
            ("arms", "fr", "contrôle des armements"),
        ]
    )
    query, names = named.widen(read("wapenbeheersing"))
    marks = {term for name in names for word in words(name) for term in (*asked_terms(word).values(), exact(word))}
    marker = Marker(marks - {""}, dict.fromkeys(marks, 1.0))
    widened = Widened.of(query, names, {})
    assert widened.found_by(a_piece("a", "The arms control of Vienna", language="en"), marker) == {"arms control": ""}
    assert widened.found_by(a_piece("b", "Arms trade", language="en"), marker) == {}
    assert marker.snippet(["De regels van Wenen"], "nl") == [("De regels van Wenen", False)]
