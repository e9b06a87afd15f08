"""Campaigns as files: one YAML file each, named by its id. Checks here what needs no API; it sends nothing.

YAML is read as its version 1.2 has it: `no` is Norwegian and not false, a date is text, a key stands once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from undersigned_client.errors import BadFile
from undersigned_client.language.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
ENDINGS = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """A file, and the document in it."""

    path: Path
    document: dict[str, Any]

    @property
    def id(self) -> str:
        """The campaign's id: the file's name."""
        return self.path.stem


class Loader(yaml.SafeLoader):
    """Safe, with the plain types of JSON alone."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's way; filled below, not shared with the base


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+(?:\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
):
    _firsts = [*_first, *([""] if _tag == "null" else [])]
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _firsts)


def _mapping(loader: Loader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        place = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise BadFile(say("line {line}: put {key} in quotes", line=place, key=key))
        if key in found:
            raise BadFile(say("line {line}: {key} appears twice", line=place, key=key))
        found[key] = loader.construct_object(value_node, deep=True)
    return found


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
# SafeLoader would otherwise merge `<<`; a key of that name is a mistake here, and is said to be one.


class Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and quotes whatever any YAML could take for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base's signature
        """Each value is written where it stands."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Lists stand in from their keys."""
        super().increase_indent(flow, indentless=False)


def _text(dumper: Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, _text)
Dumper.add_multi_representer(dict, Dumper.represent_dict)  # also the API's answers


def written(value: Any) -> str:
    """As YAML, keys in their order, one paragraph a line."""
    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))


def read(path: Path) -> CampaignFile:
    """One file. Raises BadFile with its path."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - derived from SafeLoader
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise BadFile(f"{path}: {_where(error)}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(say("{file} cannot be read.", file=path)) from error
    if not isinstance(document, dict):
        raise BadFile(say("{file}: this is not a campaign but a single value.", file=path))
    return CampaignFile(path, document)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return say("this is not YAML")
    return say("line {line}, column {column}: this is not YAML", line=mark.line + 1, column=mark.column + 1)


def read_folder(folder: Path) -> list[CampaignFile]:
    """Every campaign file of a folder, by id. Raises BadFile, also when there is none."""
    paths = sorted(path for path in folder.glob("*") if path.suffix in ENDINGS)
    if not paths:
        raise BadFile(say("There is no campaign file (*.yaml) in {folder}.", folder=folder))
    ids = [path.stem for path in paths]
    for path in paths:
        if not ID.fullmatch(path.stem):
            raise BadFile(say("{file}: a campaign's id is 1 to 64 of a-z, 0-9 and hyphens.", file=path))
        if ids.count(path.stem) > 1:
            raise BadFile(say("{file}: there are two files of this name.", file=path))
    return [read(path) for path in paths]


def missing_translations(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Paths and sentences: every language needs every text that the default language has."""
    texts, main = document.get("texts"), document.get("default_language")
    if not isinstance(texts, dict) or not isinstance(main, str):
        return []
    if not isinstance(texts.get(main), dict):
        return [(f"texts.{main}", say("The default language has no texts."))]
    wanted = [name for name, value in texts[main].items() if value]
    return [
        (f"texts.{language}.{name}", say("This translation is missing."))
        for language, text in texts.items()
        for name in wanted
        if not (isinstance(text, dict) and text.get(name))
    ]


def missing_labels(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Own questions without a label in one of the languages: allowed, the default language is shown in its place."""
    texts = document.get("texts")
    fields = document.get("fields")
    for place, field in enumerate(fields if isinstance(fields, list) else []):
        label = field.get("label") if isinstance(field, dict) else None
        if not isinstance(label, dict) or not isinstance(texts, dict):
            continue
        for language in texts:
            if language not in label:
                yield f"fields.{place}.label.{language}", say("No label: signers will see the default language.")
