"""Posts, people, positions, postings and domains of the demo."""

from datetime import date

from expertise.access.viewer import system
from expertise.demo.reading import SMALL, Ministry, document, on, tables
from expertise.domains import service as domains
from expertise.domains.exchange import seeded
from expertise.people import service as people
from expertise.people.passwords import hash_password
from expertise.posts import service as posts

PASSWORD = "expertise-demo"  # noqa: S105 (public on purpose: printed at the start of the demo)
SYSTEM = system()
FOUNDED = date(2010, 1, 4)


def load(ministry: Ministry) -> None:
    """Everything that has no text to search yet."""
    with on(FOUNDED):
        _load_posts(ministry)
        _load_people(ministry)
        _load_domains(ministry)
        _load_seed(ministry)
        _load_positions(ministry)
    _load_postings(ministry)
    _load_accounts(ministry)


def _load_posts(ministry: Ministry) -> None:
    for row in tables("post"):
        parent = ministry.posts[row.pop("parent")] if "parent" in row else None
        ministry.posts[row["code"]] = posts.open_post(SYSTEM, parent=parent, **row)


def _load_people(ministry: Ministry) -> None:
    for row in tables("person"):
        key = row.pop("key")
        name = f"{row['given_name']} {row['family_name']}"
        ministry.people[key] = people.add_person(SYSTEM, name=name, **row)


def _load_domains(ministry: Ministry) -> None:
    for row in tables("domain"):
        parent = ministry.domains[row.pop("parent")] if "parent" in row else None
        synonyms = {language: row.pop(f"synonyms_{language}", []) for language in ("nl", "en", "fr")}
        ministry.domains[row["code"]] = domains.add_domain(SYSTEM, parent=parent, synonyms=synonyms, **row)


def _load_seed(ministry: Ministry) -> None:
    """The rest of the seeded themes, under those of the demo."""
    for row in seeded():
        if row["code"] in ministry.domains:
            continue
        synonyms = {one: [word for word in row[f"synonyms_{one}"].split(";") if word] for one in ("nl", "en", "fr")}
        names = {name: row[name] for name in ("code", "name_nl", "name_en", "name_fr")}
        parent = ministry.domains.get(row["parent"])
        ministry.domains[row["code"]] = domains.add_domain(SYSTEM, parent=parent, synonyms=synonyms, **names)


def _load_positions(ministry: Ministry) -> None:
    for row in tables("position"):
        key, codes = row.pop("key"), row.pop("domains", [])
        position = posts.create_position(SYSTEM, ministry.posts[row.pop("post")], **row)
        domains.file_position(SYSTEM, position, [ministry.domains[code] for code in codes])
        ministry.positions[key] = position
    for row in tables("duty"):
        posts.note_duty(SYSTEM, ministry.positions[row.pop("position")], **row)


def _load_postings(ministry: Ministry) -> None:
    for row in tables("posting"):
        who, where = row["person"], row["position"]
        with on(row["start"]):
            posting = posts.place(
                SYSTEM,
                ministry.people[who],
                ministry.positions[where],
                starts_on=row["start"],
                ends_on=row.get("end"),
                status=row.get("status", "held"),
                acting=row.get("acting", False),
            )
        ministry.postings.setdefault((who, where), []).append(posting)


def _load_accounts(ministry: Ministry) -> None:
    # One hash for all: the password is the same and public, and hashing it nine times is a second of waiting.
    password_hash = hash_password(PASSWORD)
    for row in accounts():
        person = ministry.people[row["person"]]
        account = people.add_account(
            SYSTEM, person, email=person.email or "", role=row["role"], language=row["language"]
        )
        account.password_hash = password_hash


def accounts() -> list[dict[str, str]]:
    """The accounts as the texts name them, with what each shows and the name of its person."""
    texts = document(SMALL / "people.toml")
    names = {row["key"]: f"{row['given_name']} {row['family_name']}" for row in texts["person"]}
    return [row | {"name": names[row["person"]]} for row in texts["account"]]
