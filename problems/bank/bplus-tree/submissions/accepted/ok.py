"""The reference: a B+tree with sorted nodes and binary search; simple, and right.

Page 0 holds the root's page number. In an inner node the link is the child left of the first key,
and an entry is (key, child right of it). In a leaf the link is the next leaf.
"""

import struct

HEAD = struct.Struct("<IIII")
ENTRY = struct.Struct("<QQ")
KEY = struct.Struct("<Q")
NUMBER = struct.Struct("<I")


def rank(page, count, key, equal):
    """How many keys are below `key` (or, with `equal`, not above it)."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        (found,) = KEY.unpack_from(page, 16 + middle * 16)
        if found < key or (equal and found == key):
            low = middle + 1
        else:
            high = middle
    return low


class Tree:
    def __init__(self, pager, fresh):
        self.pager = pager
        self.capacity = (pager.size - 16) // 16
        if fresh:
            root = pager.alloc()
            HEAD.pack_into(pager.write(root), 0, 1, 0, 0, 0)
            NUMBER.pack_into(pager.write(0), 0, root)

    def root(self):
        return NUMBER.unpack_from(self.pager.read(0))[0]

    def child_for(self, page, count, link, key):
        index = rank(page, count, key, True)
        return link if index == 0 else ENTRY.unpack_from(page, index * 16)[1]

    def leaf_for(self, key):
        page = self.pager.read(self.root())
        while True:
            leaf, count, link, _ = HEAD.unpack_from(page)
            if leaf:
                return page
            page = self.pager.read(self.child_for(page, count, link, key))

    def insert(self, page, index, key, value):
        leaf, count, link, _ = HEAD.unpack_from(page)
        at, end = 16 + index * 16, 16 + count * 16
        page[at + 16 : end + 16] = page[at:end]
        ENTRY.pack_into(page, at, key, value)
        HEAD.pack_into(page, 0, leaf, count + 1, link, 0)

    def put(self, key, value):
        root = self.root()
        split = self.put_below(root, key, value)
        if split is None:
            return
        new_root = self.pager.alloc()
        page = self.pager.write(new_root)
        HEAD.pack_into(page, 0, 0, 0, root, 0)
        self.insert(page, 0, *split)
        NUMBER.pack_into(self.pager.write(0), 0, new_root)

    def put_below(self, number, key, value):
        """(separator, page) of a new right sibling, or None."""
        page = self.pager.write(number)
        leaf, count, link, _ = HEAD.unpack_from(page)
        if leaf:
            index = rank(page, count, key, False)
            if index < count and KEY.unpack_from(page, 16 + index * 16)[0] == key:
                ENTRY.pack_into(page, 16 + index * 16, key, value)
                return None
            self.insert(page, index, key, value)
        else:
            split = self.put_below(self.child_for(page, count, link, key), key, value)
            if split is None:
                return None
            self.insert(page, rank(page, count, split[0], False), *split)
        return self.split(page) if count + 1 == self.capacity else None

    def split(self, left):
        number = self.pager.alloc()
        right = self.pager.write(number)
        leaf, count, link, _ = HEAD.unpack_from(left)
        middle = count // 2
        key, value = ENTRY.unpack_from(left, 16 + middle * 16)
        # A leaf hands its next leaf on; an inner separator moves up, it is not copied.
        start = middle if leaf else middle + 1
        moved = left[16 + start * 16 : 16 + count * 16]
        right[16 : 16 + len(moved)] = moved
        HEAD.pack_into(right, 0, leaf, count - start, link if leaf else value, 0)
        HEAD.pack_into(left, 0, leaf, middle, number if leaf else link, 0)
        return key, number

    def get(self, key):
        page = self.leaf_for(key)
        _, count, _, _ = HEAD.unpack_from(page)
        index = rank(page, count, key, False)
        if index < count:
            found, value = ENTRY.unpack_from(page, 16 + index * 16)
            if found == key:
                return value
        return None

    def scan(self, start, limit):
        page = self.leaf_for(start)
        _, count, link, _ = HEAD.unpack_from(page)
        index = rank(page, count, start, False)
        found = []
        while len(found) < limit:
            if index < count:
                found.append(ENTRY.unpack_from(page, 16 + index * 16))
                index += 1
            elif link:
                page = self.pager.read(link)
                _, count, link, _ = HEAD.unpack_from(page)
                index = 0
            else:
                break
        return found
