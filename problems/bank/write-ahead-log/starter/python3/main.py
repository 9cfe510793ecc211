import sys

SECTOR = 64


class Disk:
    """Sectors of 64 bytes; what is written is safe only after a flush."""

    sectors = 0

    def read(self, sector, count):
        """At most 256 sectors at once."""
        print("read", sector, count, flush=True)
        return bytes.fromhex(sys.stdin.readline())

    def write(self, sector, data):
        """A multiple of 64 bytes."""
        print("write", sector, data.hex())

    def flush(self):
        print("flush")

    def durable(self, id):
        """Tell the harness that record `id` survives any crash from now on."""
        print("durable", id)


# ---- yours ----
class Log:
    def __init__(self, disk):
        self.disk = disk

    def open(self):
        """The machine has started: the records on the disk, in order."""
        return []

    def append(self, id, record):
        """A client wants `record` kept. Confirm it by disk.durable(id), now or later."""

    def idle(self):
        """Every client waits: nothing more comes until all records are confirmed."""


def main():
    disk, log = Disk(), None
    for line in iter(sys.stdin.readline, ""):
        words = line.split()
        if words[0] == "open":
            disk.sectors = int(words[1])
            log = Log(disk)
            for record in log.open():
                print("record", record.hex())
            print("ready", flush=True)
        elif words[0] == "append":
            log.append(int(words[1]), bytes.fromhex(words[2]))
        else:
            log.idle()
            sys.stdout.flush()


main()
