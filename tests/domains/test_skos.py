"""SKOS in and out: as EuroVoc and ESCO write it, as we write it, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.cli import main
from expertise.domains import exchange
from expertise.domains.models import Domain
from expertise.domains.queries import find_domains

# As EuroVoc writes: numbers as addresses, many languages, several broader concepts, schemes of their own.
EUROVOC = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ev: <http://eurovoc.example/> .
ev:100277 a skos:ConceptScheme ; skos:prefLabel "international security"@en .
ev:2161 a skos:Concept ; skos:inScheme ev:100277 ; skos:topConceptOf ev:100277 ;
  skos:prefLabel "defence"@en , "defensie"@nl , "défense"@fr , "Verteidigung"@de .
ev:5 a skos:Concept ; skos:inScheme ev:100277 ; skos:broader ev:2161 , ev:9 ; skos:notation "08.5" ;
  skos:prefLabel "arms control"@en , "wapenbeheersing"@nl-NL , "maîtrise des armements"@fr ;
  skos:altLabel "arms limitation"@en , "wapenbeperking"@nl ; skos:scopeNote "Not disarmament."@en .
ev:9 a skos:Concept ; skos:prefLabel "defence"@en ; skos:narrower ev:5 .
"""
# As ESCO writes: labels as resources of their own, descriptions one step away, concepts that are over.
ESCO = """<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
  xmlns:xl="http://www.w3.org/2008/05/skos-xl#" xmlns:esco="http://data.europa.eu/esco/model#"
  xmlns:dct="http://purl.org/dc/terms/" xmlns:owl="http://www.w3.org/2002/07/owl#">
  <esco:MemberConcept rdf:about="http://esco.example/skill/1">
    <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
    <xl:prefLabel><rdf:Description rdf:about="http://esco.example/label/1">
      <xl:literalForm xml:lang="en">negotiate treaties</xl:literalForm></rdf:Description></xl:prefLabel>
    <skos:altLabel xml:lang="nl">verdragen sluiten</skos:altLabel>
    <dct:description><rdf:Description rdf:about="http://esco.example/text/1">
      <esco:nodeLiteral xml:lang="en">Reach agreement between states.</esco:nodeLiteral>
    </rdf:Description></dct:description>
  </esco:MemberConcept>
  <skos:Concept rdf:about="http://esco.example/skill/2">
    <skos:prefLabel xml:lang="en">old skill</skos:prefLabel><owl:deprecated>true</owl:deprecated>
  </skos:Concept>
</rdf:RDF>
"""
BOMB = """<?xml version="1.0"?><!DOCTYPE rdf [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE rdf [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>"""


def command(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(main, list(words))


def domains(app: Flask) -> dict[str, dict[str, Any]]:
    with app.app_context():
        begin("read")
        found = {row["code"]: row for row in exchange.dump(system())}
        session().rollback()
    return found


def test_a_file_as_eurovoc_writes_it_comes_in_and_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "eurovoc.ttl"
    file.write_text(EUROVOC)
    done = command(app, "import", "domains", str(file), "--json")
    assert done.exit_code == 0, done.output
    assert "2 broader concepts; it stands under http://eurovoc.example/2161" in done.stderr
    found = domains(app)
    assert set(found) == {"defence", "defence-9", "08.5"}, "two concepts of one name each have a code"
    arms = found["08.5"]
    assert (arms["name_nl"], arms["name_en"], arms["name_fr"]) == (
        "wapenbeheersing",
        "arms control",
        "maîtrise des armements",
    )
    assert arms["parent"] == "http://eurovoc.example/2161"
    assert arms["synonyms_en"] == ["arms limitation"]
    assert arms["description"] == "Not disarmament."
    again = json.loads(command(app, "import", "domains", str(file), "--json").stdout)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)


def test_a_file_as_esco_writes_it_comes_in(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "esco.rdf"
    file.write_text(ESCO)
    assert command(app, "import", "domains", str(file)).exit_code == 0
    (skill,) = domains(app).values()
    assert skill["code"] == "negotiate-treaties"
    assert skill["synonyms_nl"] == ["verdragen sluiten"]
    assert skill["description"] == "Reach agreement between states."


@pytest.mark.parametrize("name", ["all.ttl", "all.rdf"])
def test_what_goes_out_comes_in_the_same(app: Flask, tmp_path: Path, name: str) -> None:
    assert command(app, "import", "domains", "--seed").exit_code == 0
    before = domains(app)
    out = tmp_path / name
    done = command(app, "export", "domains", "--format", "skos", "--out", str(out))
    assert done.exit_code == 0, done.output
    report = json.loads(command(app, "import", "domains", str(out), "--json").stdout)
    assert (report["new"], report["changed"]) == (0, 0), report
    with app.app_context():
        begin("write")
        session().query(Domain).update({Domain.parent_id: None})
        for one in session().query(Domain):
            session().delete(one)
        session().commit()
    assert command(app, "import", "domains", str(out)).exit_code == 0
    assert domains(app) == before


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("bomb.rdf", BOMB, "entities"),
        ("outside.rdf", OUTSIDE, "entities"),
        ("half.rdf", "<rdf:RDF", "not SKOS"),
        ("half.ttl", "@prefix skos: <x> . skos:a skos:b", "not SKOS"),
        ("empty.ttl", "", "no skos:Concept"),
        ("binary.ttl", "\x00\x01", "SKOS"),
    ],
)
def test_what_is_hostile_or_broken_is_refused_in_one_line(
    app: Flask, tmp_path: Path, name: str, text: str, why: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    done = command(app, "import", "domains", str(file))
    assert done.exit_code == 1
    assert why in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "root:" not in done.output
    assert domains(app) == {}


def test_a_ring_of_broader_concepts_is_cut(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "ring.ttl"
    file.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix x: <http://x.example/> ."
        'x:a a skos:Concept ; skos:prefLabel "a"@en ; skos:broader x:b .'
        'x:b a skos:Concept ; skos:prefLabel "b"@en ; skos:broader x:a .'
    )
    assert command(app, "import", "domains", str(file)).exit_code == 0
    assert sorted(bool(one["parent"]) for one in domains(app).values()) == [False, True]


def test_the_seeded_themes_come_in_and_leave_alone_what_people_changed(app: Flask) -> None:
    done = json.loads(command(app, "import", "domains", "--seed", "--json").stdout)
    assert done["new"] >= 250
    found = domains(app)
    assert all(one["name_nl"] and one["name_en"] and one["name_fr"] for one in found.values())
    assert found["cluster-munitions"]["parent"] == found["disarmament"]["external_id"]
    with app.app_context():
        begin("write")
        session().query(Domain).filter(Domain.code == "water").update({Domain.name_en: "water diplomacy"})
        session().commit()
    assert command(app, "import", "domains", "--seed").exit_code == 0
    assert domains(app)["water"]["name_en"] == "water diplomacy"
    assert command(app, "import", "posts", "--seed").exit_code == 2
    assert command(app, "export", "posts", "--format", "skos", "--out", "x").exit_code == 2


def test_the_words_of_the_seed_find_their_theme(app: Flask) -> None:
    command(app, "import", "domains", "--seed")
    with app.app_context():
        begin("read")
        found = find_domains(system(), ["wapenbeperking", "TNP", "gifgas"])
        assert {word: one.code for word, one in found.items()} == {
            "wapenbeperking": "arms-control",
            "TNP": "npt",
            "gifgas": "chemical-weapons",
        }
        session().rollback()
