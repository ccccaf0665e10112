"""Access points that used to bring messages and do not any more."""

from collections.abc import Iterator

from sosbox.doctor.finding import Finding, Patient, listed, warning
from sosbox.rounds.silence import load_silent_points


def check_silence(patient: Patient) -> Iterator[Finding]:
    if patient.connection is None:
        return
    points = load_silent_points(patient.connection, now=patient.now)
    if points:
        names = [f"{point.house_slug}/{point.code}" for point in points]
        yield warning(
            "pieces.silent",
            f"Guests used to write from {listed(names)}, and do not any more.",
            "Have somebody look whether the codes still hang there: the page Rounds of the console"
            " has them all.",
        )
