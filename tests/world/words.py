"""Invented stories, in plain English that differs enough from one to the next."""

from __future__ import annotations

import random

PLACES = ("Port Ellery", "Sivoye", "Haerim", "Averinsk", "Kallamore", "Dunwray", "Ostrava Bay", "Minhae", "Verkhny Log")
SECTIONS = ("World", "Society", "Economy", "Science", "Sports", "Culture")
WHO = (
    "harbour master",
    "school board",
    "ferry company",
    "botanical garden",
    "chess club",
    "weather station",
    "town council",
    "railway workers",
    "fishing fleet",
    "public library",
    "observatory",
    "water board",
)
WHAT = (
    "lighthouse",
    "grain store",
    "night ferry",
    "seed vault",
    "stone bridge",
    "tram line",
    "reading room",
    "tidal mill",
    "bird reserve",
    "clock tower",
    "market hall",
    "cable car",
    "salt works",
    "mountain hut",
)
DID = ("reopens", "doubles", "inspects", "paints", "moves", "counts visitors of", "closes", "rebuilds", "lights")
SAID = ("the mayor said", "its chairwoman said", "a spokesman said", "the keeper wrote", "an engineer explained")
WHY = (
    "after a storm had damaged the eastern wall",
    "because more visitors came than in any year before",
    "once the repairs of the spring were paid for",
    "although nobody had asked for it",
    "before the first snow",
)
NAMES = ("Yefim Dolgov", "Mara Ellison", "Han Soo-il", "Petra Nowik", "Jonas Reed", "Ryu Mi-ran", "Anselm Grote")


def place(chance: random.Random) -> str:
    return chance.choice(PLACES)


def section(chance: random.Random) -> str:
    return chance.choice(SECTIONS)


def story(number: int, chance: random.Random) -> tuple[str, str, tuple[str, ...]]:
    """Headline, a sentence that sums it up, and the paragraphs.  `number` makes each one's its own."""
    who, what, did = chance.choice(WHO), chance.choice(WHAT), chance.choice(DID)
    town = chance.choice(PLACES)
    headline = f"{who.capitalize()} {did} the {what} of {town} for the {number + 2}th time"
    summary = f"It took {chance.randrange(20, 900)} people and {chance.randrange(3, 90)} days to finish the work"
    why, said = chance.choice(WHY), chance.choice(SAID)
    opening = f"The {who} of {town} has decided on the future of the {what}, {why}, {said}."
    body = (opening, *(_paragraph(what, chance) for _ in range(chance.randrange(2, 5))))
    return headline, summary, body


def edited(
    headline: str, summary: str, body: tuple[str, ...], chance: random.Random
) -> tuple[str, str, tuple[str, ...]]:
    """The same story with another headline and summary and a further paragraph; a number in it makes it new."""
    count = chance.randrange(10_000, 9_999_999)
    added = f"In a later count {count} entries were found in the book, and {_paragraph('book', chance)}"
    return f"{headline}, with {count} guests", f"{summary}, and {count} guests came", (*body, added)


def _paragraph(what: str, chance: random.Random) -> str:
    count, metres, year = chance.randrange(100, 90_000), chance.randrange(12, 999), chance.randrange(1801, 2020)
    name = chance.choice(NAMES)
    return (
        f"According to {name}, the {what} was built in {year} and stands {metres} metres above the sea. "
        f"So far {count} people have seen it, {chance.choice(WHY)}, and {chance.randrange(2, 99)} of them came back."
    )
