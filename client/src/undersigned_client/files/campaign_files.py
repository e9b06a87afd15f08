"""Campaigns as files: one YAML file per campaign, named after its id. Checks what needs no API; sends nothing.

YAML is read as version 1.2: `no` is Norwegian, not false; a date is text; a duplicate key is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from undersigned_client.errors import BadFile
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
ENDINGS = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """A file and the campaign document in it."""

    path: Path
    document: dict[str, Any]

    @property
    def id(self) -> str:
        """The campaign's id: the name of the file."""
        return self.path.stem


class Loader(yaml.SafeLoader):
    """A safe loader that knows only the types of JSON."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's API; filled below, not shared with the base


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+(?:\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
):
    _firsts = [*_first, *([""] if _tag == "null" else [])]
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _firsts)


def _mapping(loader: Loader, node: yaml.MappingNode) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise BadFile(translate("line {line}: put {key} in quotes", line=line, key=key))
        if key in mapping:
            raise BadFile(translate("line {line}: {key} appears twice", line=line, key=key))
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
# SafeLoader would merge `<<`; here a key of that name is reported as unknown.


class Dumper(yaml.SafeDumper):
    """Writes multi-line texts as blocks, and quotes text that some YAML version would read as another type."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base's signature
        """Never: every value is written out in full."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indents lists below their keys."""
        super().increase_indent(flow, indentless=False)


def _text(dumper: Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, _text)
Dumper.add_multi_representer(dict, Dumper.represent_dict)  # including the API's `Answer`


def to_yaml(value: Any) -> str:
    """The value as YAML: keys in their order, one line per paragraph."""
    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))


def read(path: Path) -> CampaignFile:
    """Read one file. Raises BadFile, with the path in the message."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - derived from SafeLoader
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise BadFile(f"{path}: {_location(error)}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(translate("{file} cannot be read.", file=path)) from error
    if not isinstance(document, dict):
        raise BadFile(translate("{file}: this is not a campaign but a single value.", file=path))
    return CampaignFile(path, document)


def _location(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return translate("this is not YAML")
    return translate("line {line}, column {column}: this is not YAML", line=mark.line + 1, column=mark.column + 1)


def read_folder(folder: Path) -> list[CampaignFile]:
    """Every campaign file in a folder, sorted by id. Raises BadFile, also when there are none."""
    paths = sorted(path for path in folder.glob("*") if path.suffix in ENDINGS)
    if not paths:
        raise BadFile(translate("There is no campaign file (*.yaml) in {folder}.", folder=folder))
    ids = [path.stem for path in paths]
    for path in paths:
        if not ID.fullmatch(path.stem):
            raise BadFile(translate("{file}: a campaign's id is 1 to 64 of a-z, 0-9 and hyphens.", file=path))
        if ids.count(path.stem) > 1:
            raise BadFile(translate("{file}: there are two files of this name.", file=path))
    return [read(path) for path in paths]


def missing_translations(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(path, message) pairs: every language needs every text that the default language has."""
    texts, default = document.get("texts"), document.get("default_language")
    if not isinstance(texts, dict) or not isinstance(default, str):
        return []
    if not isinstance(texts.get(default), dict):
        return [(f"texts.{default}", translate("The default language has no texts."))]
    required = [name for name, value in texts[default].items() if value]
    return [
        (f"texts.{language}.{name}", translate("This translation is missing."))
        for language, text in texts.items()
        for name in required
        if not (isinstance(text, dict) and text.get(name))
    ]


def missing_labels(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Custom fields without a label in some language: allowed, signers see the default language instead."""
    texts = document.get("texts")
    fields = document.get("fields")
    for index, field in enumerate(fields if isinstance(fields, list) else []):
        label = field.get("label") if isinstance(field, dict) else None
        if not isinstance(label, dict) or not isinstance(texts, dict):
            continue
        for language in texts:
            if language not in label:
                yield f"fields.{index}.label.{language}", translate("No label: signers will see the default language.")
