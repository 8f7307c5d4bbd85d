"""Extract → Article: what newsroom custom says of a text, its datelines, markers, trailers, times and sources."""

from pipeline.normalise.article import EXTRACTION_VERSION, normalise, told_when
from pipeline.normalise.registers import Agency, Registers
from pipeline.normalise.times import parse_time
from pipeline.normalise.urls import normal_url

__all__ = ["EXTRACTION_VERSION", "Agency", "Registers", "normal_url", "normalise", "parse_time", "told_when"]
