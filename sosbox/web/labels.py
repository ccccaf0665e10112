"""Kinds and states in the words that guests read."""

from sosbox.cases.rules import Kind, State
from sosbox.i18n import N_

KIND_LABELS = {
    Kind.UNSPECIFIED: N_("Message"),
    Kind.COMPLAINT: N_("Complaint"),
    Kind.SUGGESTION: N_("Suggestion"),
    Kind.OPINION: N_("Opinion"),
    Kind.THANKS: N_("Thanks"),
}

# Each state with its icon, its name and what it means for the guest.
STATE_LABELS = {
    State.NEW: ("send", N_("Received"), N_("The people responsible have been told.")),
    State.IN_PROGRESS: ("clock", N_("Being looked at"), N_("Somebody is taking care of it.")),
    State.WAITING: ("answer", N_("Answered"), N_("You can write back below.")),
    State.RESOLVED: ("check", N_("Resolved"), N_("If it is not, write below: it is opened again.")),
}
