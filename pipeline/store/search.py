"""Full-text search in every language, by one way of cutting text into words that both databases share.

Chinese, Japanese and Korean are cut to single characters and searched as phrases (a word of one or two characters is
found, which trigram indexes can't do); everything else is folded to words and searched by prefix.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# The database indexes no more of a text than this: PostgreSQL's tsvector ends at 1 MB, a rare ideograph takes 8 bytes.
INDEXED_CHARACTERS = 120_000
LONGEST_WORD = 64
# One character may stand for eighteen (U+FDFA), so the words are bounded too.
POSITIONS = 200_000
QUERY_WORDS = 32
LONGEST_QUERY = 2000  # characters

SYLLABIC = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(f"[{SYLLABIC}]|[^\\W_{SYLLABIC}]+")
SYLLABLE = re.compile(f"[{SYLLABIC}]")
# `"Workers' Party" -Seoul`: quoted phrases, words, and what must not occur.
TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


def words(text: str) -> list[str]:
    """The words of a text, folded: NFKC, case, and the accents of Latin letters (é is e; й stays й)."""
    folded = "".join(map(_bare, unicodedata.normalize("NFKC", text).casefold()))
    return [token[:LONGEST_WORD] for token in TOKEN.findall(folded)]


def segment(text: str) -> str:
    """A text as it goes into the index: its words with single spaces between."""
    return " ".join(words(text[:INDEXED_CHARACTERS]))


def tsvector(segmented: str) -> str:
    """A text that `segment` gave, in PostgreSQL's own notation, so that its parser has nothing left to decide."""
    places: dict[str, list[str]] = {}
    for position, word in enumerate(segmented.split()[:POSITIONS], 1):
        places.setdefault(word, []).append(str(position))
    return " ".join(f"'{word}':{','.join(positions)}" for word, positions in places.items())


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other.  The last one matches as a prefix, unless `exact`."""

    words: tuple[str, ...]
    exact: bool
    excluded: bool


def terms(query: str) -> tuple[Term, ...]:
    """A user's query as terms that must all hold."""
    found = (_term(match) for match in TERM.finditer(query[:LONGEST_QUERY]))
    return tuple(term for term in found if term.words)[:QUERY_WORDS]


def fts5(query: tuple[Term, ...]) -> str | None:
    """SQLite's MATCH expression; None if nothing positive is asked for."""
    wanted = " AND ".join(_fts5(term) for term in query if not term.excluded)
    unwanted = "".join(f" NOT {_fts5(term)}" for term in query if term.excluded)
    return f"({wanted}){unwanted}" if wanted else None


def tsquery(query: tuple[Term, ...]) -> str | None:
    """PostgreSQL's tsquery in text form; None if nothing positive is asked for."""
    wanted = [term for term in query if not term.excluded]
    if not wanted:
        return None
    return " & ".join(("!" if term.excluded else "") + f"({_tsquery(term)})" for term in query)


def _bare(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character)
    return decomposed[0] if decomposed[0].isascii() and decomposed[0].isalpha() else character


def _term(match: re.Match[str]) -> Term:
    minus, phrase, word = match.groups()
    found = tuple(words(phrase if phrase is not None else word))
    exact = phrase is not None or (bool(found) and bool(SYLLABLE.fullmatch(found[-1])))
    return Term(found, exact, bool(minus))


def _fts5(term: Term) -> str:
    return '"' + " ".join(term.words) + '"' + ("" if term.exact else "*")


def _tsquery(term: Term) -> str:
    parts = [f"'{word}'" for word in term.words]
    if not term.exact:
        parts[-1] += ":*"
    return " <-> ".join(parts)
