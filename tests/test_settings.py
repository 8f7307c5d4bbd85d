"""Settings: what goes before what, and that every mistake is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.errors import ConfigError
from pipeline.model import Feed, Profile, Source


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory of configuration of its own, with no file in it yet."""
    (tmp_path / "wire" / "sources").mkdir(parents=True)
    return tmp_path / "wire"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A working directory away from the checkout."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def told(directory: Path, toml: str) -> settings.Settings:
    (directory / "newswire.toml").write_text(toml, encoding="utf-8")
    return settings.load(directory, {}, {})


def read(directory: Path, toml: str, name: str = "example") -> Source:
    """The one source that a file of this text describes."""
    (directory / "sources" / f"{name}.toml").write_text(toml, encoding="utf-8")
    sources = settings.load_sources(settings.load(directory, {}, {}))
    return next(source for source in sources if source.id == name)


def mistakes(directory: Path, toml: str, name: str = "example") -> list[str]:
    """The lines of complaint about a source file of this text, without the file in front."""
    path = directory / "sources" / f"{name}.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        settings.load_sources(settings.load(directory, {}, {}))
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines), lines
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_a_flag_goes_before_a_variable_before_the_file_before_the_default(directory: Path) -> None:
    (directory / "newswire.toml").write_text('user_agent = "file"\nworkers = 3\n[fetch]\npace_seconds = 4\n')
    found = settings.load(
        directory,
        {"NEWSWIRE_WORKERS": "5", "NEWSWIRE_DATABASE": "sqlite:///variable.db"},
        {"database": "sqlite:///flag.db", "workers": None},
    )
    assert found.database == "sqlite:///flag.db"
    assert found.workers == 5
    assert found.user_agent == "file"
    assert found.fetch == settings.FetchSettings(pace_seconds=4.0)
    assert found.origins == {
        "database": "--database",
        "workers": "NEWSWIRE_WORKERS",
        "user_agent": str(directory / "newswire.toml"),
        "fetch.pace_seconds": str(directory / "newswire.toml"),
        "fetch.ports": "default",
        "fetch.allow_private": "default",
        "fetch.reread": "default",
        "contact": "default",
        "sources": "default",
        "service.listen": "default",
        "service.least_free_mb": "default",
        "keep.feeds_days": "default",
        "keep.pages_days": "default",
    }


def test_defaults_are_those_of_the_contract(elsewhere: Path) -> None:
    found = settings.load(None, {}, {})
    assert found.database == "sqlite:///newswire.db"
    assert found.fetch == settings.FetchSettings(allow_private=(), ports=(80, 443), pace_seconds=1.0)
    assert found.keep == settings.KeepSettings(feeds_days=30, pages_days=None)
    assert found.workers >= 2
    assert found.directories == (settings.packaged_directory(),)


@pytest.mark.parametrize("written", ["127.0.0.0/8,::1/128", ' ["127.0.0.0/8", "::1/128"]', "127.0.0.0/8, ::1/128"])
def test_a_variable_holds_a_list_with_commas_or_as_toml(directory: Path, written: str) -> None:
    found = settings.load(directory, {"NEWSWIRE_FETCH__ALLOW_PRIVATE": written, "NEWSWIRE_FETCH__PORTS": "8080"}, {})
    assert found.fetch.allow_private == ("127.0.0.0/8", "::1/128")
    assert found.fetch.ports == (8080,)


def test_how_long_pages_are_kept_is_told_by_the_file_or_a_variable(directory: Path) -> None:
    (directory / "newswire.toml").write_text("[keep]\nfeeds_days = 7\n")
    found = settings.load(directory, {"NEWSWIRE_KEEP__PAGES_DAYS": "365"}, {})
    assert found.keep == settings.KeepSettings(feeds_days=7, pages_days=365)


def test_an_empty_variable_tells_nothing(directory: Path) -> None:
    assert settings.load(directory, {"NEWSWIRE_DATABASE": ""}, {}).database == "sqlite:///newswire.db"


def test_the_directory_is_the_flag_then_the_variable_then_config_here(elsewhere: Path) -> None:
    for name in ("flag", "variable", "config"):
        (elsewhere / name).mkdir()
        (elsewhere / name / "newswire.toml").write_text(f'user_agent = "{name}"')
    assert settings.load(Path("flag"), {"NEWSWIRE_CONFIG": "variable"}, {}).user_agent == "flag"
    assert settings.load(None, {"NEWSWIRE_CONFIG": "variable"}, {}).user_agent == "variable"
    assert settings.load(None, {}, {}).user_agent == "config"


def test_config_here_without_newswire_toml_is_somebody_elses(elsewhere: Path) -> None:
    (elsewhere / "config").mkdir()
    assert settings.load(None, {}, {}).directories == (settings.packaged_directory(),)


@pytest.mark.parametrize(("config", "environ"), [("nowhere", {}), (None, {"NEWSWIRE_CONFIG": "nowhere"})])
def test_a_directory_that_is_not_there_is_a_mistake(
    elsewhere: Path, config: str | None, environ: Mapping[str, str]
) -> None:
    with pytest.raises(ConfigError, match="there is no directory 'nowhere'"):
        settings.load(Path(config) if config else None, environ, {})


def test_a_file_given_for_the_directory_is_a_mistake(directory: Path) -> None:
    (directory / "newswire.toml").write_text("")
    with pytest.raises(ConfigError, match="is not a directory; give the directory that holds"):
        settings.load(directory / "newswire.toml", {}, {})


def test_all_mistakes_of_settings_and_sources_are_told_together(directory: Path) -> None:
    (directory / "newswire.toml").write_text('databse = "x"\nworkers = 0\n[fetch]\nports = [80, "http", 70000]\n')
    (directory / "sources" / "one.toml").write_text('nam = "One"')
    (directory / "sources" / "two.toml").write_text("name = 'Two'\n[[feeds]\n")
    with pytest.raises(ConfigError) as error:
        settings.load_all(directory, {"NEWSWIRE_DATABSE": "x", "NEWSWIRE_FETCH__PACE_SECONDS": "fast"}, {})
    assert str(error.value).splitlines() == [
        f"{directory}/newswire.toml: databse: unknown key; did you mean 'database'?",
        f"{directory}/newswire.toml: workers: must be from 1 to 256, not 0",
        f"{directory}/newswire.toml: fetch.ports[1]: must be a whole number, not 'http'",
        f"{directory}/newswire.toml: fetch.ports[2]: must be from 1 to 65535, not 70000",
        "NEWSWIRE_DATABSE: unknown variable; did you mean NEWSWIRE_DATABASE?",
        "NEWSWIRE_FETCH__PACE_SECONDS: must be a number, not 'fast'",
        f"{directory}/sources/one.toml: nam: unknown key; did you mean 'name'?",
        f"{directory}/sources/one.toml: name: is missing; the agency's name as people write it",
        f"{directory}/sources/two.toml: not TOML: "
        "Expected ']]' at the end of an array declaration (at line 2, column 8)",
    ]


def test_a_variable_of_the_service_manager_is_no_mistake(directory: Path) -> None:
    environ = {"NEWSWIRE_PORT": "tcp://10.0.0.1:80", "NEWSWIRE_SERVICE_HOST": "10.0.0.1", "NEWSWIRE_SHARED": "/x"}
    assert settings.load(directory, environ, {}).fetch.ports == (80, 443)


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('database = "mysql://host/x"', "'mysql' is no database we know"),
        ('database = "newswire.db"', "not a database URL"),
        ('database = ""', "is empty"),
        ("workers = true", "must be a whole number, not True"),
        ('user_agent = "новости"', "must be printable ASCII"),
        ("[fetch]\nallow_private = true", "must be a list, not True"),
        ('[fetch]\nallow_private = ["localhost"]', "'localhost' is not an address range"),
        ("[fetch]\npace_seconds = -1", "must be from 0 to 3600, not -1"),
        ("[fetch]\npace_seconds = nan", "must be from 0 to 3600, not nan"),
        ("[keep]\nfeeds_days = -1", "must be from 0 to 36500, not -1"),
        ("[keep]\npages_days = 1.5", "must be a whole number, not 1.5"),
        ("fetch = 1", "must be a table, not 1"),
        ("[fetsch]", "did you mean 'fetch'?"),
    ],
)
def test_a_wrong_setting_is_told(directory: Path, toml: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as error:
        told(directory, toml)
    assert complaint in str(error.value)


@pytest.mark.parametrize("url", ["postgresql://user:s3cret@host/name", "postgre://user:s3cret@host/x", "user:s3cret@x"])
def test_a_password_is_in_no_message_and_no_representation(directory: Path, url: str) -> None:
    try:
        shown = repr(settings.load(directory, {}, {"database": url}))
    except ConfigError as error:
        shown = str(error)
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://user:s3cret@host/name", "postgresql://user:***@host/name"),
        ("postgresql+psycopg://user:s3@cr/et:1@host:5432/name", "postgresql+psycopg://user:***@host:5432/name"),
        ("postgresql:///name?user=me&password=s3cret&x=1", "postgresql:///name?user=me&password=***&x=1"),
        ("postgresql://user@host/name", "postgresql://user@host/name"),
        ("sqlite:///newswire.db", "sqlite:///newswire.db"),
    ],
)
def test_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    assert settings.mask(url) == shown


def test_a_source_file_becomes_the_nouns_of_the_model(directory: Path) -> None:
    source = read(
        directory,
        """
        name = "Example News"
        country = "KR"
        language = "ko"
        timezone = "Asia/Seoul"
        hosts = ["www.example.org", "127.0.0.1:8080"]
        articles = '^/view/\\d+'
        identity_query = ["id"]
        site_names = ["Example"]
        boilerplate = ["All rights reserved."]
        legacy_tls = true

        [[feeds]]
        url = "https://www.example.org/rss.xml"
        every = "1h30m"

        [[feeds]]
        url = "https://www.example.org/list"
        kind = "listing"
        language = "zh-Hant"
        section = "politics"
        every = 60
        [feeds.fields]
        entry = "li.story"
        url = "a::attr(href)"
        headline = "a::text"

        [profile]
        headline = "h1.title"
        body = "div.text > p, div.text > h2"
        images = "img::attr('data-src')"
        remove = "p.copyright"
        """,
    )
    assert source == Source(
        id="example",
        name="Example News",
        country="KR",
        language="ko",
        timezone="Asia/Seoul",
        hosts=("www.example.org", "127.0.0.1:8080"),
        articles=r"^/view/\d+",
        identity_query=("id",),
        site_names=("Example",),
        boilerplate=("All rights reserved.",),
        legacy_tls=True,
        feeds=(
            Feed("https://www.example.org/rss.xml", every=5400),
            Feed(
                "https://www.example.org/list",
                kind="listing",
                language="zh-Hant",
                section="politics",
                every=60,
                fields={"entry": "li.story", "url": "a::attr(href)", "headline": "a::text"},
            ),
        ),
        profiles=(
            Profile(
                "1",
                headline="h1.title",
                body="div.text > p, div.text > h2",
                images="img::attr('data-src')",
                remove=("p.copyright",),
            ),
        ),
    )


def test_profiles_without_a_name_are_numbered(directory: Path) -> None:
    source = read(
        directory,
        'name = "X"\n[[profile]]\nbody = "p"\n[[profile]]\nname = "2026"\nbody = "p"\n[[profile]]\nlead = "b"',
    )
    assert [profile.name for profile in source.profiles] == ["1", "2026", "3"]


def test_an_own_file_replaces_the_packaged_one_whole(directory: Path) -> None:
    packaged = settings.load_sources(settings.load(directory, {}, {}))
    replaced = read(directory, 'name = "Mine"', name=packaged[0].id if packaged else "tass")
    assert replaced == Source(id=replaced.id, name="Mine")


def test_one_line_switches_a_source_off(directory: Path) -> None:
    assert read(directory, "enabled = false") == Source(id="example", name="example", enabled=False)


def test_a_byte_order_mark_and_the_leavings_of_macos_do_no_harm(directory: Path) -> None:
    (directory / "sources" / "._example.toml").write_bytes(b"\x00\x05\x16\x07")
    assert read(directory, '\ufeffname = "X"').name == "X"


def test_every_mistake_of_a_source_file_is_told_in_one_go(directory: Path) -> None:
    assert mistakes(
        directory,
        """
        name = "Example"
        timezone = "Europe/Moskow"
        language = "english"
        legacy_tls = "yes"
        articles = "(a"
        hosts = ["https://example.org"]
        conector = "a:B"
        [[feeds]]
        url = "htp://example.org"
        kind = "rrs"
        every = "5 minutes"
        [[feeds]]
        language = "jp"
        [profile]
        headline = "h1..title"
        bdy = "p"
        remove = ["p::before", 3]
        """,
    ) == [
        "timezone: 'Europe/Moskow' is not a known time zone; did you mean 'Europe/Moscow'?",
        "language: 'english' is not a language tag; BCP 47, such as 'en', 'zh-Hant' or 'pt-BR'",
        "legacy_tls: must be true or false, not 'yes'",
        "articles: '(a' is not a regular expression: missing ), unterminated subpattern at position 0",
        "hosts[0]: 'https://example.org' is not a host name; the name alone, such as 'www.example.org'",
        "conector: unknown key; did you mean 'connector'?",
        "feeds[0].url: 'htp://example.org' is not a web address; it must begin with https:// or http://",
        'feeds[0].every: \'5 minutes\' is no length of time; seconds, or for example "5m", "1h", "1h30m"',
        "feeds[1].language: 'jp' is a country, not a language; did you mean 'ja'?",
        "feeds[1].url: is missing",
        "profile.headline: the selector 'h1..title' does not compile: Expected ident, got <DELIM '.' at 3>",
        "profile.bdy: unknown key; did you mean 'body'?",
        "profile.remove[0]: the selector 'p::before' asks for no such thing; ::text or ::attr(name)",
        "profile.remove[1]: must be text, not 3",
        "feeds[0].kind: 'rrs' is not known here; one of: json, listing, rss, sitemap",
    ]


ROW = '[[feeds]]\nurl = "https://example.org/rss"\n'
FEED = f'name = "X"\n{ROW}'


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        (f"{FEED}kind = 'listings'", "feeds[0].kind: 'listings' is not known here; did you mean 'listing'?"),
        (f"{FEED}every = 0", "feeds[0].every: must be from 1 to 316224000, not 0"),
        (f"{FEED}every = true", "feeds[0].every: must be a whole number, not True"),
        (f"{FEED}every = ''", "feeds[0].every: '' is no length of time"),
        ("name = 'X'\ndatelines = ['{city}, X –']", "datelines[0]: {city} is nothing that can be read; one of"),
        ("name = 'X'\ndatelines = ['{place} {place} X']", "datelines[0]: '{place} {place} X' is not a form"),
        ("name = 'X'\ndatelines = ['{place –']", "datelines[0]: '{place –' is not a form"),
        ("name = 'X'\ndatelines = ['XY/{place}']", "datelines[0]: the form of a dateline 'XY/{place}' ends nowhere"),
        ("name = 'X'\ndatelines = ['{place} –']", "datelines[0]: the form of a dateline '{place} –' fits any sentence"),
        ("name = 'X'\ndatelines = ['{day}, XY']", "datelines[0]: the form of a dateline '{day}, XY' fits any sentence"),
        (f"{FEED}kind = 'listing'", "feeds[0].fields.entry: is missing; a CSS selector; or say with `articles`"),
        (
            f"{FEED}kind = 'listing'\nfields = {{entry = 'li::after'}}",
            "feeds[0].fields.entry: the selector 'li::after'",
        ),
        (
            f"{FEED}kind = 'json'\nfields = {{headlin = 'a.b'}}",
            "feeds[0].fields.headlin: unknown key; did you mean 'hea",
        ),
        (f"{FEED}{ROW}", "feeds[1].url: duplicate feed 'https://example.org/rss'; it is fe"),
        ("name = 'X'\nfeeds = {url = 'https://example.org/'}", "feeds: must be a list, not {'url'"),
        ("name = 'X'\nfeeds = ['https://example.org/']", "feeds[0]: must be a table, not 'https://example.org/'"),
        ("name = 'X'\nboilerplate = ['All rights', '(c']", "boilerplate[1]: '(c' is not a regular expression"),
        ("name = 3", "name: must be text, not 3"),
        ("name = ' '", "name: is empty"),
        ("id = 'x'\nname = 'X'", "id: unknown key"),
        ("name = 'X'\nconnector = 'connectors.kcna'", "connector: 'connectors.kcna' is not a connector; module and cl"),
        ("name = 'X'\ntimezone = 'Asia'", "timezone: 'Asia' is not a known time zone"),
        ("name = 'X'\ntimezone = '../etc/passwd'", "timezone: '../etc/passwd' is not a known time zone"),
        ("name = 'X'\n[profile]\nname = 'a'", "profile: has no selector"),
        (
            "name = 'X'\n[[profile]]\nname='a'\nbody='p'\n[[profile]]\nname='a'\nbody='p'",
            "profile[1].name: duplicate p",
        ),
        ("name = 'X'\nname = 'Y'", "not TOML: Cannot overwrite a value"),
        (f"name = {'[' * 5_000}", "not TOML: brackets within brackets"),
        (f"name = 'X'\narticles = '{'(' * 6_000}'", "articles: '((("),
        ("name = 'X'\narticles = 'a{99999999999}'", "articles: 'a{99999999999}' is not a regular expression"),
        ("name = 'X'\n[profile]\nbody = 'ns|p'", "profile.body: the selector 'ns|p' has a namespace"),
        ("name = 'X'\n[profile]\nbody = '[x|y]'", "profile.body: the selector '[x|y]' has a namespace"),
        (f"{FEED}every = '99999999999d'", "feeds[0].every: '99999999999d' is no length of time"),
        (f"{FEED}every = 99999999999", "feeds[0].every: must be from 1 to"),
        (f"{FEED}[[feeds]]\nurl = 5", "feeds[1].url: must be text, not 5"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_hint(directory: Path, toml: str, complaint: str) -> None:
    (line,) = mistakes(directory, toml)
    assert line.startswith(complaint)


@pytest.mark.parametrize(
    "url",
    [
        "example.org/rss",
        "ftp://example.org/rss",
        "https:///rss",
        "https://example.org:http/rss",
        "https://exa mple.org/rss",
        "https://user:secret@example.org/rss",
        "https://[::1/rss",
        "https://example.org/\x1b[2J",
    ],
)
def test_an_address_that_cannot_be_fetched_is_a_mistake(directory: Path, url: str) -> None:
    escaped = url.replace("\x1b", "\\u001b")
    (line,) = mistakes(directory, f'name = "X"\n[[feeds]]\nurl = "{escaped}"')
    assert line.startswith("feeds[0].url: ")
    assert "\x1b" not in line
    assert "secret" not in line


def test_a_colon_in_a_selector_is_not_yet_a_namespace(directory: Path) -> None:
    css = "*|p:not(.a\\\\:b):contains('c:d'), [lang|=en], p::attr(xml\\\\:lang), time:first-child"
    assert read(directory, f'name = "X"\n[profile]\nbody = "{css}"').profiles[0].body


def test_two_wrong_feeds_are_not_one_feed_twice(directory: Path) -> None:
    assert len(mistakes(directory, "name = 'X'\n[[feeds]]\nurl = 5\n[[feeds]]\nurl = 6")) == 2


def test_a_connector_of_its_own_has_kinds_and_fields_of_its_own(directory: Path) -> None:
    source = read(directory, f"connector = 'connectors.kcna:Kcna'\n{FEED}kind = 'menu'\nfields = {{anything = '::'}}")
    assert source.feeds[0].kind == "menu"
    assert source.feeds[0].fields == {"anything": "::"}


def test_an_id_that_differs_in_case_only_is_a_duplicate(directory: Path) -> None:
    for name in ("Tass", "tass"):
        (directory / "sources" / f"{name}.toml").write_text('name = "TASS"')
    if len(list((directory / "sources").iterdir())) == 1:
        pytest.skip("this file system takes Tass.toml and tass.toml for one file")
    with pytest.raises(ConfigError) as error:
        settings.load_sources(settings.load(directory, {}, {}))
    assert "Tass.toml: 'Tass' cannot be a source id" in str(error.value)
    assert "tass.toml: duplicate source id 'tass'; Tass.toml has it already" in str(error.value)


@pytest.mark.parametrize(("content", "complaint"), [(b"name = '\xff'", "not UTF-8 text"), (b"=", "not TOML")])
def test_a_file_that_is_no_toml_is_told_by_name(directory: Path, content: bytes, complaint: str) -> None:
    (directory / "sources" / "broken.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=rf"sources/broken\.toml: {complaint}"):
        settings.load_sources(settings.load(directory, {}, {}))


def test_an_agency_of_ones_own_is_laid_over_the_packaged_register(directory: Path) -> None:
    packaged = settings.load_registers(settings.load(directory, {}, {}))
    (directory / "agencies.toml").write_text('[agencies.example]\nname = "Example"\n[agencies.tass]\nname = "Tass"')
    agencies = settings.load_registers(settings.load(directory, {}, {}))["agencies"]
    assert agencies["example"] == {"name": "Example"}
    assert agencies["tass"] == {"name": "Tass"}
    assert agencies["yonhap"] == packaged["agencies"]["yonhap"]


def test_a_place_of_ones_own_is_laid_over_the_packaged_register(directory: Path) -> None:
    packaged = settings.load_places(settings.load(directory, {}, {}))
    [seoul] = [line for line in packaged.splitlines() if line.startswith("1835848\t")]
    (directory / "places.tsv").write_text("1\tcity\tXX\tNowhere\n1835848\tcity\tKR\tSouel\n")
    places = settings.load_places(settings.load(directory, {}, {})).splitlines()
    assert "1\tcity\tXX\tNowhere" in places
    assert "1835848\tcity\tKR\tSouel" in places
    assert seoul not in places
    assert len(places) == len(packaged.splitlines()) + 1


def test_registers_that_are_nowhere_are_told(directory: Path) -> None:
    nowhere = replace(settings.load(directory, {}, {}), directories=(directory,))
    with pytest.raises(ConfigError, match=r"agencies\.toml is in none of"):
        settings.load_registers(nowhere)
    with pytest.raises(ConfigError, match=r"places\.tsv is in none of"):
        settings.load_places(nowhere)


def test_places_that_are_no_text_are_told_by_name(directory: Path) -> None:
    (directory / "places.tsv").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"places\.tsv: cannot be read as UTF-8 text"):
        settings.load_places(settings.load(directory, {}, {}))


def test_spellings_are_those_of_the_topmost_directory(directory: Path) -> None:
    assert settings.load_spellings(settings.load(directory, {}, {}))["people"]
    (directory / "spellings.toml").write_text('[people]\nlee = ["Lee", "이"]')
    assert settings.load_spellings(settings.load(directory, {}, {})) == {"people": {"lee": ["Lee", "이"]}}


def test_all_mistakes_of_the_spellings_are_told(directory: Path) -> None:
    wrong = 'people = 1\n[places]\nseoul = "Seoul"\nbusan = [1]\ntaegu = []\n[asked]\nUS = "nobody"\n'
    (directory / "spellings.toml").write_text(wrong)
    with pytest.raises(ConfigError) as error:
        settings.load_spellings(settings.load(directory, {}, {}))
    told = str(error.value).splitlines()
    assert len(told) == 5
    assert all("spellings.toml" in line for line in told)


def test_what_is_packaged_is_right() -> None:
    """The files we ship have no mistake, and there are some."""
    _, sources = settings.load_all(None, {"NEWSWIRE_CONFIG": str(settings.packaged_directory())}, {})
    assert {"tass", "yonhap", "kcna"} <= {source.id for source in sources if source.enabled}


def test_sources_that_are_chosen_are_on_and_all_others_off(directory: Path) -> None:
    chosen = told(directory, 'sources = ["kcna", "tass"]')
    assert [source.id for source in settings.load_sources(chosen) if source.enabled] == ["kcna", "tass"]


def test_a_source_that_is_switched_off_is_not_switched_on_by_being_chosen(directory: Path) -> None:
    (directory / "sources" / "tass.toml").write_text("enabled = false", encoding="utf-8")
    chosen = told(directory, 'sources = ["kcna", "tass"]')
    assert [source.id for source in settings.load_sources(chosen) if source.enabled] == ["kcna"]


def test_a_source_that_is_chosen_and_not_configured_is_a_mistake(directory: Path) -> None:
    with pytest.raises(ConfigError) as error:
        settings.load_sources(settings.load(directory, {"NEWSWIRE_SOURCES": "kcna,tsas"}, {}))
    assert str(error.value) == "NEWSWIRE_SOURCES: no source 'tsas' is configured; did you mean 'tass'?"


def test_what_is_no_text_among_the_chosen_is_told_once(directory: Path) -> None:
    (directory / "newswire.toml").write_text('sources = [1, "tass"]', encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        settings.load_all(directory, {}, {})
    assert len(str(error.value).splitlines()) == 1


def test_hosts_of_feeds_of_ones_own_add_to_the_packaged_ones_and_mistakes_are_told(directory: Path) -> None:
    loaded = settings.load(directory, {}, {})
    packaged = settings.load_feed_hosts(loaded)
    (directory / "feed_hosts.toml").write_text('hosts = ["RSSHub.example.org"]')
    assert settings.load_feed_hosts(loaded) == packaged | {"rsshub.example.org"}
    (directory / "feed_hosts.toml").write_text('hosts = ["x y", 5]\nhost = 1')
    with pytest.raises(ConfigError) as error:
        settings.load_feed_hosts(loaded)
    assert [line.partition("feed_hosts.toml: ")[2][:9] for line in str(error.value).splitlines()] == [
        "hosts[0]:", "hosts[1]:", "host: unk",
    ]  # fmt: skip
