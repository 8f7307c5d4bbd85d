"""Times counted from when they were shown: `5 minutes ago`, `3시간 전`, `вчера в 10:30`, `منذ ساعتين`.

They are weak evidence: what was shown may have been made earlier, and what is counted is rounded.  Minutes give a time
to the minute, hours a day, if it is one however they are rounded; `3 days ago` may be any of two days, so it is none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.normalise.clocks import find_clock
from pipeline.normalise.moments import Reading, bare, instant
from pipeline.normalise.zones import find_zone

_UNITS = {
    "minutes": (
        "minute minutes min mins m 분 分 分钟 分鐘 минут минуту минуты мин минута minuten minuto minutos minuti دقيقة"
        " دقائق دقيقتين dakika dk minut minuty minutę phút menit मिनट دقیقه"
    ),
    "hours": (
        "hour hours hr hrs h 시간 时 小时 小時 时间 個小時 个小时 時間 час часа часов ч stunde stunden std heure"
        " heures hora horas ora ore ساعة ساعات ساعتين saat godzin godziny godzinę godz giờ jam घंटे घंटा घंटों ساعت"
    ),
    "seconds": (
        "second seconds sec secs s 초 秒 秒钟 секунд сек секунду секунды sekunde sekunden seconde secondes segundo"
        " segundos secondi ثانية ثوان ثوانٍ saniye sekund sekundy giây detik सेकंड ثانیه"
    ),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_TWO = frozenset({"دقيقتين", "ساعتين"})
_ONE = frozenset(["a", "an", "one", "einer", "einem", "eine", "un", "une", "una", "uma", "um", "один", "одну", "একটি"])
_LETTER = "(?:[^\\W\\d_]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957])"
_COUNTED = rf"(?:(\d{{1,3}})|({_LETTER}{{1,5}})(?=\s))?\s?({_LETTER}{{1,8}}?)\.?\s?"
_AGO = re.compile(
    rf"^{_COUNTED}(?:ago|전|前|之前|以前|назад|fa|atrás|önce|temu|trước|yang lalu|lalu|पहले|پیش|قبل)$", re.IGNORECASE
)
_SINCE = re.compile(rf"^(?:vor|il y a|hace|há|منذ|قبل)\s{_COUNTED}$", re.IGNORECASE)
_NOW = frozenset(
    (
        "now", "just now", "방금", "방금 전", "刚刚", "刚才", "剛剛", "たった今", "только что", "gerade eben",
        "à l'instant", "ahora mismo", "agora mesmo", "adesso", "الآن", "az önce", "przed chwilą", "vừa xong",
        "baru saja", "अभी", "همین حالا",
    )
)  # fmt: skip
_JUST = timedelta(minutes=10)
# Days back from the day on which it was shown.
_DAYS = {
    0: "today 오늘 今天 今日 сегодня heute aujourd'hui hoy hoje oggi اليوم bugün dzisiaj dziś hôm_nay hari_ini"
    " आज امروز",
    1: "yesterday 어제 昨天 昨日 вчера gestern hier ayer ontem ieri أمس dün wczoraj hôm_qua kemarin دیروز",
    2: "그저께 그제 前天 一昨日 позавчера vorgestern avant-hier anteayer anteontem przedwczoraj",
}
_BACK = {word.replace("_", " "): days for days, words in _DAYS.items() for word in words.split()}
_ANY_DAY = "|".join(sorted(map(re.escape, _BACK), key=len, reverse=True))
_DAY_WORD = re.compile(rf"^({_ANY_DAY})(?![^\W\d_])(.{{0,40}})$", re.IGNORECASE)
_DAY_WORD_CJK = re.compile(r"^(오늘|어제|그저께|그제|今天|今日|昨天|昨日|前天|一昨日)(.{0,40})$")
# What may stand between the day and its time of day.
_CONNECTED = re.compile(
    r"^[\s,،:|·-]*(?:at|um|à|a las|às|alle|ore|alle ore|в|o|godz\.|الساعة|lúc|pukul|saat|las)?[\s,]*$", re.IGNORECASE
)
# `hier` is yesterday in French and here in German.
_NEEDS_CLOCK = frozenset({"hier"})
_PREFIX = re.compile(
    r"^(?:published|posted|입력|опубликовано|publié|publicado|veröffentlicht|发布于?|発表)\s?:?\s?", re.IGNORECASE
)
_AHEAD = timedelta(minutes=10)


def read_relative(text: str, zone: ZoneInfo, shown_at: datetime) -> Reading | None:
    """What a time says that is counted from when it was shown; None where it is none, or may be two days."""
    told = _PREFIX.sub("", text.strip(" .")).replace("’", "'")
    if told.casefold() in _NOW:
        return _within(shown_at - _JUST, shown_at, zone)
    if found := _AGO.match(told) or _SINCE.match(told):
        return _ago(found, zone, shown_at)
    if found := _DAY_WORD.match(told) or _DAY_WORD_CJK.match(told):
        return _on_day(found[1].casefold(), found[2], zone, shown_at)
    return None


def _ago(found: re.Match[str], zone: ZoneInfo, shown_at: datetime) -> Reading | None:
    word = found[3].casefold()
    unit = _UNIT_OF.get(word)
    if unit is None or (found[2] and found[2].casefold() not in _ONE):
        return None
    count = int(found[1]) if found[1] else 2 if word in _TWO else 1
    if unit == "hours":
        # Some round, some count whole hours only.
        hour = timedelta(hours=1)
        return _within(shown_at - (count + 1) * hour, shown_at - (count - 0.5) * hour, zone)
    at = shown_at - timedelta(**{unit: count})
    local = at.astimezone(zone).replace(second=0, microsecond=0)
    return Reading(local.astimezone(UTC), "minute", local.replace(tzinfo=None), True, True)


def _within(earliest: datetime, latest: datetime, zone: ZoneInfo) -> Reading | None:
    day = latest.astimezone(zone).date()
    return bare(day, is_relative=True) if earliest.astimezone(zone).date() == day else None


def _on_day(word: str, rest: str, zone: ZoneInfo, shown_at: datetime) -> Reading | None:
    """Whose yesterday it is, a source without a zone of its own does not say."""
    if zone.key.startswith(("UTC", "Etc/", "GMT")):
        return None
    day = shown_at.astimezone(zone).date() - timedelta(days=_BACK[word])
    if not rest.strip(" ,."):
        return None if word in _NEEDS_CLOCK else bare(day, is_relative=True)
    clock = find_clock(rest)
    if clock is None or not _CONNECTED.match(rest[: clock.start]) or len(rest) - clock.end > 12:
        return None
    where = find_zone(rest, clock.start, clock.end, len(rest), zone, day)
    found = instant(day, clock, where, is_zoned=where is not zone, is_relative=True) if where else None
    is_ahead = found and isinstance(found.at, datetime) and found.at > shown_at + _AHEAD
    return None if is_ahead else found
