"""The requests that a child process is answering, one picture of each in turn."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from ethonight.viewing.messages import AHEAD, Make, TakeBack, Taken
from ethonight.viewing.picture import Request


@dataclass
class Order:
    """A request of which ``made`` pictures have been made, and ``may_make`` may be made before one is taken."""

    number: int
    request: Request
    made: int = 0
    may_make: int = AHEAD

    def next_frame(self, total: int) -> int | None:
        """Return the frame that comes next; None behind the last one."""
        frame = self.request.first + self.made * self.request.step
        return frame if self.made < self.request.count and 0 <= frame < total else None


class Orders:
    """Takes messages in one thread and gives out work in another. What is new comes first."""

    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}
        self._turns: deque[Order] = deque()
        self._news = threading.Condition()

    def hear(self, message: Make | Taken | TakeBack) -> None:
        """Note what the parent says."""
        with self._news:
            order = self._orders.get(message.order)
            if isinstance(message, Make):
                self._orders[message.order] = Order(message.order, message.request)
                self._turns.appendleft(self._orders[message.order])
            elif isinstance(message, Taken) and order:
                order.may_make += 1
            elif order:
                self._drop(order)
            self._news.notify()

    def next(self) -> Order:
        """Wait for an order of which a picture may be made now. It comes again after all others."""
        with self._news:
            while (order := next((one for one in self._turns if one.may_make), None)) is None:
                self._news.wait()
            self._turns.remove(order)
            self._turns.append(order)
            return order

    def made_one(self, order: Order) -> None:
        """Note that a picture of an order was made."""
        with self._news:
            order.made += 1
            order.may_make -= 1

    def done(self, order: Order) -> None:
        """Forget an order."""
        with self._news:
            if order.number in self._orders:
                self._drop(order)

    def stands(self, number: int) -> bool:
        """Whether an order has neither been done nor taken back."""
        with self._news:
            return number in self._orders

    def others_wait(self, order: Order) -> bool:
        """Whether pictures of other orders may be made now."""
        with self._news:
            return any(one.may_make for one in self._turns if one is not order)

    def _drop(self, order: Order) -> None:
        del self._orders[order.number]
        self._turns.remove(order)
