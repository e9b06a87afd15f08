from __future__ import annotations

import pytest

from local.functions.routes import Routes

ROUTES = Routes(
    {
        "/": {"GET": 0},
        "/campaigns/{campaign}": {"GET": 1},
        "/campaigns/list": {"GET": 2},
        "/campaigns/{campaign}/count": {"GET": 3},
        "/campaigns/list/{page}": {"GET": 4},
    }
)


@pytest.mark.parametrize(
    ("path", "resource", "parameters"),
    [
        ("/", "/", {}),
        ("/campaigns/peru", "/campaigns/{campaign}", {"campaign": "peru"}),
        ("/campaigns/list", "/campaigns/list", {}),
        ("/campaigns/peru/", "/campaigns/{campaign}", {"campaign": "peru"}),
        ("/campaigns/list/2", "/campaigns/list/{page}", {"page": "2"}),
        ("/campaigns/a%2Fb", "/campaigns/{campaign}", {"campaign": "a%2Fb"}),
    ],
)
def test_a_fixed_segment_wins_over_a_parameter(path: str, resource: str, parameters: dict[str, str]) -> None:
    match = ROUTES.find(path)
    assert match is not None
    assert (match.resource, match.parameters) == (resource, parameters)


def test_a_dead_end_at_a_fixed_segment_goes_back_to_the_parameter() -> None:
    routes = Routes({"/a/list/x": {"GET": 1}, "/a/{name}/y": {"GET": 2}})
    match = routes.find("/a/list/y")
    assert match is not None
    assert match.parameters == {"name": "list"}


@pytest.mark.parametrize(
    "path", ["/campaigns", "/campaigns/peru/count/more", "/nothing", "//campaigns/peru", "/campaigns//count"]
)
def test_what_is_not_routed_is_not_found(path: str) -> None:
    assert ROUTES.find(path) is None
