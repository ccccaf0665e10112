"""Numbers of recipients in a set-up file."""

import pytest

from sosbox.setup.checks import WrongValueError, sms_number


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+34 600 123 456", "+34600123456"),
        ("+351 912 345 678", "+351912345678"),
        ("600 123 456", "600 123 456"),
    ],
)
def test_a_number_is_kept_in_one_form_where_its_country_is_known(written: str, kept: str) -> None:
    assert sms_number(written) == kept
    assert sms_number(kept) == kept


@pytest.mark.parametrize("written", ["+34 600", "+34 600 123 4567", "+999 600 123 456", "call us"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(WrongValueError, match="no phone number"):
        sms_number(written)
