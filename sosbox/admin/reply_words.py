"""How somebody wrote back, in words."""

from sosbox.i18n import N_

# After the name of whoever has said or written something.
WAY_LABELS = {
    "email": N_("by e-mail"),
    "sms": N_("by SMS"),
    "webhook": N_("with the link of a notice"),
    "printer": N_("with the link of a notice"),
}
