"""What the documents list is what the code has: routes, errors, attributes, settings of a local run, commands."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import app
from chalicelib import cli
from chalicelib.api.http.middleware import ROLES
from chalicelib.api.http.problems import CHALICE_ERRORS, PROBLEM_JSON, STATUSES
from chalicelib.domain.campaigns.campaign_documents import CampaignDocument
from chalicelib.domain.counting.tallies import EVENTS, GROUPS
from chalicelib.domain.errors import UndersignedError
from chalicelib.domain.signatures.flags import HOLD_REASONS
from chalicelib.i18n import languages
from chalicelib.i18n.messages import FIELD_MESSAGES
from chalicelib.i18n.text_direction import direction
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.signatures.signature_items import FORM_ATTRIBUTES, HOLD_MARKS, MARK_TIMESTAMPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.world import World

ROOT = Path(app.__file__).parent
ROUTE_ROW = re.compile(r"^\| `([A-Z]+) (/[^`]*)` \| (public|reader|organizer|admin) \|", re.MULTILINE)
ERROR_ROW = re.compile(r"^\| (\d{3}) \| `([a-z_0-9]+)` \|", re.MULTILINE)


def the_page(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def words(name: str) -> set[str]:
    """What stands in backticks on a page."""
    return set(re.findall(r"`([^`\n]+)`", the_page(name)))


def test_http_api_lists_every_route_with_its_role_and_no_other() -> None:
    listed = {(path, method): role for method, path, role in ROUTE_ROW.findall(the_page("http-api.md"))}
    assert listed == {route: str(role or "public") for route, role in ROLES.items()}


def test_http_api_lists_every_error_with_its_status_and_no_other() -> None:
    listed = {code: int(status) for status, code in ERROR_ROW.findall(the_page("http-api.md"))}
    ours = {error.code: status for error, status in STATUSES.items() if not error.code.startswith("mail_")}
    chalices = {code: status for status, code in CHALICE_ERRORS.items()}
    assert listed == gateway_codes() | chalices | ours
    assert {e.code for e in STATUSES if e.code.startswith("mail_")} <= words("http-api.md")


def gateway_codes() -> dict[str, int]:
    """Codes that only API Gateway answers, from the template."""
    api = json.loads((ROOT / ".chalice" / "resources.json").read_text())["Resources"]["RestAPI"]["Properties"]
    answers = api["DefinitionBody"]["x-amazon-apigateway-gateway-responses"].values()
    assert answers
    return {json.loads(a["responseTemplates"][PROBLEM_JSON])["code"]: int(a["statusCode"]) for a in answers}


def test_every_error_of_the_domain_is_in_the_table_of_statuses() -> None:
    found = [UndersignedError]
    for one in found:
        found += one.__subclasses__()
    assert set(found) == set(STATUSES)


def test_http_api_lists_every_code_of_a_field_that_the_code_gives() -> None:
    sources = "".join(
        path.read_text()
        for folder in ("domain", "api", "services")
        for path in sorted((ROOT / "chalicelib" / folder).rglob("*.py"))
    )
    given = {code for code in FIELD_MESSAGES if re.search(rf'"{code}"', sources)}
    assert given
    assert given - words("http-api.md") == set()


def test_http_api_names_every_key_of_a_campaign() -> None:
    listed = set(
        re.findall(r"`([a-z_]+)`", "\n".join(re.findall(r"^\| (`[^|]+) \|", the_page("http-api.md"), re.MULTILINE)))
    )
    assert set(CampaignDocument.model_fields) - listed == set()


def test_data_model_lists_every_attribute_of_a_stored_signature(world: World) -> None:
    world.publish(confirmation="double")
    answers = {
        "organization": "A",
        "comment": "c",
        "custom.chapter": "Lima",
        "referrer": "https://r.example",
        "utm_medium": "m",
    }
    world.sign(**answers, public=True, consents=["wbw"], source="flyer")
    stored = {name for item in world.signatures() for name in item}
    world.drain()
    world.post_form(world.ses.sent[-1].link("confirm"), {})
    stored |= {name for item in world.signatures() for name in item}
    world.drain()
    stored |= {name for item in world.signatures() for name in item}
    world.post_form(world.ses.sent[0].link("withdraw"), {})
    stored |= {name for item in world.signatures() for name in item}
    marks = {"sends", "lease_until", "outcome", "delivery"}
    assert {"withdrawn_at", "day", "thanked_at"} <= stored
    assert (stored | set(FORM_ATTRIBUTES) | set(MARK_TIMESTAMPS) | set(HOLD_MARKS) | marks) - words(
        "data-model.md"
    ) == set()


def test_data_model_lists_every_attribute_of_the_registry(world: World) -> None:
    world.sign_and_confirm()
    world.post_form(world.ses.sent[-1].link("unsubscribe"), {})
    member = world.admin("POST", "/admin/members", {"email": "eva@example.org", "name": "Eva", "role": "admin"}).json
    world.admin("POST", "/admin/members", {"email": "ivo@example.org", "name": "Ivo", "role": "admin"})
    world.drain()
    token = world.ses.sent[-1].text.partition("#sign-in=")[2].split()[0]
    world.post_json("/admin/sign-in", {"email": "eva@example.org"})
    world.drain()
    world.post_json("/admin/sessions", {"token": token})
    world.admin("DELETE", f"/admin/members/{member['id']}")
    stored = {name for item in world.items(world.resources.registry_table) for name in item if ":" not in name}
    assert {"document", "secret_hash", "last_sequence", "suppressed_for", "epoch", "admins", "removed_at"} <= stored
    assert stored - words("data-model.md") == set()


@pytest.mark.parametrize(
    "key",
    [item_keys.campaign_key("{id}"), item_keys.api_key_key("{id}"), item_keys.address_key("{hash}"), item_keys.checkpoint_key("{job}"), item_keys.MAIL_PAUSE,
     (item_keys.statement_key("{id}", 0)[0], "text#{version}"), item_keys.export_key("{campaign}", "{id}"), item_keys.export_request_key("{campaign}", "{digest}"),
     item_keys.member_key("{id}"), item_keys.member_address_key("{hash}"), item_keys.sign_in_key("{hash}"), item_keys.ADMINS,
     item_keys.mail_counter_key("{kind}", "{name}", "{day}"), item_keys.anomaly_key("{campaign}"),
     (item_keys.tally_key("{id}", 0)[0], "tally#{bucket}")],
)  # fmt: skip
def test_data_model_lists_every_key(key: tuple[str, str]) -> None:
    assert f"| `{key[0]}` | `{key[1]}`" in the_page("data-model.md")


def test_data_model_lists_every_counter() -> None:
    listed = {word.partition(":")[0] for word in words("data-model.md") if ":" in word}
    assert {*GROUPS, "state", "event"} <= listed
    assert {*EVENTS, *(f"held:{reason}" for reason in HOLD_REASONS)} <= words("data-model.md")
    assert set(HOLD_REASONS) <= words("http-api.md")


def test_operations_lists_every_command_and_option() -> None:
    rows = "\n".join(
        re.findall(
            r"^\| `((?:keys|members|mail|feedback|verify|repair|sweep|lift|links|captcha|scheduled)[^\n]*)",
            the_page("operations.md"),
            re.MULTILINE,
        )
    )
    parser = cli._parser()
    for command, options in commands(parser):
        assert command in rows
        for option in options:
            assert option in rows


def commands(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every leaf command with its long options, under its own name: an alias leads to the same parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            own_names = {id(inner): name for name, inner in reversed(action.choices.items())}
            for name in reversed(own_names.values()):
                inner = action.choices[name]
                yield from commands(inner, f"{path} {name}".strip())
            return
    yield (
        path,
        [
            option
            for action in parser._actions
            for option in action.option_strings
            if option.startswith("--") and option != "--help"
        ],
    )


def test_operations_shows_only_commands_that_parse() -> None:
    shown = re.findall(r"^python -m chalicelib\.cli (.+)$", the_page("operations.md"), re.MULTILINE)
    assert len(shown) >= len(list(commands(cli._parser())))
    for line in shown:
        cli._parser().parse_args(re.findall(r'"[^"]*"|\S+', line))


def test_operations_lists_the_parameters_of_the_template_with_their_defaults() -> None:
    template = json.loads((ROOT / ".chalice" / "resources.json").read_text())
    for name, facts in template["Parameters"].items():
        default = facts["Default"]
        row = next(line for line in the_page("operations.md").splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| {default} |" in row or f"| `{default}` |" in row or (default == "" and "| empty |" in row)


def test_operations_lists_what_a_local_run_reads() -> None:
    source = (ROOT / "local" / "__main__.py").read_text()
    read = set(re.findall(r'os\.environ\.get\("([A-Z_]+)"', source))
    assert read
    assert read - words("operations.md") == set()


def test_languages_lists_those_that_signers_can_read() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (left|right) \|$", the_page("languages.md"), re.MULTILINE)
    side = {"ltr": "left", "rtl": "right"}
    assert rows == [(code, languages.language_name(code), side[direction(code)]) for code in languages.LANGUAGES]


def test_decisions_say_why_each_library_is_in_the_zip() -> None:
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pins
    table = the_page("decisions.md").partition("## Libraries")[2].partition("\n## ")[0].lower().replace("_", "-")
    assert [pin for pin in pins if pin.lower().replace("_", "-") not in table] == []


def test_marks_of_the_domain_are_those_of_the_data_model() -> None:
    from chalicelib.domain.signatures.mail_marks import Marks
    from chalicelib.domain.signatures.moderation import Moderation
    from chalicelib.domain.signatures.signature import Signature

    said = words("data-model.md")
    assert {f.name for f in fields(Marks)} - said == set()
    assert {f.name for f in fields(Moderation)} - said == set()
    kept_apart = {
        "campaign",
        "bucket",
        "id",
        "answers",
        "marks",
        "moderation",
    }  # in the key, or under names of their own
    assert {f.name for f in fields(Signature)} - kept_apart - said == set()


def test_operations_lists_the_pages_that_only_a_local_run_has() -> None:
    served = re.findall(r'\("(GET|POST)", "(/[^"]+)"\):', (ROOT / "local" / "web" / "local_pages.py").read_text())
    assert served
    said = words("operations.md")
    assert [path for method, path in served if not {f"/_local{path}", f"{method} /_local{path}"} & said] == []
