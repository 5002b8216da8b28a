"""A setting that cannot be right stops the start and is named."""

import os
from pathlib import Path

import pytest

import config
from expertise import create_app
from tests.conftest import dispose

ROOT = Path(__file__).parent.parent.parent
GOOD = {
    "EXPERTISE_ENV": "production",
    "EXPERTISE_INSTANCE": "{instance}",
    "EXPERTISE_SECRET_KEY": "k" * 64,
    "EXPERTISE_HOSTS": "expertise.example.org",
}
BAD = [
    ("EXPERTISE_ENV", "prod"),
    ("EXPERTISE_ENV", "Production"),
    ("EXPERTISE_INSTANCE", "/no/such/folder"),
    ("EXPERTISE_INSTANCE", str(ROOT / "README.md")),
    ("EXPERTISE_INSTANCE", ""),
    ("EXPERTISE_SECRET_KEY", ""),
    ("EXPERTISE_SECRET_KEY", "short"),
    ("EXPERTISE_SECRET_KEY", "k" * 31),
    ("EXPERTISE_HOSTS", ""),
    ("EXPERTISE_HOSTS", "https://expertise.example.org"),
    ("EXPERTISE_HOSTS", "expertise.example.org/app"),
    ("EXPERTISE_DATABASE_URL", "mysql://x/y"),
    ("EXPERTISE_DATABASE_URL", "expertise.db"),
    ("EXPERTISE_PROXIES", "yes"),
    ("EXPERTISE_LANGUAGES", "de"),
    ("EXPERTISE_LANGUAGES", "nl,nl"),
    ("EXPERTISE_LANGUAGES", ","),
    ("EXPERTISE_SEARCH_ENGINE", "lucene"),
    ("EXPERTISE_SESSION_HOURS", "0"),
    ("EXPERTISE_SESSION_HOURS", "-1"),
    ("EXPERTISE_SESSION_HOURS", "twelve"),
    ("EXPERTISE_SESSION_HOURS", "100000"),
    ("EXPERTISE_SIGN_IN_FAILURES", "1"),
    ("EXPERTISE_SIGN_IN_FAILURES", "1e3"),
    ("EXPERTISE_SIGN_IN_WAIT_MINUTES", "0"),
    ("EXPERTISE_SIGN_IN_WAIT_MINUTES", "1.5"),
    ("EXPERTISE_REQUESTS_PER_MINUTE", "-1"),
    ("EXPERTISE_LEAKED_PASSWORDS", "/no/such/list"),
    ("EXPERTISE_LEAKED_PASSWORDS", str(ROOT / "README.md")),
    ("EXPERTISE_INVITATION_DAYS", "365"),
    ("EXPERTISE_MAX_TEXT_KB", "1"),
    ("EXPERTISE_MAX_TEXT_KB", "٣٠٠"),
    ("EXPERTISE_LOG_LEVEL", "loud"),
    ("EXPERTISE_OIDC_ISSUER", "http://login.example.org"),
    ("EXPERTISE_OIDC_ISSUER", "login.example.org"),
    ("EXPERTISE_PASSWORDS", "no"),
    ("EXPERTISE_PASSWORDS", "off"),  # and no other way in
    ("EXPERTISE_METRICS_TOKEN", "short"),
    ("EXPERTISE_AUDIT_HEAD", "/no/such/folder/head"),
    ("EXPERTISE_AUDIT_HEAD", "/"),
    ("EXPERTISE_DATABASE_WAIT_SECONDS", "0"),
    ("EXPERTISE_MAIL_URL", "http://mail.example.org"),
    ("EXPERTISE_MAIL_FROM", "nobody"),
    ("EXPERTISE_URL", "expertise.example.org"),
    ("EXPERTISE_FILES_URL", "s3://bucket"),
    ("EXPERTISE_WORKS_COUNCIL", "maybe"),
    ("EXPERTISE_SECRETKEY", "a setting that does not exist"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_setting_stops_the_start_by_name(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, text in (GOOD | {name: value}).items():
        monkeypatch.setenv(key, text.format(instance=tmp_path))
    with pytest.raises(config.BadSetting) as stopped:
        create_app()
    assert stopped.value.name == name
    assert name in str(stopped.value)
    assert list(tmp_path.iterdir()) == []  # nothing was made


@pytest.mark.parametrize("name", ["EXPERTISE_OIDC_ISSUER", "EXPERTISE_OIDC_CLIENT_ID", "EXPERTISE_OIDC_CLIENT_SECRET"])
def test_half_of_a_sign_in_elsewhere_stops_the_start(name: str, tmp_path: Path) -> None:
    whole = {
        "EXPERTISE_INSTANCE": str(tmp_path),
        "EXPERTISE_OIDC_ISSUER": "https://login.example.org",
        "EXPERTISE_OIDC_CLIENT_ID": "expertise",
        "EXPERTISE_OIDC_CLIENT_SECRET": "secret",
    }
    assert config.load(whole).oidc_issuer == "https://login.example.org"
    with pytest.raises(config.BadSetting) as stopped:
        config.load(whole | {name: ""})
    assert stopped.value.name == name


def test_production_with_everything_set_starts(tmp_path: Path) -> None:
    settings = config.load({key: text.format(instance=tmp_path) for key, text in GOOD.items()})
    assert settings.production
    assert settings.database_url == f"sqlite:///{tmp_path}/expertise.db"


def test_a_local_installation_makes_its_key_once(tmp_path: Path) -> None:
    environ = {"EXPERTISE_INSTANCE": str(tmp_path / "new")}
    first, second = config.load(environ), config.load(environ)
    assert first.secret_key == second.secret_key
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o077 == 0


def test_no_other_account_of_the_host_reads_anything_that_an_installation_made(tmp_path: Path) -> None:
    instance = tmp_path / "new"
    settings = config.load({"EXPERTISE_INSTANCE": str(instance), "EXPERTISE_LOG_LEVEL": "error"})
    before = os.umask(0o022)
    try:
        dispose(create_app(settings))
        (instance / "expertise.db").chmod(0o644)  # as it was made before
        dispose(create_app(settings))
        open_to_others = [
            str(path.relative_to(instance))
            for path in instance.rglob("*")
            if path.is_file() and path.stat().st_mode & 0o077
        ]
    finally:
        os.umask(before)
    assert (instance / "expertise.db").exists()
    assert open_to_others == []


def test_readme_lists_every_setting_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text()
    for setting in config.SETTINGS:
        assert f"`{setting.variable}`" in readme, setting.variable
        assert setting.meaning in readme, setting.variable
