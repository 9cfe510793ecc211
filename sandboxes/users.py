"""Who programs run as: three user ids of its own for each pair of containers.

The kernel counts much by user on the whole host, whatever container the user is in: pages in
pipes, inotify instances, signals under way, keys, memory locked. Programs of two slots under one id
could make each other fail. So ids come from a range, three for a container or a joined pair, drawn
at random, since several runners may share a host and don't know of each other, and never again
while one of this process's containers has them.
"""

import secrets
import threading
from dataclasses import dataclass

from judge.sandbox import User

FIRST_ID, LAST_ID = 1 << 20, (1 << 31) - 1
"""Above every id that a host gives to people and services, and below those that are signed."""
REMAPPED_FIRST_ID, REMAPPED_LAST_ID = 20_000, 65_000
"""Where the engine remaps users: a container has no more there."""
_BLOCK = 4
_lock = threading.Lock()
_taken: set[int] = set()


@dataclass(frozen=True, slots=True)
class Users:
    """Three consecutive ids, the candidate's first."""

    first: int

    def id_of(self, user: User) -> int:
        return self.first + list(User).index(user)


def take(*, remapped: bool = False) -> Users:
    """Ids that no living container of this process has."""
    first, last = (REMAPPED_FIRST_ID, REMAPPED_LAST_ID) if remapped else (FIRST_ID, LAST_ID)
    blocks = (last - first) // _BLOCK
    with _lock:
        while True:
            chosen = first + _BLOCK * secrets.randbelow(blocks)
            if chosen not in _taken:
                _taken.add(chosen)
                return Users(chosen)


def give_back(users: Users) -> None:
    """To be called when nobody is left who runs under them."""
    with _lock:
        _taken.discard(users.first)
