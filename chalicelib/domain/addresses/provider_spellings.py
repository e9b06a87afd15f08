"""Which spellings of an address reach the same mailbox, as each provider says itself; a provider that says nothing has no rules.

A rule that is wrong makes one signer of two people, and one that is missing two signers of one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Of every domain: RFC 5233.
TAG = "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellingRules:
    """What makes no difference in an address at one provider.

    All `domains` are the first one. Before the @, characters in `ignored` might as well not be there, and those in `alike`
    are read as the first of them. `has_subdomains`: `tag@name.domain` is `name+tag@domain`. `sources` are the provider's pages.
    """

    domains: tuple[str, ...]
    sources: tuple[str, ...]
    ignored: str = ""
    alike: str = ""
    has_subdomains: bool = False

    def main_name(self, name: str) -> str:
        """The main spelling of `name`, which is in lower case and has no tag. One of ignored characters alone stays as it is."""
        return name.translate(str.maketrans(self.alike, self.alike[:1] * len(self.alike), self.ignored)) or name


GMAIL = SpellingRules(
    domains=("gmail.com", "googlemail.com"),  # the second is the older name
    sources=("https://support.google.com/mail/answer/7436150",),
    ignored=".",
)
PROTON = SpellingRules(
    domains=("proton.me", "protonmail.com", "pm.me", "protonmail.ch"),
    sources=("https://proton.me/support/change-username", "https://proton.me/support/addresses-and-aliases"),
    ignored="._-",
)
APPLE = SpellingRules(  # nobody has been given an address at the other two since 2012, but those who had one keep it
    domains=("icloud.com", "me.com", "mac.com"),
    sources=("https://support.apple.com/118230",),
)
YANDEX = SpellingRules(
    domains=("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"),
    sources=(
        "https://yandex.com/support/domain/additional/mailbox-alias.xml",
        "https://yandex.com/support/id/authorization/email.html",
    ),
    alike="-.",  # so its sign-in reads usernames; these pages are about domains
)
# The same name at two of its domains may be two people.
FASTMAIL = tuple(
    SpellingRules(
        domains=(domain,), sources=("https://www.fastmail.help/hc/en-us/articles/360060591053",), has_subdomains=True
    )
    for domain in ("fastmail.com", "fastmail.fm")
)


def by_domain(rules: Iterable[SpellingRules]) -> dict[str, SpellingRules]:
    """The rules under each domain that they are for."""
    return {domain: one for one in rules for domain in one.domains}


RULES = by_domain((GMAIL, PROTON, APPLE, YANDEX, *FASTMAIL))
# What held for the signatures, suppressions and erasures from before 2026-11-27; it never changes.
FIRST_RULES = by_domain((GMAIL,))


def main_spelling(address: str, rules: Mapping[str, SpellingRules]) -> str:
    """The one spelling that stands for all that reach the mailbox of `address`, which is in lower case with a domain in ASCII."""
    local, _, domain = address.rpartition("@")
    name, parent = owner_of_subdomain(domain, rules)
    name, domain = (name, parent) if name else (local.partition(TAG)[0] or local, domain)
    found = rules.get(domain)
    return f"{found.main_name(name)}@{found.domains[0]}" if found else f"{name}@{domain}"


def owner_of_subdomain(domain: str, rules: Mapping[str, SpellingRules]) -> tuple[str, str]:
    """The name and the provider's domain in a `domain` such as `ana.fastmail.com`; both empty for any other.

    The name is the label beside the provider's domain: what is in front of it belongs to the same owner, if to anybody.
    """
    if domain.count(".") == 1:  # nearly every provider's is, and is nobody's subdomain
        return "", ""
    for parent, one in rules.items():
        if one.has_subdomains and domain.endswith(f".{parent}"):
            return domain.removesuffix(f".{parent}").rpartition(".")[2], parent
    return "", ""
