"""Full-text search in every language, by one way of cutting text into words that both databases share.

Chinese, Japanese and Korean are cut to single characters and searched as phrases (a word of one or two characters is
found, which trigram indexes can't do); everything else is folded to words and searched by prefix.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.store.spellings import LONGEST, NONE, Spelling, Spellings

# The database indexes no more of a text than this: PostgreSQL's tsvector ends at 1 MB, a rare ideograph takes 8 bytes.
INDEXED_CHARACTERS = 120_000
LONGEST_WORD = 64
# One character may stand for eighteen (U+FDFA), so the words are bounded too.
POSITIONS = 200_000
QUERY_WORDS = 32
LONGEST_QUERY = 2000  # characters

DOTS = {0x131: "i", 0x307: None}  # ı, and the dot above

SYLLABIC = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(f"[{SYLLABIC}]|[^\\W_{SYLLABIC}]+")
SYLLABLE = re.compile(f"[{SYLLABIC}]")
# `"Workers' Party" -Seoul`: quoted phrases, words, and what must not occur.
TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


def words(text: str) -> list[str]:
    """The words of a text, folded: NFKC, case, and the accents of Latin letters (é is e; й stays й).

    Turkish i and ı are one: I is the capital of either, and İ made small has its dot for a character of its own.
    """
    folded = "".join(map(_bare, unicodedata.normalize("NFKC", text).casefold().translate(DOTS)))
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
    """Words that must follow each other.  The last one matches as a prefix, unless `exact`.  A text that holds one of
    `around`, other words with the same signs in them, does not hold the term for that."""

    words: tuple[str, ...]
    exact: bool
    excluded: bool
    around: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A name: the terms as they were asked for, which must all hold, or one of its other spellings."""

    asked: tuple[Term, ...]
    others: tuple[Term, ...]
    excluded: bool = False


Asked = Term | Named


def terms(query: str, spellings: Spellings = NONE) -> tuple[Asked, ...]:
    """A user's query as terms that must all hold; names of the register are found in all their spellings.

    What must not occur is taken as it is written.
    """
    found = [(_term(match, spellings), match[0]) for match in TERM.finditer(query[:LONGEST_QUERY])]
    return tuple(_named([one for one in found if one[0].words][:QUERY_WORDS], spellings))


def bare(query: Sequence[Asked]) -> tuple[Asked, ...]:
    """The same without what stands around its terms: it finds 평양 in 태평양, too."""
    return tuple(_bare_term(one) for one in query)


def lookalikes(query: Sequence[Asked]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The terms that stand in other words, as they are written, each with those words."""
    terms_ = (term for one in query for term in ((one,) if isinstance(one, Term) else (*one.asked, *one.others)))
    return tuple(("".join(term.words), tuple(map("".join, term.around))) for term in terms_ if term.around)


def fts5(query: Sequence[Asked]) -> str | None:
    """SQLite's MATCH expression; None if nothing positive is asked for."""
    wanted = " AND ".join(_fts5_any(term) for term in query if not term.excluded)
    unwanted = "".join(f" NOT {_fts5_any(term)}" for term in query if term.excluded)
    return f"({wanted}){unwanted}" if wanted else None


def tsquery(query: Sequence[Asked]) -> str | None:
    """PostgreSQL's tsquery in text form; None if nothing positive is asked for."""
    wanted = [term for term in query if not term.excluded]
    if not wanted:
        return None
    return " & ".join(("!" if term.excluded else "") + f"({_tsquery_any(term)})" for term in query)


def _named(found: Sequence[tuple[Term, str]], spellings: Spellings) -> Iterator[Asked]:
    """The terms, the longest runs of them that are a name as one."""
    start = 0
    while start < len(found):
        name, length = _name_at(found[start : start + LONGEST], spellings)
        yield name
        start += length


def _name_at(found: Sequence[tuple[Term, str]], spellings: Spellings) -> tuple[Asked, int]:
    for length in range(len(found), 0, -1):
        run = [term for term, _ in found[:length]]
        # A phrase in quotes is a name by itself or none.
        if any(term.excluded for term in run) or (length > 1 and any(raw.startswith('"') for _, raw in found[:length])):
            continue
        asked = tuple(word for term in run for word in term.words)
        printed = " ".join(raw.strip('"') for _, raw in found[:length])
        if others := spellings.of(asked, printed):
            return Named(tuple(run), tuple(_other(one, spellings) for one in others)), length
    return found[0][0], 1


def _other(spelling: Spelling, spellings: Spellings) -> Term:
    found, is_stem = spelling
    return Term(found, not is_stem, False, spellings.around(found))


def _bare_term(one: Asked) -> Asked:
    if isinstance(one, Term):
        return replace(one, around=())
    asked, others = ((replace(term, around=()) for term in terms_) for terms_ in (one.asked, one.others))
    return replace(one, asked=tuple(asked), others=tuple(others))


def _bare(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character)
    return decomposed[0] if decomposed[0].isascii() and decomposed[0].isalpha() else character


def _term(match: re.Match[str], spellings: Spellings) -> Term:
    minus, phrase, word = match.groups()
    found = tuple(words(phrase if phrase is not None else word))
    exact = phrase is not None or (bool(found) and bool(SYLLABLE.fullmatch(found[-1])))
    # What must not occur is taken as it is written.
    return Term(found, exact, bool(minus), () if minus else spellings.around(found))


def _fts5_any(term: Asked) -> str:
    if isinstance(term, Term):
        return _fts5(term)
    asked = " AND ".join(map(_fts5, term.asked))
    return f"(({asked}) OR {' OR '.join(map(_fts5, term.others))})"


def _tsquery_any(term: Asked) -> str:
    if isinstance(term, Term):
        return _tsquery(term)
    asked = " & ".join(f"({_tsquery(one)})" for one in term.asked)
    return " | ".join((f"({asked})", *(f"({_tsquery(one)})" for one in term.others)))


def _fts5(term: Term) -> str:
    wanted = '"' + " ".join(term.words) + '"' + ("" if term.exact else "*")
    unwanted = "".join(' NOT "' + " ".join(longer) + '"' for longer in term.around)
    return f"({wanted}{unwanted})" if unwanted else wanted


def _tsquery(term: Term) -> str:
    parts = [f"'{word}'" for word in term.words]
    if not term.exact:
        parts[-1] += ":*"
    unwanted = "".join(" & !(" + " <-> ".join(f"'{word}'" for word in longer) + ")" for longer in term.around)
    return " <-> ".join(parts) + unwanted
