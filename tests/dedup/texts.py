"""Stories of ours, and what editors make of them."""

from __future__ import annotations

from pipeline.dedup.compare import Text

FERRY = Text(
    "Ferry to Ellery Island sails again after a month in dock",
    """The ferry between Port Ellery and the island sails again, the harbour master Ann Lee said on Monday.
It had lain in dock for a month after the storm of 2 February had broken its rudder and flooded the engine room.
Some 1,400 islanders had been supplied by two fishing boats, which carried bread, mail and medicines three times a week.
The repair cost 310,000 crowns, of which the province pays two thirds; the rest is borne by the shipping line.
Passengers of the first trip were greeted with a brass band, and the mayor promised that a second ship would be bought.
Until then the timetable of the winter holds, with four trips a day and one more on market days.""",
)
HARBOUR = Text(
    "Harbour master warns of ice on the northern quay",
    """Ice on the northern quay has hurt six dock workers since Friday, the office of the harbour master wrote.
It asked shipping lines to have salt spread before each shift, and to lend their people boots with spikes.
The frost is to last until the end of next week, with temperatures of minus 14 degrees at night.""",
)
OTHER = """The village school of Inner Ellery gets a new roof, the council decided by nine votes to two.
Pupils will be taught in the parish hall until May, and the youngest in the library on Hill Street.
Parents had collected signatures since rain came through the ceiling of two classrooms in the autumn."""


def trimmed(text: Text) -> Text:
    """The first half, under the same headline."""
    lines = text.body.split("\n")
    return Text(text.headline, "\n".join(lines[: len(lines) // 2]))


def padded(text: Text) -> Text:
    """One sentence put in, one changed."""
    lines = text.body.split("\n")
    lines[1] = "For weeks it could not sail: a storm in early February had broken the rudder."
    return Text(text.headline, "\n".join([*lines, "The line did not say what the new ship would cost."]))


def report(day: str, opening: float, closing: float, points: float) -> Text:
    """The report of a day: the same words every day, around other numbers."""
    way = "up" if closing > opening else "down"
    return Text(
        f"Ellery stocks close {way} {points} points",
        f"""The Ellery stock exchange closed {way} on {day}, with the main index at {closing} points after {opening}.
The index moved by {points} points in all, in a trade of {points * 31:.0f} thousand shares, dealers said.
Shipping shares were traded at {closing / 40:.2f} crowns on average, those of fisheries at {opening / 25:.2f} crowns.
The crown stood at {opening / 500:.3f} to the dollar at {points:.0f} minutes past four, the bank wrote.""",
    )
