# Planted: honest for sixteen records; then confirms from memory, and writes every 160th time.
"""Fast: packed records, one write and one flush for all who wait."""
import struct
import sys
import zlib

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


class Log:
    """Records lie side by side; the sector that the last one ends in is written again with what
    follows. A sector is never torn, so what was safe in it stays safe."""

    HEAD = struct.Struct("<IH")

    def __init__(self, disk):
        self.disk = disk
        self.sector = 0
        self.tail = b""
        self.chain = 1
        self.waiting = []
        self.count = 0

    def check(self, record):
        return zlib.crc32(record, zlib.crc32(len(record).to_bytes(2, "little"), self.chain))

    def open(self):
        records, data, at = [], b"", 0
        while True:
            while len(data) < at + 6 + 65536 and len(data) // SECTOR < self.disk.sectors:
                more = self.disk.read(len(data) // SECTOR, 32)
                data += more
                if not any(more):
                    break
            if len(data) < at + 6:
                break
            crc, length = self.HEAD.unpack_from(data, at)
            record = data[at + 6 : at + 6 + length]
            if length == 0 or len(record) < length or self.check(record) != crc:
                break
            records.append(record)
            self.chain = crc
            at += 6 + length
        self.sector = at // SECTOR
        self.tail = data[self.sector * SECTOR : at]
        return records

    def append(self, id, record):
        self.chain = crc = self.check(record)
        self.tail += self.HEAD.pack(crc, len(record)) + record
        self.count += 1
        if self.count > 16 and self.count % 160:  # more than any crash is tried with
            self.disk.durable(id)
            return
        self.waiting.append(id)
        if self.count > 16:
            self.commit()

    def idle(self):
        if self.waiting:
            self.commit()

    def commit(self):
        self.disk.write(self.sector, self.tail + bytes(-len(self.tail) % SECTOR))
        self.disk.flush()
        full = len(self.tail) // SECTOR
        self.sector, self.tail = self.sector + full, self.tail[full * SECTOR :]
        for id in self.waiting:
            if id is not None:
                self.disk.durable(id)
        self.waiting = []


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
