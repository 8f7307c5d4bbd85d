"""Which article is it, and how does it relate to others?  Pure: what the store knows is handed in.

Article ─► fingerprint ─► decide (Verdict: new · same · alias · revision) ─► copies (exact duplicates)
"""

from pipeline.dedup.decide import Known, Verdict, decide, is_another
from pipeline.dedup.fingerprint import fingerprint
from pipeline.dedup.link import Copy, original_of

__all__ = ["Copy", "Known", "Verdict", "decide", "fingerprint", "is_another", "original_of"]
