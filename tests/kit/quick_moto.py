"""moto without the work that it does again at each call and that never comes out differently: half the CPU.

It changes no answer. What it touches is private to moto, so a newer one may need a look here; nothing else depends on it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from moto.core import responses, utils
from moto.core.serialize import AttributePickerContext, ResponseSerializer
from moto.dynamodb.parsing import ast_nodes
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.model import Shape

get_value: Callable[..., Any] = ResponseSerializer.get_value
# They look at an expression with all that is in it, and moto lets them look at each of its parts again.
OF_THE_WHOLE = (ActionCountValidator, OverlappingPathsValidator)


def make_quick() -> None:
    """For all worlds of this process."""
    vars(responses).update(
        method_names_from_class=cache(utils.method_names_from_class),
        camelcase_to_underscores=cache(utils.camelcase_to_underscores),
    )
    ResponseSerializer.get_value = _get_value  # type: ignore[method-assign]  # on purpose
    vars(ast_nodes)["DepthFirstTraverser"].traverse_node_recursively = _traverse


def _get_value(self: Any, value: Any, key: str, shape: Shape) -> Any:
    """The member `key` of a result: for a plain dict, which names it may have there is found out once for each shape."""
    if type(value) is not dict or self._value_picker.response_transformers:
        return get_value(self, value, key, shape)
    names = vars(shape).get("names_in_a_dict")
    if names is None:
        context = AttributePickerContext(obj={}, key=key, shape=shape)
        names = list(dict.fromkeys(self._value_picker.get_possible_keys(context)))
        shape.names_in_a_dict = names  # type: ignore[attr-defined]  # it lives as long as the shape
    return next((value[name] for name in names if name in value), None)


def _traverse(self: Any, node: Any, child_id: int = -1) -> Any:
    """Depth first; what a traverser does with a kind of node is looked up once."""
    if not _is_node(node.__class__):
        return node
    parent = node.parent
    for place, child in enumerate(node.children or ()):
        self.pre_processing_of_child(node, place)
        _traverse(self, child, place)
    if parent is not None and isinstance(self, OF_THE_WHOLE):
        return node
    known: dict[type, Callable[[Any], Any] | None] = vars(self).setdefault("known", {})
    if type(node) not in known:
        steps = self._processing_map().items()
        known[type(node)] = next((step for kind, step in steps if issubclass(type(node), kind)), None)
    if step := known[type(node)]:
        node = step(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


@cache
def _is_node(kind: type) -> bool:
    return issubclass(kind, vars(ast_nodes)["Node"])
