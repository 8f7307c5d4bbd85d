"""The selectors of a site's layouts, tried on a page: the layout that fits is the one that finds most."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

from pipeline.model import Dated, Extract, Profile
from pipeline.parse import bounds, dom

FIELDS = ("headline", "lead", "body", "dateline", "date", "updated", "byline", "section", "keywords", "images")
# What makes a page an article outweighs what decorates it.
WEIGHTS = {"headline": 10, "body": 20}
MAX_PARAGRAPHS = 5_000


@dataclass(frozen=True, slots=True)
class Hit:
    """What one profile found on a page: texts by field.

    `blank` says that the body is where the profile says and holds nothing: a flash is a headline, no broken layout.
    """

    profile: Profile
    texts: dict[str, tuple[str, ...]]
    blank: bool = False

    @property
    def score(self) -> tuple[int, int]:
        """Fields found, weighted; then characters of the body."""
        found = sum(WEIGHTS.get(field, 1) for field in self.texts)
        return found, sum(map(len, self.texts.get("body", ())))

    @property
    def fits(self) -> bool:
        """Whether this can be the page's layout: it finds a headline or a body."""
        return bool(self.texts.get("headline") or self.texts.get("body"))


def best(root: dom.Element, profiles: Iterable[Profile]) -> Hit | None:
    """The profile that finds most, None if none finds a headline or a body.  The tree is left as it is.

    Raises:
        ConfigError: a selector does not compile.
    """
    hits = [_tried(root, profile) for profile in profiles]
    return max((hit for hit in hits if hit.fits), key=lambda hit: hit.score, default=None)


def extract(hit: Hit, address: str) -> Extract:
    """The hit as an extract, with the names of the selectors that found nothing in `missed`."""
    texts = hit.texts
    images = (bounds.web_address(address, image) for image in texts.get("images", ())[: bounds.MAX_IMAGES])
    return Extract(
        headline=_first(texts, "headline"),
        lead=_joined(texts, "lead"),
        paragraphs=texts.get("body", ()),
        dateline=_first(texts, "dateline"),
        dates=tuple(Dated("page", text, "profile") for text in texts.get("date", ())[:1]),
        updated_raw=_first(texts, "updated"),
        byline=_joined(texts, "byline"),
        section=_first(texts, "section"),
        keywords=bounds.words([text.lstrip("#") for text in texts.get("keywords", ())]),
        images=tuple(dict.fromkeys(image for image in images if image)),
        method="profile",
        profile=hit.profile.name,
        missed=missed(hit),
        fields={field: "profile" for field in texts if field != "date"},
    )


def missed(hit: Hit) -> tuple[str, ...]:
    """The fields for which the profile has a selector that found nothing."""
    found = {*hit.texts, *(("body",) if hit.blank else ())}
    return tuple(field for field in FIELDS if getattr(hit.profile, field) and field not in found)


def _tried(root: dom.Element, profile: Profile) -> Hit:
    cleared = root
    if profile.remove:
        cleared = deepcopy(root)
        dom.without(cleared, profile.remove)
    found = {field: _texts(cleared, field, css) for field in FIELDS if (css := getattr(profile, field))}
    texts = {field: texts for field, texts in found.items() if texts}
    if "byline" in texts and "body" in texts:
        texts["body"] = _without_byline(cleared, profile, texts["body"])
    return Hit(profile, texts, blank=_is_blank(root, profile, texts))


def _without_byline(root: dom.Element, profile: Profile, body: tuple[str, ...]) -> tuple[str, ...]:
    """The body without the lines of a byline that stands within it (Antara signs below the text, in its container)."""
    signed = [hit for hit in dom.select(root, profile.byline or "") if not isinstance(hit, str)]
    containers = {hit for hit in dom.select(root, profile.body or "") if not isinstance(hit, str)}
    inner = [hit for hit in signed if hit in containers or any(outer in containers for outer in hit.iterancestors())]
    lines = {line for hit in inner for line in dom.lines_of(hit)}
    return tuple(line for line in body if line not in lines)


def _is_blank(root: dom.Element, profile: Profile, texts: dict[str, tuple[str, ...]]) -> bool:
    if not profile.body or "headline" not in texts or "body" in texts:
        return False
    return bool(dom.select(root, profile.body))


def _texts(root: dom.Element, field: str, css: str) -> tuple[str, ...]:
    hits = dom.select(root, css)
    match field:
        case "body":
            return dom.paragraphs_of(hits)[:MAX_PARAGRAPHS]
        case "byline":
            texts = [", ".join(dom.lines_of(hit)) for hit in _outermost(hits)]
        case "images":
            texts = [hit if isinstance(hit, str) else hit.get("src") or "" for hit in hits]
        case "date" | "updated":
            texts = [dom.value_of(hit) or "" for hit in hits]
        case _:
            texts = [dom.text_of(hit) for hit in hits]
    return tuple(dict.fromkeys(text for text in texts if text))


def _outermost(hits: list[dom.Element | str]) -> list[dom.Element | str]:
    """The hits that stand in none of the others: a name and the line around it are one byline."""
    elements = {hit for hit in hits if not isinstance(hit, str)}
    return [hit for hit in hits if isinstance(hit, str) or not any(outer in elements for outer in hit.iterancestors())]


def _first(texts: dict[str, tuple[str, ...]], field: str) -> str | None:
    return bounds.one_line(next(iter(texts.get(field, ())), None), bounds.MAX_TITLE * 4)


def _joined(texts: dict[str, tuple[str, ...]], field: str) -> str | None:
    """A standfirst or a byline may be printed in several elements."""
    return bounds.one_line(" ".join(texts.get(field, ())), bounds.MAX_TEXT)
