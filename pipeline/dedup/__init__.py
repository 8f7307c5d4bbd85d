"""Which article is it, and how does it relate to others?  Pure: what the store knows is handed in.

Article ─► fingerprint ─► decide (Verdict: new · same · alias · revision) ─► made_from, standings (copies, versions)
"""

from pipeline.dedup.decide import Known, Verdict, decide, is_another
from pipeline.dedup.fingerprint import fingerprint

__all__ = ["Known", "Verdict", "decide", "fingerprint", "is_another"]
