"""The network: what may be asked, how politely, and how much of an answer is taken."""
