"""Pages and feeds in the agencies' own markup, as their sites served it; what stands in them is invented.

The layouts are of different years: TASS 2018-2023, Yonhap 2024, KCNA 2024 and 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

SEOUL, MOSCOW = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Moscow")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KO_COPYRIGHT = "저작권자(c) 연합뉴스, 무단 전재-재배포, AI 학습 및 활용 금지"


@dataclass(frozen=True, slots=True)
class Story:
    """One invented story.  `text` is its feed's description; `paragraphs` those of its page, none if it has no page."""

    url: str
    at: datetime
    headline: str
    paragraphs: tuple[str, ...] = ()
    lead: str | None = None
    text: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""

    @property
    def number(self) -> str:
        """The last part of its address: `AEN20240917001200315`."""
        return self.url.rpartition("/")[2]


def tass_feed(host: str, stories: Iterable[Story]) -> str:
    items = "".join(
        f"<item><title>{escape(story.headline)}</title><link>{story.url}</link>"
        f'<guid isPermaLink="true">{story.url}</guid><pubDate>{_mail_date(story.at, MOSCOW)}</pubDate>'
        f"<description>{escape(story.text)}</description><category>{story.section}</category></item>"
        for story in stories
    )
    head = f"<title>TASS</title><link>{host}/</link>"
    return f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel>{head}{items}</channel></rss>"


def tass_page(story: Story) -> str:
    lead = f'<div class="news-header__lead">{escape(story.lead)}</div>' if story.lead else ""
    return (
        '<!DOCTYPE html><html data-ng-app="tassApp"><head><script>var page = {"type":"article"};</script>'
        f"<title>{escape(story.headline)} -  {story.section} - TASS</title>"
        '<meta property="og:site_name" content="TASS"><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{escape(story.headline)}"></head>\n'
        '<body><main class="container"><section class="section-grid" id="news">'
        '<div class="section-grid__col section-grid__col_center"><div class="news"><div class="column">'
        '<div class="news-header"><div class="news-header__top"><div class="news-header__date">'
        f'<dateformat time="{int(story.at.timestamp())}" mode="abs"></dateformat></div></div>'
        f'<h1 class="news-header__title">{escape(story.headline)}\n\n</h1>{lead}</div></div>\n'
        f'<div class="text-content"><div class="text-block">{_paragraphs(story.paragraphs)}</div>'
        '<div class="text-include"><div class="text-block"><p>A teaser of another story</p></div></div></div>'
        f'<div class="column"><div class="tags"><div class="tags__list">{_tass_tags(story)}</div></div></div>'
        "</div></div>"
        '<a class="news-content__container" href="/society/2"><p>A teaser of the next story</p></a>'
        "</section></main></body></html>"
    )


def korean_feed(title: str, stories: Iterable[Story]) -> str:
    items = "".join(
        f"\t\t<item>\n\t\t\t<title><![CDATA[{story.headline}]]></title>\n\t\t\t<link>{story.url}</link>\n"
        f'\t\t\t<guid isPermaLink="true">{story.url}</guid>\n\t\t\t<pubDate>{_mail_date(story.at, SEOUL)}</pubDate>\n'
        f"\t\t\t<dc:creator>{story.author}</dc:creator>\n"
        f"\t\t\t<description><![CDATA[{story.text}]]></description>\n\t\t</item>\n"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"\t<channel>\n\t\t<title><![CDATA[연합뉴스 {title} 최신기사]]></title>\n"
        f"\t\t<language>ko-KR</language>\n{items}\t</channel>\n</rss>\n"
    )


def korean_page(story: Story) -> str:
    at = story.at.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M")
    lead = f'<div class="tit-sub"><h2 class="tit">{escape(story.lead)}</h2></div>' if story.lead else ""
    return (
        f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>{escape(story.headline)} | 연합뉴스</title>'
        f'<meta property="og:title" content="{escape(story.headline)} | 연합뉴스">'
        '<meta property="og:site_name" content="연합뉴스"></head><body><div class="content03">'
        f'<header class="title-article01"><h1 class="tit01">{escape(story.headline)}</h1>{lead}'
        f'<p class="update-time" data-published-time="{at}"><span class="txt">송고시간</span>{at}</p></header>\n'
        '<div id="newsWriterCarousel01" class="writer-zone01"><div class="item">'
        f'<strong class="tit-name">{story.author} 기자</strong></div></div>\n'
        f'<article class="story-news article">{_paragraphs(story.paragraphs)}'
        f'<p class="txt-copyright adrs">{KO_COPYRIGHT}</p></article>\n'
        f'<div class="keyword-zone">{"".join(f"<a>#{tag}</a>" for tag in story.tags)}</div></div></body></html>'
    )


def foreign_feed(host: str, stories: Iterable[Story], *, flipped: bool = False) -> str:
    """The feed of a foreign edition: dates without zone, text escaped three times, a query whose order flips."""
    query = "section=news&amp;input=rss" if flipped else "input=rss&amp;section=news"
    items = "".join(
        f"\t\t<item>\n\t\t\t<id>{story.number}</id>\n\t\t\t<title>{_escaped(story.headline)}</title>\n"
        f"\t\t\t<link>{story.url}?{query}</link>\n\t\t\t<description>{_escaped(story.text)}\n</description>\n"
        f"\t\t\t<pubDate>{story.at.astimezone(SEOUL):%Y%m%d%H%M%S}</pubDate>\n\t\t</item>\n"
        for story in stories
    )
    return (
        "<?xml version='1.0' encoding='utf8'?>\n<rss version=\"2.0\">\n\t<channel>\n\t\t<title>YonhapNews</title>\n"
        f"\t\t<link>{host}</link>\n{items}\t</channel>\n</rss>\n"
    )


def foreign_page(story: Story, language: str, site: str, updated: datetime | None = None) -> str:
    at, updated_at = (moment.astimezone(SEOUL).isoformat() for moment in (story.at, updated or story.at))
    tags = "".join(f'<span class="tag"><a href="/search">#{tag}</a></span>' for tag in story.tags)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f'<link rel="canonical" href="{story.url}"><meta property="og:url" content="{story.url}">'
        f'<meta property="og:type" content="article"><meta property="og:site_name" content="{site}">'
        f"<title>{escape(story.headline)} | {site}</title>"
        f'<meta property="og:title" content="{escape(story.headline)} | {site}">'
        f'<meta property="article:section" content="{story.section}">'
        f'<meta property="article:published_time" content="{at}">'
        f'<meta property="article:modified_time" content="{updated_at}"></head><body>\n'
        '<div class="container"><article class="story-view-zone article-view-zone"><header class="title-article01">'
        f'<h1 class="tit">{escape(story.headline)}</h1><div class="info-box"><div class="info-con"><span class="txt">'
        f"<strong><a>{story.section}</a></strong></span></div></div></header>\n"
        f'<div class="view-body"><div class="sub-content"><article class="story-news">{_paragraphs(story.paragraphs)}\n'
        "<p> desk@yonhap.test<br>(END)</p></article></div></div></article></div>\n"
        f'<div class="keyword-zone01"><div class="list">{tags}</div></div>'
        '<section class="latest-news-zone"><article><strong class="tit01">Headline of another story</strong>'
        "</article></section></body></html>"
    )


def kcna_menu(sections: Sequence[tuple[str, str]], content: str = "<div class='home'>Welcome</div>") -> str:
    """The front page of the layout of 2022-2026, and the frame of its listings and articles."""
    links = "".join(
        f'<li><a href="/en/category/articles/q/{code}.kcmsf">{escape(name)}</a></li>' for name, code in sections
    )
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>KCNA</title></head><body>"
        f"<div class='header'><ul class='nav-menu'>{links}</ul></div>{content}"
        "<div class='footer'>Copyright (C) KOREAN CENTRAL NEWS AGENCY</div></body></html>"
    )


def kcna_listing(sections: Sequence[tuple[str, str]], stories: Iterable[Story]) -> str:
    items = "".join(
        f'<li><a href="/en/article/q/{story.number}">{escape(story.headline)}\n'
        f"\t\t\t<span class='publish-time'>[{_juche(story.at)}]</span></a></li>"
        for story in stories
    )
    return kcna_menu(sections, f"<div class='article-link'><ul>{items}</ul></div>")


def kcna_page(sections: Sequence[tuple[str, str]], story: Story) -> str:
    title = f'<div class="article-main-title"><strong>{escape(story.headline)}</strong></div>'
    day = f" <span class='publish-time'>www.kcna.kp ({_juche(story.at)})</span>"
    return kcna_menu(
        sections,
        f'<div class="article-content-title">{title}</div><div class="article-content-body">'
        f'<div class="content-wrapper">{_paragraphs(story.paragraphs)}{day}</div></div>',
    )


def kcna_new_menu(sections: Sequence[tuple[str, str]], content: str = "") -> str:
    """The front page of the layout since mid-2026, and the frame of its listings and articles."""
    links = "".join(f'<li><a href="/en/article/list/{code}">{escape(name)}</a></li>' for name, code in sections)
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>KCNA</title></head><body>"
        f"<nav><ul>{links}</ul></nav><main>{content}</main></body></html>"
    )


def kcna_new_listing(sections: Sequence[tuple[str, str]], stories: Iterable[Story]) -> str:
    items = "".join(
        f'<div class="article"><h5 class="block"><a href="/en/article/detail/{story.number}">'
        f"{escape(story.headline)}</a> <span><nobr>[{_day(story.at)}]</nobr></span></h5></div>"
        for story in stories
    )
    return kcna_new_menu(sections, items)


def kcna_new_page(sections: Sequence[tuple[str, str]], story: Story) -> str:
    return kcna_new_menu(
        sections,
        f'<article><div class="container"><h1 class="text-center text-danger">{escape(story.headline)}</h1>'
        f'<h1 class="text-center text-danger"></h1>{_paragraphs(story.paragraphs)}</div></article>',
    )


def _paragraphs(paragraphs: Iterable[str]) -> str:
    return "".join(f"<p> {escape(text, quote=False)}</p>" for text in paragraphs)


def _tass_tags(story: Story) -> str:
    return "".join(f'<a class="tags__item" href="/tag/x">{tag}</a>' for tag in story.tags)


def _escaped(text: str) -> str:
    # Yonhap's foreign editions escape twice before the XML does: `Light&amp;amp;amp;House`.
    return escape(escape(escape(text, quote=False), quote=False), quote=False)


def _mail_date(at: datetime, zone: ZoneInfo) -> str:
    """RFC 2822, in English whatever the locale."""
    local = at.astimezone(zone)
    return f"{DAYS[local.weekday()]}, {local:%d} {MONTHS[local.month - 1]} {local:%Y %H:%M:%S %z}"


def _day(at: datetime) -> str:
    local = at.astimezone(SEOUL)
    return f"{local.year}.{local.month}.{local.day}."


def _juche(at: datetime) -> str:
    local = at.astimezone(SEOUL)
    return f"Juche{local.year - 1911}.{local.month}.{local.day}."
