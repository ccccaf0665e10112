"""The demonstration hotel."""

from sosbox.setup.demo import DEMO_HOUSE, DEMO_LOGIN, DEMO_PLACE, address_document, demo_document


def test_the_demonstration_has_places_people_and_every_role() -> None:
    entries = demo_document().entries

    assert {entry.values["slug"] for entry in entries["area"]} >= {"reception", "spa"}
    assert len(entries["access_point"]) == 12
    assert {entry.values["language"] for entry in entries["recipient"]} == {"es", "gl", "en"}
    roles = {entry.values["role"] for entry in entries["account"]}
    assert roles == {"owner", "manager", "agent", "auditor"}


def test_the_links_of_the_demonstration_lead_to_things_in_it() -> None:
    entries = demo_document().entries

    assert DEMO_PLACE in {entry.values["code"] for entry in entries["access_point"]}
    assert DEMO_LOGIN in {entry.values["email"] for entry in entries["account"]}
    assert [entry.name for entry in entries["establishment"]] == [DEMO_HOUSE]


def test_a_new_address_changes_nothing_but_the_address() -> None:
    (entry,) = address_document("http://192.168.1.10:8080")

    assert entry.values == {"slug": DEMO_HOUSE, "base_url": "http://192.168.1.10:8080"}


def test_the_demonstration_shows_what_routing_can_do() -> None:
    entries = demo_document().entries

    (house,) = entries["establishment"]
    assert {"fallback", "report_to", "digest_to", "digest_at"} <= set(house.values)
    assert {entry.name for entry in entries["rota"]} == {
        "mar-de-fora/front-desk",
        "mar-de-fora/duty-manager",
    }
    assert len(entries["escalation"]) == 2
    assert {entry.values["action"] for entry in entries["filter"]} == {"quarantine", "mark"}
    for flag in ("stop", "safety", "sensitive", "leave_out"):
        assert any(entry.values.get(flag) for entry in entries["rule"]), flag


def test_the_demonstration_needs_no_gateway_for_sms() -> None:
    recipients = demo_document().entries["recipient"]

    assert [entry.name for entry in recipients if entry.values.get("sms")] == []
