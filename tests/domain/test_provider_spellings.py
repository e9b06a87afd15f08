"""What each provider says of the spellings of a mailbox: which are one, and which stay two people's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.addresses.domain_typos import meant_domain
from chalicelib.domain.addresses.email_addresses import canonical, canonical_addresses, domain_of, without_tag
from chalicelib.domain.addresses.mail_providers import MAIL_PROVIDERS
from chalicelib.domain.addresses.provider_spellings import FIRST_RULES, RULES

ONE_MAILBOX = {
    "ana@gmail.com": ["a.n.a@gmail.com", "Ana+peru@GoogleMail.com", "a.na@googlemail.com"],
    "a-na@gmail.com": ["a.-.na@gmail.com"],
    "a_na@gmail.com": ["a_n.a@googlemail.com"],
    "anaquispe@proton.me": [
        *("ana.quispe@proton.me", "ana_quispe@proton.me", "Ana-Quispe@proton.me", "a.n-a_quispe+peru@proton.me"),
        *("anaquispe@protonmail.com", "anaquispe@pm.me", "anaquispe@protonmail.ch", "ana.quispe+x@PM.me"),
    ],
    "_@proton.me": ["_@pm.me", "_+x@protonmail.com"],
    "ana.quispe@icloud.com": ["Ana.Quispe@me.com", "ana.quispe@mac.com", "ana.quispe+peru@icloud.com"],
    "ana-quispe@yandex.ru": [
        *("ana.quispe@yandex.ru", "ana-quispe@yandex.com", "ana.quispe@yandex.by", "Ana-Quispe@yandex.kz"),
        *("ana.quispe@yandex.ua", "ana.quispe@ya.ru", "ana.quispe+peru@ya.ru"),
    ],
    "ana@fastmail.com": [
        *("ana+peru@fastmail.com", "peru@ana.fastmail.com", "Peru@ANA.Fastmail.com", "a+b@ana.fastmail.com"),
        "sentence@your-card-is-blocked.ana.fastmail.com",
    ],
    "ana@fastmail.fm": ["peru@ana.fastmail.fm"],
}
PEOPLE = [
    *ONE_MAILBOX,
    *("anaquispe@gmail.com", "ana-quispe@gmail.com", "anaquispe@icloud.com", "ana-quispe@icloud.com"),
    *("anaquispe@yandex.ru", "ana_quispe@yandex.ru", "quispe@proton.me", "anaquispe@tuta.com", "ana.quispe@tuta.com"),
    *("ana.quispe@fastmail.com", "ana-quispe@fastmail.com", "quispe@fastmail.com", "ana@notfastmail.com"),
    *("peru@ana.example.org", "ana@example.org", "peru@ana.proton.me", "peru@fastmail.com.example.org"),
    *("ana@hotmail.com", "ana@outlook.com", "ana-x@yahoo.com", "ana@yahoo.com", "ana@protonmail.org", "ana@ya.com"),
]


@pytest.mark.parametrize(("main", "typed"), [(main, one) for main, all_ in ONE_MAILBOX.items() for one in all_])
def test_spellings_of_one_mailbox_are_one_canonical_address(main: str, typed: str) -> None:
    assert canonical(typed) == canonical(main) == main


def test_a_subdomain_of_a_provider_has_two_points() -> None:
    assert all("." in domain for domain, rules in RULES.items() if rules.has_subdomains)


def test_different_people_stay_different() -> None:
    assert [canonical(one) for one in PEOPLE] == PEOPLE


@pytest.mark.parametrize("domain", RULES)
def test_every_rule_names_a_page_of_the_provider_and_a_domain_of_its_own_and_is_no_slip(domain: str) -> None:
    rules = RULES[domain]
    assert rules.sources
    assert all(source.startswith("https://") for source in rules.sources)
    assert rules.domains[0] in MAIL_PROVIDERS
    assert meant_domain(f"ana@{domain}") == meant_domain(f"x@ana.{domain}") == ""
    assert domain_of(f"ana@{domain}") == rules.domains[0]


def test_the_first_rules_know_gmail_alone_because_what_is_stored_under_them_does_not_change() -> None:
    assert set(FIRST_RULES) == {"gmail.com", "googlemail.com"}


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("A.na+x@gmail.com", ("ana@gmail.com",)),
        ("Ana+x@example.org", ("ana@example.org",)),
        ("ana+x@proton.me", ("ana@proton.me",)),
        ("A.na+x@proton.me", ("ana@proton.me", "a.na@proton.me")),
        ("ana@PM.me", ("ana@proton.me", "ana@pm.me")),
        ("a.na@ya.ru", ("a-na@yandex.ru", "a.na@ya.ru")),
        ("ana+x@mac.com", ("ana@icloud.com", "ana@mac.com")),
        ("x+y@ana.fastmail.com", ("ana@fastmail.com", "x@ana.fastmail.com")),
    ],
)
def test_an_address_is_known_by_its_first_rules_too_where_those_differ(typed: str, addresses: tuple[str, ...]) -> None:
    assert canonical_addresses(typed) == addresses


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("your-card-is-blocked_call_0900@victim.fastmail.com", "victim@fastmail.com"),
        ("x@your-card-is-blocked.Victim.FastMail.FM", "victim@fastmail.fm"),
        ("a+your-card-is-blocked@victim.fastmail.com", "victim@fastmail.com"),
        ("your-card-is-blocked@victim.fastmail\u3002com", "victim@fastmail.com"),
        ("Vic.tim+your-card@fastmail.com", "Vic.tim@fastmail.com"),
        ("V.ic-tim@Proton.me", "V.ic-tim@Proton.me"),
        ("ana@victim.example.org", "ana@victim.example.org"),
        ("no address, ñandú", "no address, ñandú"),
    ],
)
def test_an_address_is_shown_without_the_tag_of_a_subdomain(typed: str, shown: str) -> None:
    assert without_tag(typed) == shown


names = some.text("abñ01._+-", min_size=1, max_size=9)
domains = some.sampled_from(
    [*RULES, "example.org", "outlook.com", "ñandú.pe", "ana.fastmail.com", "b.A.fastmail.fm", "ana.proton.me"]
)
addresses = some.builds(lambda name, domain: f"{name}@{domain}", names, domains)


@given(addresses)
def test_a_canonical_address_is_its_own_and_does_not_depend_on_capitals(email: str) -> None:
    main = canonical(email)
    assert canonical(main) == main
    assert canonical(email.upper()) == canonical(email.title()) == main
    name, _, domain = main.rpartition("@")
    assert name
    assert domain_of(email) == domain
    assert canonical_addresses(main) == (main,)


@given(addresses)
def test_what_is_shown_reaches_the_same_mailbox_and_has_no_tag(email: str) -> None:
    shown = without_tag(email)
    assert canonical(shown) == canonical(email)
    assert without_tag(shown) == shown
