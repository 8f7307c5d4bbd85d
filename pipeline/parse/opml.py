"""OPML, the list of feeds that feed readers exchange."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from pipeline.errors import ConfigError
from pipeline.parse import bounds

MAX_OUTLINES = 5_000
ID = "{urn:newswire}id"


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of an OPML file: its address, title, the site's address, and the folders that it lies in.

    `source` is the id of its source where newswire wrote the list; `language` and `category` are as printed.
    """

    url: str
    title: str | None = None
    site: str | None = None
    folders: tuple[str, ...] = ()
    language: str | None = None
    category: str | None = None
    source: str | None = None


def outlines(data: bytes, name: str) -> tuple[list[Outline], list[str]]:
    """The feeds of an OPML file, at any depth, each address once; `name` is the file's.

    Behind them a sentence for each outline whose address can't be a feed's: none of the web, or one with a password.

    Raises:
        ConfigError: it is no OPML, or holds no feed that could be one; all that are none are named.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        hint = "export it from your feed reader again"
        raise ConfigError(f"{name} is not well-formed XML: {error.msg}; {hint}") from error
    if etree.QName(root).localname.lower() != "opml":
        raise ConfigError(f"{name} is no OPML: its first element is <{etree.QName(root).localname}>")
    found: dict[str, Outline] = {}
    wrong: list[str] = []
    feeds = [(one, url) for one in root.iter("{*}outline", "outline") if (url := _attribute(one, "xmlUrl"))]
    if len(feeds) > MAX_OUTLINES:
        wrong.append(f"{name}: {len(feeds) - MAX_OUTLINES} feeds behind the first {MAX_OUTLINES}: divide the list")
    for element, printed in feeds[:MAX_OUTLINES]:
        url = bounds.web_address("", printed)
        if url is None or "@" in urlsplit(url).netloc:
            why = "is not a web address" if url is None else "holds a name or a password, which no file should"
            wrong.append(f"{name}:{element.sourceline}: {(url and _bare(url)) or printed[:200]!r} {why}")
        else:
            found.setdefault(bounds.known_as(url), _outline(element, url))
    if not found:
        raise ConfigError("\n".join(wrong) or f"{name} names no feed: there is no <outline> with an xmlUrl")
    return list(found.values()), wrong


def _bare(url: str) -> str:
    """An address without the name and password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()[:200]


def _outline(element: etree._Element, url: str) -> Outline:
    above = [*element.iterancestors("{*}outline", "outline")]
    folders = [_title(up) for up in reversed(above)]
    return Outline(
        url,
        _title(element),
        bounds.web_address("", _attribute(element, "htmlUrl")),
        tuple(filter(None, folders)),
        bounds.name(_attribute(element, "language")),
        bounds.name(_attribute(element, "category")),
        bounds.name(_attribute(above[0], ID)) if above else None,
    )


def _title(element: etree._Element) -> str | None:
    return bounds.name(_attribute(element, "title") or _attribute(element, "text"))


def _attribute(element: etree._Element, name: str) -> str | None:
    """An attribute; readers write xmlUrl, xmlurl and XMLURL."""
    values = {str(key).lower(): str(value) for key, value in element.attrib.items()}
    return values.get(name.lower(), "").strip() or None
