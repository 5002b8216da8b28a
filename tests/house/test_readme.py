"""README is true, and so are the other documents: their commands exist, and every command is in README."""

import re
from pathlib import Path

import click

from expertise.cli import main

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()


def commands(group: click.Group, before: str = "expertise") -> set[str]:
    """Every command, by the words that one types."""
    found = set()
    for name, command in group.commands.items():
        words = f"{before} {name}"
        found |= commands(command, words) if isinstance(command, click.Group) else {words}
    return found


def test_every_command_is_in_readme() -> None:
    table = README[README.index("## Commands") : README.index("## Working on it")]
    for command in commands(main):
        group, _, name = command.rpartition(" ")
        # `expertise index check`, `rebuild`, `drain`: the group once, the others by their last word.
        assert command in table or (group in table and f"`{name}`" in table), command


def test_every_command_and_option_that_a_document_names_exists() -> None:
    named = 0
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        # In a code span, at the start of a line of code, or by its path in the environment.
        for line in re.findall(r"(?:`|^|bin/)expertise ([a-z][^`\n#]*)", path.read_text(), re.MULTILINE):
            words, command = line.split(), main
            while isinstance(command, click.Group) and words and words[0] in command.commands:
                command = command.commands[words.pop(0)]
            assert command is not main, f"{path.name}: no command `expertise {line}`"
            assert not (isinstance(command, click.Group) and words), f"{path.name}: no command `expertise {line}`"
            known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
            asked = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", " ".join(words)))
            assert asked <= known, f"{path.name}: `expertise {line}` has no {asked - known}"
            named += 1
    assert named > 30


def test_every_make_word_in_readme_exists() -> None:
    words = set(re.findall(r"^make (\w[\w-]*)", README, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text()
    assert {"run", "test", "check"} <= words
    for word in words:
        assert re.search(rf"^{word}:", makefile, re.MULTILINE), word


def test_every_file_that_the_tour_names_exists() -> None:
    tour = README[README.index("## A tour") : README.index("## Settings")]
    for name in re.findall(r"`([\w./]+\.(?:py|md|css|toml))`", tour):
        if "<" not in name and "/" in name:
            assert (ROOT / name).exists() or (ROOT / "expertise" / name).exists(), name
