class Tree:
    def __init__(self, pager, fresh):
        """pager.size; pager.read(n), pager.write(n): a bytearray; pager.alloc(): a number."""
        self.pager = pager

    def put(self, key, value):
        pass

    def get(self, key):
        """The value, or None."""
        return None

    def scan(self, start, limit):
        """The first `limit` pairs (key, value) with key >= start, ascending."""
        return []
