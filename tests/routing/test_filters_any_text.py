"""No text makes filters fail, and nothing that somebody types makes a filter that does."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from sosbox.errors import InvalidFieldsError
from sosbox.lib.text import clean
from sosbox.routing.filter_checks import FilterDraft, check_filter, check_word_list
from sosbox.routing.filters import CONDITION_NAMES, compile_checks, judge
from tests.support.filtering import ROOM, a_filter, a_message, wrote

EVERYTHING = [
    a_filter("quarantine", words=["casino", "-tap", "賭場"]),
    a_filter("digest", lists=["es", "gl", "en"]),
    a_filter("mark", pattern=r"(\w+\s?)+\d$|(a|b)*c"),
    a_filter(links=1),
    a_filter(repeated=3),
    a_filter(same_within_minutes=60),
    a_filter(similar=50, similar_within_minutes=60),
    a_filter(contacts=["a@b.example", "+34 600 123 456"]),
    a_filter(receipts=["2DF7-K9MX"]),
    a_filter(access_points=[ROOM]),
    a_filter(burst=2, burst_minutes=1),
]
SIGNS = st.characters(codec="utf-8")
TEXTS = st.text(SIGNS, max_size=300) | st.text("ab .", max_size=5_000)
FORMS = st.dictionaries(
    st.sampled_from([*CONDITION_NAMES, "name", "action", "establishment"]),
    st.text(max_size=60)
    | st.integers(-1, 2_000).map(str)
    | st.sampled_from(["mark", "a{2}", "(?R"]),
)
SOME = settings(max_examples=150, deadline=None)


@SOME
@given(text=TEXTS, before=TEXTS, contact=st.text(max_size=30))
def test_any_text_is_judged(text: str, before: str, contact: str) -> None:
    message = a_message(text, wrote(1, before), wrote(2, text), email=contact, phone=contact)
    verdict = judge(EVERYTHING, message)
    assert set(verdict.hits) | set(verdict.too_slow) <= set(EVERYTHING)


@SOME
@given(text=st.text("ab .", min_size=1, max_size=40), times=st.integers(3, 20))
def test_a_text_is_alike_and_the_same_as_itself(text: str, times: int) -> None:
    message = a_message(text, wrote(1, text))
    same = [
        a_filter(same_within_minutes=5),
        a_filter(similar=100, similar_within_minutes=5),
    ]
    assert judge(same, message).hits == tuple(same)


@SOME
@given(form=FORMS, lists=st.lists(st.sampled_from(["es", "xx", ""])))
def test_what_is_typed_is_refused_with_its_field_or_can_be_looked_for(
    form: dict[str, str], lists: list[str]
) -> None:
    made: list[FilterDraft] = []
    refused = _refused(
        lambda: made.append(
            check_filter(form, lists=lists, points={"R-204": 1}, houses=[1], languages=["es", "en"])
        )
    )
    assert refused <= {*CONDITION_NAMES, "name", "action", "establishment", "conditions"}
    for draft in made:
        assert set(draft.conditions) <= set(CONDITION_NAMES)
        assert compile_checks(draft.conditions, {"es": ["tonto"]})


@SOME
@given(typed=st.text(max_size=300))
def test_any_list_of_words_is_refused_or_kept(typed: str) -> None:
    made: list[list[str]] = []
    assert _refused(lambda: made.append(check_word_list(typed))) <= {"words"}
    for words in made:
        assert set(words) <= {line.strip() for line in clean(typed).splitlines()}


def _refused(check: Callable[[], None]) -> set[str]:
    """The fields that are refused."""
    try:
        check()
    except InvalidFieldsError as error:
        return set(error.fields)
    return set()
