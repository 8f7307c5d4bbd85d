"""Fuzzing of everything that reads what others wrote: `python -m tests.benchmarks.fuzz --help`."""
