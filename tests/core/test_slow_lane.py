"""A lane with few threads: who waits too long is refused, and nobody outside it waits."""

import asyncio
import threading

import pytest

from sigmasight_ui.core.slow_lane import SlowLane


class Full(Exception):
    pass


def test_answers_and_errors_come_back():
    async def scene() -> None:
        lane = SlowLane(2, 5.0, Full)
        assert await asyncio.gather(*(lane.run(lambda n=n: n * n) for n in range(20))) == [n * n for n in range(20)]
        with pytest.raises(ZeroDivisionError):
            await lane.run(lambda: 1 / 0)

    asyncio.run(scene())


def test_a_flood_is_refused_after_the_patience_while_other_threads_answer_at_once():
    async def scene() -> None:
        lane, release, begun = SlowLane(2, 0.3, Full), threading.Event(), []

        def slow() -> str:
            begun.append(1)
            release.wait(10)
            return "done"

        flood = [asyncio.create_task(lane.run(slow)) for _ in range(100)]
        await asyncio.sleep(0.05)
        await asyncio.to_thread(lambda: None)
        refused = await asyncio.gather(*flood[2:], return_exceptions=True)
        assert all(isinstance(answer, Full) for answer in refused)
        release.set()
        assert await asyncio.gather(*flood[:2]) == ["done", "done"]
        assert len(begun) == 2
        assert await lane.run(lambda: "free again") == "free again"

    asyncio.run(scene())


def test_waiting_work_of_somebody_who_left_is_never_begun():
    async def scene() -> None:
        lane, release, begun = SlowLane(1, 5.0, Full), threading.Event(), []
        first = asyncio.create_task(lane.run(lambda: release.wait(10)))
        second = asyncio.create_task(lane.run(lambda: begun.append("second")))
        await asyncio.sleep(0.05)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        release.set()
        await first
        await lane.run(lambda: begun.append("third"))
        assert begun == ["third"]

    asyncio.run(scene())
