"""Takes out of a template what a region does not have: CloudFormation knows budgets in some regions only.

It refuses a type that it does not know even where a condition would leave it out. Which region has what, cfn-lint knows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

BUDGET = "AWS::Budgets::Budget"
PREFIX, CONDITION = "Budget", "HasBudget"  # of its parameters, its rules and the resource itself


def has_budgets(region: str) -> bool:
    """True when CloudFormation makes budgets in `region`."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # make api-key and its like do without what develops

    return BUDGET in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)


def fit(path: Path, region: str) -> None:
    """Rewrite the template at `path` without what `region` lacks, if it lacks anything."""
    if not has_budgets(region):
        path.write_text(json.dumps(without_budget(json.loads(path.read_text())), indent=2))


def without_budget(template: dict[str, Any]) -> dict[str, Any]:
    """The template without its budget and what only that needs."""
    left = {
        section: {name: facts for name, facts in template[section].items() if not name.startswith(PREFIX)}
        for section in ("Parameters", "Rules", "Resources")
    }
    conditions = {name: facts for name, facts in template["Conditions"].items() if name != CONDITION}
    return {**template, **left, "Conditions": conditions}
