"""One worker of pytest-xdist runs the browser tests from the start, beside the others.

Browsers wait more than they work: what computes goes on meanwhile, and the processors are never idle. The other workers
help once they have nothing else. The lane itself runs nothing else: in a worker, browsers come after what has an event
loop.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

_LANE, _BROWSER_TESTS = "gw0", "e2e/"
_FEWEST_WORKERS = 3


class BrowserLane(LoadFileScheduling):  # type: ignore[misc]
    def _assign_work_unit(self, node: WorkerController) -> None:
        """Puts first in the queue what this worker may take, or ends a lane that has no more to do."""
        in_lane = node.gateway.id == _LANE and self.numnodes >= _FEWEST_WORKERS
        own = next((file for file in self.workqueue if file.startswith(_BROWSER_TESTS) == in_lane), None)
        if own is None and in_lane and self.assigned_work[node]:
            node.shutdown()
            return
        if own is not None:
            self.workqueue.move_to_end(own, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserLane | None:
    return BrowserLane(config, log) if config.option.dist == "loadfile" else None
