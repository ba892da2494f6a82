"""How a transaction of either engine ends: committed or rolled back, and its connection given back, once and always."""

import asyncio
from types import TracebackType
from typing import Any


class TransactionEnd:
    """A mixin, before Piccolo's own transaction. A cancelled task does not cut the end short."""

    engine: Any
    context: Any
    _parent: Any
    _committed: bool
    _rolled_back: bool
    commit: Any
    rollback: Any

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if self._parent:
            return False
        self.engine.current_transaction.reset(self.context)
        await asyncio.shield(self._finish(failed=exception is not None))
        return False

    async def _finish(self, *, failed: bool) -> None:
        try:
            if failed and not self._rolled_back:
                await self.rollback()
            elif not self._committed and not self._rolled_back:
                await self.commit()
        except BaseException:
            await self._discard()
            raise
        finally:
            await self._release()

    async def _discard(self) -> None:
        """After a commit or a rollback that failed."""

    async def _release(self) -> None:
        raise NotImplementedError
