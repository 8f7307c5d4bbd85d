"""The only room that knows SQL.  `open_store` gives a Store; `write()` is one transaction, `read()` a look.

with store.write(at) as tx:      Tx A: tx.responses.keep(…)      Tx B: tx.articles.create(…), tx.responses.finish(…)
"""

from pipeline.store.articles import Key, Stored
from pipeline.store.derived import Derive, Derived
from pipeline.store.layouts import LayoutRow
from pipeline.store.outcomes import Unchanged
from pipeline.store.queue import Due
from pipeline.store.relations import TOLD, KinRow, TextRow
from pipeline.store.requests import host_of, sha256_of
from pipeline.store.responses import Kept, Packed, Pending
from pipeline.store.sightings import Listed
from pipeline.store.store import Store, Transaction, open_store
from pipeline.store.stories import ProfileRow

__all__ = [
    "TOLD",
    "Derive",
    "Derived",
    "Due",
    "Kept",
    "Key",
    "KinRow",
    "LayoutRow",
    "Listed",
    "Packed",
    "Pending",
    "ProfileRow",
    "Store",
    "Stored",
    "TextRow",
    "Transaction",
    "Unchanged",
    "host_of",
    "open_store",
    "sha256_of",
]
