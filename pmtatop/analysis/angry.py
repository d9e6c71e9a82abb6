"""The five operators with the most refusals above their usual."""

from collections.abc import Mapping, Sequence

from pmtatop.model.reason import ReasonClass, Whose
from pmtatop.model.rows import Angry, Isp

SHOWN = 5


def angriest(isps: Sequence[Isp], excess: Mapping[str, float]) -> tuple[Angry, ...]:
    """At most five, most excess first; `excess` is by ISP, in refusals above usual.

    A limit of our own is never an ISP's anger: such a reason is passed over.
    """
    angry = [(excess.get(isp.name, 0.0), isp) for isp in isps]
    ranked = sorted((a for a in angry if a[0] >= 1.0), key=lambda a: (-a[0], a[1].name))
    return tuple(
        Angry(isp.name, above, isp.counts.deferral_ratio, _reason(isp))
        for above, isp in ranked[:SHOWN]
    )


def _reason(isp: Isp) -> str:
    theirs = (r for r in isp.reasons if r.class_ is not ReasonClass.OWN_LIMIT)
    first = next((r for r in theirs if r.whose is not Whose.RECIPIENT), None)
    first = first or next(iter(isp.reasons), None)
    return first.class_.value if first else ReasonClass.UNCLASSIFIED.value
