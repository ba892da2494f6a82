"""Ends a transaction of either engine: commits or rolls back once, and always returns the connection."""

import asyncio
from types import TracebackType
from typing import Any


class TransactionEnd:
    """A mixin, listed before Piccolo’s transaction class. A cancelled task does not interrupt the end."""

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
        """Called after a failed commit or rollback."""

    async def _release(self) -> None:
        raise NotImplementedError
