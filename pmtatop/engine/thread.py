"""EngineThread: the engine in a thread and an event loop of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable


class EngineThread:
    """Runs `work` in a loop that no terminal can stop; `stop` cancels it and waits.

    An exception of the work is kept in `failure`, for the face that outlives it.
    """

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.failure: BaseException | None = None

    def start(self) -> None:
        """Start; returns at once."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Cancel the work and wait up to `timeout_s`; the thread is a daemon all the same."""
        loop, task = self._loop, self._task
        if loop is not None and task is not None and loop.is_running():
            loop.call_soon_threadsafe(task.cancel)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            self.failure = error
            raise

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._working())
        await self._task

    async def _working(self) -> None:
        await self._work()
