"""The selectors of a layout, learnt from a few pages."""

from __future__ import annotations

import os
import subprocess
import sys

LEARN = """
from pipeline.discover.layout import Example, learn
from pipeline.model import Extract
from pipeline.parse import dom
examples = []
for number in range(3):
    lines = tuple(f"Ferry {number} sailed on day {day} of its voyage, its captain said." for day in range(4))
    told = "".join(f"<p>{line}</p>" for line in lines)
    html = f"<h1>Ferry {number} sails</h1><div class='quay mole pier dock'>{told}</div>"
    examples.append(Example(dom.parse_html(html), Extract(headline=f"Ferry {number} sails", paragraphs=lines)))
print(learn(examples, lambda text: False))
"""


def test_the_same_pages_give_the_same_selectors_in_every_run() -> None:
    """A set of names has another order in each process: a site's file was another one each time it was added."""
    found = {
        subprocess.run(
            [sys.executable, "-c", LEARN], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(found) == 1
    assert b"body='.dock'" in found.pop()
