"""TransportError: a call that failed, with the one line that a person needs."""

from pmtatop.model.frame import Fault, FaultKind


class TransportError(Exception):
    """`fault` says what failed, why, and what to try."""

    def __init__(self, kind: FaultKind, text: str, light: str = "") -> None:
        super().__init__(text)
        self.fault = Fault(kind, text, light)
