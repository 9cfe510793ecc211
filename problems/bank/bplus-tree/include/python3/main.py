"""Drives a B+tree from lines on standard input."""

import sys

MASK = (1 << 64) - 1
PYTHON_SHARE = 30  # CPython gets this fraction of a benchmark's operations


class Pager:
    """Pages of `size` bytes, numbered from 0; page 0 always exists."""

    def __init__(self, size):
        self.size = size
        self.touches = 0
        self.pages = [bytearray(size)]

    def read(self, page):
        """Look at a page; counted."""
        self.touches += 1
        return self.pages[page]

    def write(self, page):
        """Look at and change a page; counted."""
        self.touches += 1
        return self.pages[page]

    def alloc(self):
        """The number of a new page, all zero."""
        self.pages.append(bytearray(self.size))
        return len(self.pages) - 1


def random_numbers(state):
    while True:  # splitmix64
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def bench(tree, seed, n):
    random = random_numbers(seed)
    digest = 0
    for _ in range(n):
        key = next(random) % (4 * n)
        tree.put(key, next(random))
    for _ in range(n):
        found = tree.get(next(random) % (4 * n))
        digest = ((digest ^ (found is not None) ^ (found or 0)) * 0x9E3779B97F4A7C15) & MASK
    for _ in range(n // 50):
        for key, value in tree.scan(next(random) % (4 * n), 100):
            digest = ((digest ^ key ^ value) * 0x9E3779B97F4A7C15) & MASK
    print(f"digest {digest:016x}")


def main():
    from solution import Tree

    lines = sys.stdin.read().split("\n")
    heading = lines[0].split()
    if heading[0] == "bench":
        pager = Pager(int(heading[3]))
        return bench(Tree(pager, True), int(heading[1]), int(heading[2]) // PYTHON_SHARE)
    pager = Pager(int(heading[1]))
    count = int(heading[2])
    for page in range(count):
        if page:
            pager.alloc()
        pager.pages[page][:] = bytes.fromhex(lines[1 + page])
    tree = Tree(pager, count == 0)
    gets = get_touches = 0
    for line in lines[1 + count :]:
        words = line.split()
        if not words:
            continue
        key = int(words[1])
        if words[0] == "put":
            tree.put(key, int(words[2]))
        elif words[0] == "get":
            before = pager.touches
            found = tree.get(key)
            print("-" if found is None else found)
            gets += 1
            get_touches += pager.touches - before
        else:
            found = list(tree.scan(key, int(words[2])))
            print(len(found), *(f"{k}:{v}" for k, v in found))
    print("touches", gets, get_touches)
    print("pages", len(pager.pages))
    for page in pager.pages:
        print(page.hex())


if __name__ == "__main__":
    main()
