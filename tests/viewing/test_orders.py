"""Which picture a child process makes next."""

from __future__ import annotations

import threading

from ethonight.viewing.messages import AHEAD, Make, TakeBack, Taken
from ethonight.viewing.orders import Orders
from ethonight.viewing.picture import Request

TOTAL = 100


def made(orders: Orders, count: int) -> list[tuple[int, int | None]]:
    """Make the next pictures and return their orders and frames."""
    found = []
    for _ in range(count):
        order = orders.next()
        found.append((order.number, order.next_frame(TOTAL)))
        orders.made_one(order)
    return found


def test_orders_take_turns_and_a_new_one_comes_first() -> None:
    orders = Orders()
    orders.hear(Make(0, Request(10, 50)))
    assert made(orders, 2) == [(0, 10), (0, 11)]
    orders.hear(Make(1, Request(80, 50, -2)))
    assert made(orders, 4) == [(1, 80), (0, 12), (1, 78), (0, 13)]


def test_no_more_is_made_than_somebody_takes() -> None:
    orders = Orders()
    orders.hear(Make(0, Request(0, 50)))
    assert [frame for _, frame in made(orders, AHEAD)] == list(range(AHEAD))
    orders.hear(Make(1, Request(70)))
    assert made(orders, 1) == [(1, 70)]
    orders.hear(TakeBack(1))
    waiting = threading.Thread(target=lambda: found.extend(made(orders, 1)))
    found: list[tuple[int, int | None]] = []
    waiting.start()
    orders.hear(Taken(0))
    waiting.join(60)
    assert found == [(0, AHEAD)]


def test_what_is_taken_back_or_done_is_not_made() -> None:
    orders = Orders()
    for number in range(3):
        orders.hear(Make(number, Request(number, 9)))
    orders.hear(TakeBack(1))
    last = orders.next()
    assert last.number == 2
    orders.done(last)
    assert [number for number in range(3) if orders.stands(number)] == [0]
    assert made(orders, 2) == [(0, 0), (0, 1)]
    orders.hear(TakeBack(2))
    orders.hear(Taken(2))
    assert not orders.others_wait(orders.next())


def test_an_order_ends_at_an_end_of_the_recording() -> None:
    orders = Orders()
    orders.hear(Make(0, Request(98, 5)))
    orders.hear(Make(1, Request(1, 5, -1)))
    orders.hear(Make(2, Request(3, 1)))
    found = made(orders, 9)
    assert [frame for number, frame in found if number == 0] == [98, 99, None]
    assert [frame for number, frame in found if number == 1] == [1, 0, None]
    assert [frame for number, frame in found if number == 2] == [3, None, None]
