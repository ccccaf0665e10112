"""Kinds and states in the words that guests read, and in easy ones."""

from sosbox.cases.rules import Kind, State
from sosbox.i18n import N_

KIND_LABELS = {
    Kind.UNSPECIFIED: N_("Message"),
    Kind.COMPLAINT: N_("Complaint"),
    Kind.SUGGESTION: N_("Suggestion"),
    Kind.OPINION: N_("Opinion"),
    Kind.THANKS: N_("Thanks"),
}

# What a guest may choose, in the order of the page, with its picture and easy words.
KIND_CHOICES = (
    (Kind.COMPLAINT, "sad", N_("Something is wrong")),
    (Kind.SUGGESTION, "idea", N_("I have an idea")),
    (Kind.OPINION, "opinion", N_("This is what I think")),
    (Kind.THANKS, "heart", N_("Thank you")),
)

# Each state with its icon, its name and what it means for the guest.
STATE_LABELS = {
    State.NEW: ("send", N_("Received"), N_("The people responsible have been told.")),
    State.IN_PROGRESS: ("clock", N_("Being looked at"), N_("Somebody is taking care of it.")),
    State.WAITING: ("answer", N_("Answered"), N_("You can write back below.")),
    State.RESOLVED: ("check", N_("Resolved"), N_("If it is not, write below: it is opened again.")),
}

# What each state means, a sentence for each thought.
EASY_STATES = {
    State.NEW: (N_("The people who can help know about it."),),
    State.IN_PROGRESS: (N_("Somebody is taking care of it."),),
    State.WAITING: (N_("You have an answer."), N_("You can write to us again.")),
    State.RESOLVED: (N_("We have finished."), N_("Is it still not good? Then write to us again.")),
}
