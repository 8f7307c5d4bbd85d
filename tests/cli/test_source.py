"""`newswire source`."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.cli import run
from pipeline.settings import packaged_directory
from tests.loopback import serving
from tests.wire import TEXT


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Configuration with one agency of its own, over the packaged ones."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "example.toml").write_text(
        'name = "Example"\nlanguage = "en"\n[[feeds]]\nurl = "https://example.org/rss"\nlanguage = "ko"'
    )
    return tmp_path


def test_list_names_every_agency_the_switched_off_too(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    (directory / "sources" / "tass.toml").write_text("enabled = false")
    assert run(["source", "list", "--config", str(directory)]) == 0
    rows = {row["id"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert {"example", "tass", "yonhap", "kcna"} <= rows.keys()
    assert rows["tass"]["enabled"] is False
    assert rows["example"]["languages"] == ["en", "ko"]
    assert rows["example"]["feeds"] == 1


def test_show_tells_all_of_one_agency(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    assert run(["source", "show", "example", "--config", str(directory)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["name"] == "Example"
    assert shown["feeds"][0]["url"] == "https://example.org/rss"


def test_an_unknown_agency_is_wrong_use_with_a_hint(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    assert run(["source", "show", "exampel", "--config", str(directory)]) == 2
    packaged = packaged_directory() / "sources"
    assert capsys.readouterr().err == (
        f"newswire: no source 'exampel' is in {packaged} or {directory / 'sources'}; did you mean 'example'?\n"
    )
    assert run(["source", "export", "Tas", "qqqq", "--opml", "-", "--config", str(directory)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("did you mean 'tass' or 'tasr'?")
    assert second.endswith("see: newswire source list")


def test_check_tries_every_selector_on_the_pages_that_were_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/wire.db"
    assert run(["demo", "--database", database]) == 0
    capsys.readouterr()
    assert run(["source", "check", "tass", "kcna", "--database", database]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["source"] for row in rows} == {"tass", "kcna"}
    found = {(row["source"], row["profile"], row["field"]): (row["found"], row["pages"]) for row in rows}
    for layout in (("tass", "news-header"), ("kcna", "q"), ("kcna", "detail")):
        headlines, pages = found[(*layout, "headline")]
        assert 0 < headlines == pages
        assert found[(*layout, "body")] == (pages, pages)


def test_check_tries_the_profiles_on_case_pages_too_and_shows_what_they_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    database, cases = f"sqlite:///{tmp_path}/wire.db", Path(__file__).parents[1] / "cases"
    assert run(["source", "check", "kcna", "--cases", str(cases), "--database", database]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["on"] for row in rows} == {"archive", "cases"}
    headline = next(row for row in rows if (row["profile"], row["field"], row["on"]) == ("q", "headline", "cases"))
    assert headline["pages"] == headline["found"] == 3
    assert "Lighthouse" in headline["example"]
    assert next(row for row in rows if row["field"] == "body" and row["on"] == "cases")["hits"] > 1


def test_check_says_so_where_no_profile_fits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The day on which a site has a new layout: articles still come by the generic way, and `check` tells."""
    database, directory = f"sqlite:///{tmp_path}/wire.db", tmp_path / "config"
    (directory / "sources").mkdir(parents=True)
    layout = "\n[profile]\nheadline = 'h1.moved'\nbody = 'div.moved p'"
    feeds = "[[feeds]]\nurl = 'https://tass.com/rss/v2.xml'"
    (directory / "sources" / "tass.toml").write_text(f"name = 'TASS'\ntimezone = 'Europe/Moscow'\n{feeds}{layout}")
    assert run(["demo", "--database", database, "--config", str(directory)]) == 0
    assert run(["source", "check", "tass", "--database", database, "--config", str(directory)]) == 3
    assert "tass: no profile fits" in capsys.readouterr().err


def test_check_tells_every_connector_that_does_not_load(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    for name, connector in (("one", "nowhere.at_all:Thing"), ("two", "pipeline.model:Source")):
        text = f'name = "{name}"\nconnector = "{connector}"'
        (directory / "sources" / f"{name}.toml").write_text(text)
    assert run(["source", "check", "--config", str(directory)]) == 2
    err = capsys.readouterr().err
    assert "nowhere.at_all:Thing" in err
    assert "pipeline.model:Source" in err


OPML = (
    '<opml version="2.0"><body><outline text="Wires">'
    '<outline text="Port News" xmlUrl="https://www.port.example/rss" htmlUrl="https://www.port.example/"/>'
    '<outline text="Port Sport" xmlUrl="https://www.port.example/sport.xml"/>'
    '<outline text="TASS" xmlUrl="https://tass.com/rss/v2.xml"/></outline></body></opml>'
)


def test_a_list_of_feeds_becomes_sources_and_what_is_configured_is_left_out(
    capsys: pytest.CaptureFixture[str], directory: Path
) -> None:
    path = directory / "subscriptions.opml"
    path.write_text(OPML)
    options = ["--config", str(directory)]
    assert run(["source", "add", "--opml", str(path), *options]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["feed"] for line in out.splitlines()] == [
        "https://www.port.example/rss",
        "https://www.port.example/sport.xml",
    ]
    assert "1 of 3 feeds are configured already" in err
    assert "nothing was written" in err
    assert '\nname = "Wires"\n' in err
    assert not (directory / "sources" / "port.toml").exists()
    assert run(["source", "add", "--opml", str(path), "--write", *options]) == 0
    capsys.readouterr()
    assert run(["source", "show", "port", *options]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["name"], [feed["section"] for feed in shown["feeds"]]) == ("Wires", ["Port News", "Port Sport"])


def test_check_says_why_nothing_was_tried(capsys: pytest.CaptureFixture[str], directory: Path, tmp_path: Path) -> None:
    options = ["--config", str(directory), "--database", f"sqlite:///{tmp_path}/wire.db"]
    assert run(["source", "check", "example", "tass", *options]) == 0
    err = capsys.readouterr().err
    assert "example: its file is well; it has no profile" in err
    assert "tass: no page of it is kept yet" in err


def test_one_bad_outline_does_not_refuse_the_others(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    path, options = directory / "mixed.opml", ["--config", str(directory)]
    bad = (
        '<outline xmlUrl="mailto:a@b"/><outline xmlUrl="https://ann:secret@pier.example/rss"/>'
        '<outline xmlUrl="HTTPS://WWW.PORT.example/rss"/></body>'
    )
    path.write_text(OPML.replace("</body>", bad))
    assert run(["source", "add", "--opml", str(path), "--write", *options]) == 3
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err.count("left out: ") == 2
    assert "secret" not in err
    assert run(["source", "list", *options]) == 0


def test_a_list_gives_nobody_the_host_of_another_source(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    """By its host a page is known to be TASS's, also where a feed of a stranger names it as its site."""
    path, options = directory / "odd.opml", ["--config", str(directory)]
    path.write_text(
        '<opml><body><outline text="A" xmlUrl="https://a.example/x" htmlUrl="https://tass.com/"/></body></opml>'
    )
    assert run(["source", "add", "--opml", str(path), "--write", "-o", "jsonl", *options]) == 0
    out, err = capsys.readouterr()
    identifier = json.loads(out)["id"]
    assert "leave out tass.com, which is one of 'tass'" in err
    assert run(["source", "show", identifier, *options]) == 0
    assert json.loads(capsys.readouterr().out)["hosts"] == []


def test_what_no_reader_of_sources_takes_is_not_written(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    """Every command reads all sources first: one file that is wrong would stop them all."""
    path, options = directory / "odd.opml", ["--config", str(directory)]
    path.write_text(OPML.replace("https://tass.com/", "https://pi&#x200b;er.example/"))
    assert run(["source", "add", "--opml", str(path), "--write", *options]) == 3
    assert "left out: " in capsys.readouterr().err
    assert sorted(one.name for one in (directory / "sources").iterdir()) == ["example.toml", "port.toml"]
    assert run(["source", "list", *options]) == 0


def test_a_name_is_for_one_site(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    path = directory / "subscriptions.opml"
    path.write_text(OPML)
    assert run(["source", "add", "--opml", str(path), "--name", "port", "--config", str(directory)]) == 2
    assert "--name" in capsys.readouterr().err


def test_what_goes_out_as_opml_comes_in_again(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    from pipeline.parse.opml import outlines

    assert run(["source", "export", "example", "tass", "--opml", "-", "--config", str(directory)]) == 0
    found, _ = outlines(capsys.readouterr().out.encode(), "out.opml")
    assert found[0].url == "https://example.org/rss"
    assert {one.folders for one in found} == {("Example",), ("TASS",)}


ROUND = {
    "wire": """name = "Wire & Sons"
language = "ko"
hosts = ["www.wire.example"]
[[feeds]]
url = "https://www.wire.example/rss?a=1&b=2"
section = "경제"
[[feeds]]
url = "https://en.wire.example/rss"
language = "en"
[[feeds]]
url = "https://cdn.example/Wire"
section = "World, Asia/North"
language = "zh-Hant"
""",
    "twin": 'name = "Twin"\n[[feeds]]\nurl = "https://www.wire.example/twin"',
    "single": 'name = "Single"\nlanguage = "pt-BR"\n[[feeds]]\nurl = "https://cdn.example/wire"\nsection = "Mundo"',
}


def test_what_goes_out_and_comes_in_goes_out_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Titles came back as sections, and sources of one site, or of several, as others."""
    first, second = tmp_path / "first", tmp_path / "second"
    for directory in (first, second):
        (directory / "sources").mkdir(parents=True)
    for identifier, text in ROUND.items():
        (first / "sources" / f"{identifier}.toml").write_text(text)
    lists = [tmp_path / "first.opml", tmp_path / "second.opml"]
    assert run(["source", "export", *ROUND, "--opml", str(lists[0]), "--config", str(first)]) == 0
    assert run(["source", "add", "--opml", str(lists[0]), "--write", "--config", str(second)]) == 0
    assert run(["source", "export", *ROUND, "--opml", str(lists[1]), "--config", str(second)]) == 0
    assert lists[1].read_text() == lists[0].read_text()
    capsys.readouterr()
    assert run(["source", "show", "wire", "--config", str(second)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["name"] == "Wire & Sons"
    assert [(feed["section"], feed["language"]) for feed in shown["feeds"]] == [
        ("경제", "ko"),
        (None, "en"),
        ("World, Asia/North", "zh-Hant"),
    ]


def test_feeds_of_a_service_are_asked_whose_they_are(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Site)) as server:
        port = server.server_address[1]
        (directory / "newswire.toml").write_text(
            f"workers = 1\n[fetch]\nallow_private = ['127.0.0.0/8']\nports = [{port}]\npace_seconds = 0\n"
        )
        (directory / "feed_hosts.toml").write_text('hosts = ["127.0.0.1"]')
        feeds = [f"http://127.0.0.1:{port}/{name}" for name in ("whose.xml", "gone.xml", "feed.xml")]
        outlines = "".join(f'<outline text="Feed of {feed[-8:-4]}" xmlUrl="{feed}"/>' for feed in feeds)
        (directory / "reader.opml").write_text(f"<opml><body>{outlines}</body></opml>")
        assert run(["source", "add", "--opml", str(directory / "reader.opml"), "--config", str(directory)]) == 0
    out, err = capsys.readouterr()
    assert "3 feeds of services" in err
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["pier", "feed-of-gone", "feed-of-feed"]


def test_lists_are_no_feeds_of_a_feed_reader(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["source", "export", "kcna", "tass", "--opml", str(tmp_path / "feeds.opml")]) == 0
    assert "6 lists and sitemaps were left out" in capsys.readouterr().err
    assert "kcna" not in (tmp_path / "feeds.opml").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add"], "name either the address of a site"),
        (["add", "mailto:a@b"], "is not a web address"),
        (["add", "https://a.example/", "--name", "tass"], "there is a source 'tass' already"),
        (["add", "https://a.example/", "--name", "../a"], "cannot be a source id"),
        (["add", "https://a.example/", "--write"], "no directory of your own"),
        (["export"], "say what to export"),
    ],
)
def test_wrong_use_is_told(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["source", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_site_that_can_not_be_read_is_an_error(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    """Its address is on a private network, which is not allowed."""
    assert run(["source", "add", "http://127.0.0.1:9/", "--config", str(directory)]) == 1
    assert "can't be read" in capsys.readouterr().err


def test_a_selector_without_a_page_was_not_tried(
    capsys: pytest.CaptureFixture[str], directory: Path, tmp_path: Path
) -> None:
    """The packaged cases have no page of kcna's in this directory, so that nothing is known of its selectors."""
    options = ["--config", str(directory), "--database", f"sqlite:///{tmp_path}/wire.db"]
    assert run(["source", "check", "kcna", *options]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows
    assert {(row["pages"], row["found"], row["hits"], row["state"]) for row in rows} == {(0, None, None, "not tried")}
    cases = Path(__file__).parents[1] / "cases"
    run(["source", "check", "kcna", "--cases", str(cases), *options])
    on_cases = [row for row in map(json.loads, capsys.readouterr().out.splitlines()) if row["on"] == "cases"]
    assert {row["state"] for row in on_cases if row["field"] == "headline"} == {"on all"}


WHOSE = (
    "<rss version='2.0'><channel><title>Pier</title><link>https://www.pier.example/</link>"
    "<item><title>Pier opens</title><link>https://track.example/1</link></item></channel></rss>"
)


class Site(BaseHTTPRequestHandler):
    """A site without TLS: a feed of three articles, and their pages."""

    language = "en"

    def do_GET(self) -> None:
        home = f"http://{self.headers['Host']}"
        if self.path == "/":
            told = f'<html lang="{self.language}"><link rel="alternate" type="application/rss+xml" href="/feed.xml">'
            self._answer(200, "text/html", f"{told}<title>Harbour Wire</title><a href='/news/1001'>x</a></html>")
        elif self.path == "/whose.xml":
            self._answer(200, "application/rss+xml", WHOSE)
        elif self.path == "/feed.xml":
            links = (
                f"<item><title>Ferry {n} sails</title><link>{home}/news/{n}</link></item>" for n in range(1001, 1004)
            )
            self._answer(200, "application/rss+xml", f"<rss version='2.0'><channel>{''.join(links)}</channel></rss>")
        elif self.path.startswith("/news/"):
            number = self.path.rpartition("/")[2]
            told = "".join(f"<p>Ferry {number}, day {day}. {TEXT}</p>" for day in range(3))
            self._answer(200, "text/html", f"<html><h1>Ferry {number} sails</h1><article>{told}</article></html>")
        else:
            self._answer(404, "text/plain", "")

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, status: int, kind: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


def test_an_address_without_a_scheme_is_read_by_http_where_https_fails(
    capsys: pytest.CaptureFixture[str], directory: Path
) -> None:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Site)) as server:
        port = server.server_address[1]
        (directory / "newswire.toml").write_text(
            f"workers = 1\n[fetch]\nallow_private = ['127.0.0.0/8']\nports = [{port}]\npace_seconds = 0\n"
        )
        options = ["--config", str(directory), "--name", "harbour"]
        assert run(["source", "add", f"127.0.0.1:{port}", "--write", *options]) == 0
        err = capsys.readouterr().err
        assert f"newswire: https://127.0.0.1:{port}: " in err  # why it was not taken
        assert f"newswire: it was read at http://127.0.0.1:{port};" in err
        assert run(["source", "add", f"https://127.0.0.1:{port}", *options[:2]]) == 1
        assert "it was read at" not in capsys.readouterr().err
    assert run(["source", "show", "harbour", *options[:2]]) == 0
    assert f"http://127.0.0.1:{port}/feed.xml" in capsys.readouterr().out


def test_a_password_in_an_address_is_not_shown_again(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    assert run(["source", "add", "https://ann:secret@port.example/", "--config", str(directory)]) == 2
    err = capsys.readouterr().err
    assert "leave out the name and password" in err
    assert "secret" not in err


@pytest.mark.parametrize("command", ["pause", "resume", "accept"])
def test_a_misspelt_name_makes_no_database(
    command: str, capsys: pytest.CaptureFixture[str], directory: Path, tmp_path: Path
) -> None:
    options = ["--config", str(directory), "--database", f"sqlite:///{tmp_path}/wire.db"]
    assert run(["source", command, "exampel", *options]) == 2
    assert "did you mean 'example'?" in capsys.readouterr().err
    assert not (tmp_path / "wire.db").exists()
