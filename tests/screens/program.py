"""The screen as a program of its own over hand-made Views, calm, busy or hostile."""

import sys
import threading
from dataclasses import replace
from itertools import count

from pmtatop.engine.handover import Handover
from pmtatop.ui.app import Look, run
from tests.screens import views


def publish_for_ever(handover: Handover) -> None:
    """A new View every few milliseconds, each with another order."""
    seen, pause = views.incident(), threading.Event()
    for n in count():
        cut = n % len(seen.isps)
        handover.publish(replace(seen, isps=seen.isps[cut:] + seen.isps[:cut]))
        pause.wait(0.01)


if __name__ == "__main__":
    handover = Handover()
    handover.publish(views.hostile() if "hostile" in sys.argv else views.incident())
    if "busy" in sys.argv:
        threading.Thread(target=publish_for_ever, args=(handover,), daemon=True).start()
    sys.exit(run(handover, Look()))
