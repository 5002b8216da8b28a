"""A backup that is taken while people write, add files and take files away is whole, every time."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.backup.test_backup import done
from tests.conftest import PASSWORD, Browser, Template, dispose
from tests.drills.crash import Book, Client, write
from tests.drills.test_crash import _the_day, entries, served
from tests.files.conftest import send

__all__ = ["_the_day", "served"]
WRITERS = 3
REMOVE = re.compile(r"/files/\w{12}/remove")


def add_and_remove_files(app: Flask, dossier: str, stop: threading.Event, added: list[str]) -> None:
    """One file after the other; every second one goes again."""
    browser = Browser(app.test_client()).sign_in("colleague@expertise.example", PASSWORD)
    number = 0
    while not stop.is_set():
        number += 1
        name = f"number-{len(added)}-{number}.txt"
        page = send(browser, f"dossier/{dossier}", name, f"content of {name}".encode())
        added.append(name)
        removal = REMOVE.search(browser.get(page and re.findall(r'href="(/files/\w{12})"', page)[0]))
        if number % 2 and removal:
            browser.post(removal[0])


def back_up_again_and_again(
    app: Flask, server: Any, dossier: str, make_app: Callable[..., Flask], empty: Template, folder: Path, rounds: int
) -> list[int]:
    """Answers how many contents each backup held."""
    app.config["FILE_CHECK_SECONDS"] = 10.0
    server.start()
    clients = [Client(server.port) for _ in range(WRITERS)]
    for client in clients:
        client.sign_in("colleague@expertise.example", PASSWORD)
    book, added, stop = Book(), list[str](), threading.Event()
    work: list[Any] = [(write, (one, dossier, book, str(number), stop)) for number, one in enumerate(clients)]
    work.append((add_and_remove_files, (app, dossier, stop, added)))
    threads = [threading.Thread(target=target, args=arguments) for target, arguments in work]
    for thread in threads:
        thread.start()
    held = []
    try:
        for number in range(rounds):
            before = {title: set(bodies) for title, bodies in dict(book.stored).items()}
            taken = done(app, "backup", str(folder / str(number)))
            held.append(taken["files"])
            other = make_app(empty)
            # It compares all that it read, and index and files with the database; exit 1 where anything differs.
            assert done(other, "restore", str(folder / str(number))) == taken
            there = entries(other)
            lost = {title for title in before if title not in there}
            assert not lost, lost
            dispose(other)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    print(f"{rounds} backups under load, {len(book.stored)} notes and {len(added)} files written meanwhile, 0 lost")
    return held


def test_a_backup_under_load_is_whole(
    served: Any, make_app: Callable[..., Flask], empty_template: Template, tmp_path: Path
) -> None:
    assert back_up_again_and_again(*served, make_app, empty_template, tmp_path, rounds=1)


@pytest.mark.drill
def test_twenty_backups_under_load_are_whole(
    served: Any, make_app: Callable[..., Flask], empty_template: Template, tmp_path: Path
) -> None:
    held = back_up_again_and_again(*served, make_app, empty_template, tmp_path, rounds=20)
    assert max(held) > 1, "no file was ever there: nothing was tested"
