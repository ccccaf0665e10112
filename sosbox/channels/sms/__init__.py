"""Notices by SMS, through Kannel or a gateway that is spoken to over HTTP."""
