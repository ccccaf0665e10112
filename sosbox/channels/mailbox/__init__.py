"""Reading the mailbox that answers to notices come to."""
