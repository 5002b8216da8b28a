"""Filters and their counts: each facet is counted while the filters of the others apply."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from expertise.search.engine import FACETS
from expertise.search.snapshot import Mask, Numbers, Snapshot

Codes = Mapping[str, Mapping[str, int]]


def passes(at: Snapshot, codes: Codes, facet: str, values: tuple[str, ...]) -> Mask:
    """Pieces with one of these values."""
    wanted = [codes[facet][value] for value in values if value in codes[facet]]
    mask = np.zeros(at.count, dtype=np.bool_)
    numbers, held = at.facet(facet)
    mask[numbers[np.isin(held, wanted)]] = True
    return mask


def in_period(at: Snapshot, after: date | None, before: date | None) -> Mask:
    """Pieces dated from `after` until the day before `before`; without a date where neither is asked."""
    mask = np.ones(at.count, dtype=np.bool_)
    if after is not None:
        mask &= at.days >= after.toordinal()
    if before is not None:
        mask &= (at.days < before.toordinal()) & (at.days > 0)
    return mask


class Filters:
    """The filters of one question, judged once."""

    def __init__(self, at: Snapshot, codes: Codes, ticked: Mapping[str, tuple[str, ...]]) -> None:
        """`ticked`: values by facet."""
        self.at = at
        self.codes = codes
        self.judged = {
            facet: passes(at, codes, facet, values) for facet, values in ticked.items() if values and facet in FACETS
        }

    def apply(self, mask: Mask, *, but: str = "") -> Mask:
        """The pieces that pass all filters `but` one."""
        for facet, judged in self.judged.items():
            if facet != but:
                mask = mask & judged
        return mask

    def counts(self, mask: Mask) -> dict[str, dict[str, int]]:
        """How many pieces each value would leave."""
        passed = np.flatnonzero(self.apply(mask))
        found: dict[str, dict[str, int]] = {}
        for facet in FACETS:
            alone = facet in self.judged
            found[facet] = self._count(facet, np.flatnonzero(self.apply(mask, but=facet)) if alone else passed)
        return found

    def _count(self, facet: str, numbers: Numbers) -> dict[str, int]:
        counted = np.bincount(self.at.values(facet, numbers))
        there = np.flatnonzero(counted)
        names = list(self.codes[facet])
        return {names[code]: often for code, often in zip(there.tolist(), counted[there].tolist(), strict=True)}
