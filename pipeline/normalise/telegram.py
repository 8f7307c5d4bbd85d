"""Datelines of East Asia: `韩联社首尔4月1日电`, `(서울=연합뉴스) 홍길동 기자 =`, `【ソウル聯合ニュース】`.

There are no spaces to go by: the agency's name, the day and the word for "by telegram" are what divides them.
"""

from __future__ import annotations

import re
from datetime import date

from pipeline.normalise.naming import Parts, agencies_of
from pipeline.normalise.registers import Mention, Registers
from pipeline.normalise.whereabouts import HAN_DAY, HAN_MONTH, cjk_day, find_cjk_day, is_place, split_places

_OPEN, _CLOSE = r"[(（\[【〔［<]", r"[)）\]】〕］>]"
_DASH = r"(?:\s?[-–—―]{1,3}(?=\s))?"
_HAN = r"[\u4e00-\u9fff]"

# `(서울=연합뉴스) 김동규 기자 = `, `[서울=뉴시스]`, `【ニューヨーク=共同】`, `【ソウル＝山田太郎】`
_EQUALS = re.compile(
    rf"^{_OPEN}\s?(?P<head>[^=＝()\[\]（）【】]{{1,60}})\s?[=＝]\s?(?P<agency>[^=＝()\[\]（）【】]{{2,40}}){_CLOSE}\s*"
)
# `(사진=연합뉴스)` says whose picture it is.
_NO_PLACE_KO = re.compile(r"사진|자료|그래픽|출처|제공|이미지|영상|단위|편집|일러스트|캡처|합성")
# `(서울=어떤일보)` is a dateline, `[엔터미디어=홍길동의 칼럼]` is not.
_KOREAN_HOUSE = re.compile(
    r"^[가-힣A-Za-z0-9 ]{0,12}(?:뉴스|뉴스\d+|일보|신문|경제|타임[스즈]|통신|방송|투데이|저널|데일리|헤럴드"
    r"|TV|핌|맥스)$"
)
_KOREAN_PLACE = re.compile(r"^[가-힣]{2,6}$")
_KOREAN_BYLINE = re.compile(
    r"(?P<byline>[가-힣A-Za-z·∙ㆍ,\s]{2,70}?(?:기자|특파원|통신원|논설위원|위원|리포터|앵커|PD|작가|선임|인턴|팀))\s*=\s*"
)
_KOREAN_REPORTER = re.compile(r"^[가-힣]{2,4}(?:[·∙ㆍ, ]{1,2}[가-힣]{2,4}){0,3}\s?(?:기자|특파원|통신원)$")
_REPORTER_JA = re.compile(r"^[\u4e00-\u9fff々]{2,4}[\u3040-\u30ff\u4e00-\u9fff々\s]{0,5}$")
_KATAKANA = re.compile(r"^[ァ-ヺー・]{2,12}$")
# `【ソウル聯合ニュース】`, `[신화사 평양 8월 22일]`, `(평양 7월 7일발 조선중앙통신)`, `［東京　７日　ロイター］ - `
_BRACKET = re.compile(
    rf"^{_OPEN}(?P<inside>[^()\[\]（）【】〔〕<>]{{2,60}}){_CLOSE}"
    rf"(?:\s?[(（](?P<byline>{_HAN}{{2,4}}(?:[\s、]{_HAN}{{2,4}}){{0,3}})[)）])?{_DASH}\s*"
)
_TELEGRAPHED = re.compile(
    r"(?:综合|綜合|専|專|综合外|綜合外)?(?:外?[电電](?:報導|报道|讯|訊)?|[讯訊]|[报報][道导導])$|[発發发발]$"
)
# `（吉隆坡7日讯）`: the day and the word for a telegram show it, whoever sent it.
_SENT = re.compile(
    rf"^(?P<place>[\u4e00-\u9fff、·]{{2,12}}?)(?:(?:\d{{1,2}}|{HAN_MONTH})月)?(?:\d{{1,2}}|{HAN_DAY})日(?:综合|綜合|專|综合外|綜合外)?(?:[电電讯訊])$"
)
# `〔記者王小明／台北報導〕`
_REPORTED = re.compile(
    rf"^(?P<byline>[记記]者{_HAN}{{2,4}}(?:、{_HAN}{{2,4}}){{0,3}})[／/](?P<place>[\u4e00-\u9fff、]{{2,10}}?)[连連]?線?[报報][导導道]$"
)
_NO_PLACE_ZH = ("综合", "綜合")
# `韩联社首尔、果川4月1日电 `, `新华社北京7月7日电（记者张三）`, `平壤7月7日电 `, `某网7月7日报道 `
_HAN_NAME = r"(?!综合|綜合|综述|更新|视频|图文|全文|特稿)[\u4e00-\u9fff·]{2,5}"
_TELEGRAM = re.compile(
    r"^(?![据據])(?P<head>[^\s，。：:,;；！？\d０-９()（）]{2,30}?)\s?(?:(?P<year>\d{4}|[〇○零一二三四五六七八九]{4})年)?"
    rf"(?:(?P<month>\d{{1,2}}|{HAN_MONTH})月)?(?P<day>\d{{1,2}}|{HAN_DAY}(?=日))(?P<noted>日?)"
    r"(?P<mark>(?:综合|綜合)?(?:[电電讯訊消]息?)|[报報][道导導]|(?=\s))(?P<close>[，,]?)\s*"
    rf"(?:[(（](?P<byline>{_HAN}{{0,6}}?(?:记者|記者|作者|编辑|通讯员)[^()（）]{{1,40}}|{_HAN_NAME}(?:[\s、]{_HAN_NAME}){{0,5}})[)）])?"
    r"\s*[：:]?(?:\s?[-–—]{1,3}\s)?\s*"
)
# `法新社5日巴黎电`: the day before the place
_DAY_BEFORE = re.compile(
    rf"^(?P<agency>[\u4e00-\u9fffA-Z]{{2,8}}?[社网網])(?:(?P<month>\d{{1,2}})月)?(?P<day>\d{{1,2}})日(?P<place>{_HAN}{{2,10}}?)"
    r"(?:[电電][讯訊]?|[讯訊])(?:[:：]|\s)\s*"
)
# `某社北京1月9日電`, `本报北京7月7日电`: an agency that the register does not know is no part of the place.
_UNKNOWN_AGENCY = re.compile(r"^(?:[\u4e00-\u9fff]{1,6}?[社网網]|本[报報])")
_REPORTER_CJK = re.compile(rf"(?:记者|記者|特派员|特派員)[：:\s]?(?P<name>{_HAN}{{2,3}}(?:、{_HAN}{{3}}){{0,4}})")


def equals(text: str, registers: Registers, near: date) -> Parts | None:
    """`(place=agency)`, `[place=reporter]`, and the reporter behind it."""
    found = _EQUALS.match(text)
    if not found or _NO_PLACE_KO.search(found["head"]):
        return None
    right = agencies_of(found["agency"], registers, loose=True)
    named = list(registers.heads(found["head"]))
    printed = find_cjk_day(found["head"])
    places = split_places(_without(found["head"], _spans(named, printed)))
    if not _is_equation(found["agency"], right, named, places, registers) or not (places or printed):
        return None
    byline = _KOREAN_BYLINE.match(text, found.end())
    reporter = byline["byline"] if byline else _reporter(found["agency"], right)
    left = tuple(name.agency for name in named)
    # `(도쿄 교도=연합뉴스)` is Yonhap's, after Kyodo; `【7月7日 AFP＝時事】` AFP's, by way of Jiji.
    agencies = right + left if _KOREAN_PLACE.search(found["agency"]) or not right else left + right
    return Parts(
        found.end(), byline.end() if byline else found.end(), agencies, places, cjk_day(printed, near), _bare(reporter)
    )


def _is_equation(
    right: str, agencies: tuple[str, ...], named: list[Mention], places: tuple[str, ...], registers: Registers
) -> bool:
    """Whether what stands on the two sides of the sign makes a dateline."""
    if agencies:
        return True
    korean = all(_KOREAN_PLACE.match(place) and not _KOREAN_HOUSE.match(place) for place in places)
    if korean and places and (_KOREAN_HOUSE.match(right) or _KOREAN_REPORTER.match(right)):
        return True
    sure = bool(named) or all(registers.place(place) or _KATAKANA.match(place) for place in places)
    return bool(places) and sure and _REPORTER_JA.match(right) is not None


def _reporter(text: str, agencies: tuple[str, ...]) -> str | None:
    return None if agencies or _KOREAN_HOUSE.match(text) else text


def bracket(text: str, registers: Registers, near: date) -> Parts | None:
    """Everything within one pair of brackets."""
    found = _BRACKET.match(text)
    if not found:
        return None
    inside, end = found["inside"].strip(), found.end()
    if reported := _REPORTED.match(inside):
        places = () if reported["place"] in _NO_PLACE_ZH else split_places(reported["place"])
        return Parts(end, end, (), places, None, reported["byline"]) if places else None
    names = list(registers.heads(inside))
    printed = find_cjk_day(inside)
    if sent := (None if names else _SENT.match(inside)):
        places = () if sent["place"] in _NO_PLACE_ZH else split_places(sent["place"])
        return Parts(end, end, (), places, cjk_day(printed, near))
    if not names or len(names) > 2 or not (printed or inside.endswith(names[-1].name)):
        return None
    return _by_names(found, inside, names, printed, near)


def _by_names(
    found: re.Match[str], inside: str, names: list[Mention], printed: re.Match[str] | None, near: date
) -> Parts | None:
    reporter = _REPORTER_CJK.search(inside)
    telegraphed = _TELEGRAPHED.search(inside)
    place = _without(inside, [*_spans(names, printed, reporter, telegraphed)])
    if (not place and not printed) or (place and not is_place(place)):
        return None
    agencies = tuple(dict.fromkeys(name.agency for name in names))
    byline = reporter.group().strip() if reporter else found["byline"]
    return Parts(found.end(), found.end(), agencies, split_places(place), cjk_day(printed, near), byline)


def telegram(text: str, registers: Registers, near: date) -> Parts | None:
    """A line that runs from the agency's name to the word for a telegram, without brackets."""
    if before := _day_before(text, registers, near):
        return before
    found = _TELEGRAM.match(text)
    if not found:
        return None
    head, byline = found["head"], found["byline"]
    name = next(registers.heads(head), None)
    unknown = _UNKNOWN_AGENCY.match(head) if name is None else None
    if (name is not None and name.start != 0) or not _is_sent(text, found, bool(name or unknown)):
        return None
    place = head[name.end if name else unknown.end() if unknown else 0 :].strip(" \u3000")
    reporter, place = _reporter_and_place(place, registers)
    byline = byline or reporter
    if place is None or (place and not is_place(place)):
        return None
    # `平壤7月7日电（朝中社）`: what stands in the bracket may be the agency.
    behind = registers.agency(byline)
    agency = name.agency if name else behind
    end = found.end()
    agencies = (agency,) if agency else ()
    return Parts(end, end, agencies, split_places(place), cjk_day(found, near), None if behind else byline)


def _day_before(text: str, registers: Registers, near: date) -> Parts | None:
    """A telegram that prints the day before the place, of an agency that we know: `法新社5日巴黎电`."""
    found = _DAY_BEFORE.match(text)
    agency = registers.agency(found["agency"]) if found else None
    if not found or not agency or not is_place(found["place"]):
        return None
    day = cjk_day(find_cjk_day(found.group()), near)
    places = () if found["place"] in _NO_PLACE_ZH else split_places(found["place"])
    return Parts(found.end(), found.end(), (agency,), places, day)


def _reporter_and_place(text: str, registers: Registers) -> tuple[str | None, str | None]:
    """`记者张三北京` → `记者张三` and `北京`: the name ends where a place that is known begins; no place: None."""
    if not text.startswith(("记者", "記者")):
        return None, text
    cut = next((at for at in (4, 5, 6) if registers.place(text[at:])), None)
    return (text[:cut], text[cut:]) if cut else (None, None)


def _is_sent(text: str, found: re.Match[str], is_signed: bool) -> bool:
    """Whether it is a telegram: `北京7月7日电影节开幕` and `据报7月7日消息` are sentences."""
    if (found["close"] and not is_signed) or not (found["noted"] or found["mark"]):
        return False
    if not found["noted"]:  # `韩联社首尔7月21电`, a misprint (3 of 2,650)
        return is_signed and found["month"] is not None and found["mark"] in ("电", "電")
    if is_signed:
        return bool(found["month"]) or found["mark"] in ("电", "電", "讯", "訊")
    ends = found.end("mark")
    return (
        found["mark"] in ("电", "電", "讯", "訊")
        and bool(found["month"])
        and text[ends : ends + 1] in ("", " ", "(", "（", "：", ":")
    )


def _spans(names: list[Mention], *others: re.Match[str] | None) -> list[tuple[int, int]]:
    return [(name.start, name.end) for name in names] + [found.span() for found in others if found]


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """A text without the spans, which may overlap, and without the signs that divided them."""
    signs = list(text)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    # `【7月7日 Xinhua News】`
    return re.sub(r"\s+|\bNews\b", " ", "".join(signs)).strip(" ,、·・発發发발电電讯訊")


def _bare(text: str | None) -> str | None:
    return re.sub(r"\s+", " ", text).strip() if text else None
