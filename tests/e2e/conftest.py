"""The whole stack as `make run` starts it, with the third-party page on its own origin, and a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from local.stack import Stack
from local.web.demo_site import DemoSite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.engines.engine import EngineName


@dataclass(frozen=True)
class Site:
    """A running deployment, the foreign page that embeds its forms, and the organiser's key."""

    stack: Stack
    demo: DemoSite
    key: str


# Behind a stage, as without a domain of one's own: every link must begin with it. The journey is made without one, too.
@pytest.fixture(scope="module", params=[("dynoxide", "/api")], ids=["dynoxide-stage"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    engine: EngineName
    engine, prefix = request.param
    folder = tmp_path_factory.mktemp("site")
    with Stack(engine=engine, directory=folder, port=0, memory=True, prefix=prefix) as stack:
        demo = DemoSite(0, stack.url)
        demo.start()
        yield Site(stack, demo, stack.load_samples(demo.origins))
        demo.stop()
