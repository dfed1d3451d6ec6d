"""Resource instances to grants and edges: who holds which statements, and what could not be read."""

from bot.extract.extracted import Extracted, ExtractionGap, Membership, PublicAccessBlock
from bot.extract.extraction import extract, root_name

__all__ = ["Extracted", "ExtractionGap", "Membership", "PublicAccessBlock", "extract", "root_name"]
