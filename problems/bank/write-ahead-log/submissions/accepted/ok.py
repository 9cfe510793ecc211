"""The reference: whole sectors for each record, chained checksums, one flush for all who wait."""
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
    """A record: checksum, length, then the bytes, padded to whole sectors. The checksum goes on from
    the one of the record before, so what an earlier life left further on can't come back."""

    HEAD = struct.Struct("<II")

    def __init__(self, disk):
        self.disk = disk
        self.next_sector = 0
        self.chain = 1
        self.waiting = []

    def check(self, record):
        return zlib.crc32(record, zlib.crc32(len(record).to_bytes(4, "little"), self.chain))

    def open(self):
        records = []
        while self.next_sector < self.disk.sectors:
            data = self.disk.read(self.next_sector, 1)
            crc, length = self.HEAD.unpack_from(data)
            sectors = -(-(8 + length) // SECTOR)
            if length == 0 or sectors > 256 or self.next_sector + sectors > self.disk.sectors:
                break
            if sectors > 1:
                data = self.disk.read(self.next_sector, sectors)
            record = data[8 : 8 + length]
            if self.check(record) != crc:
                break
            self.chain = crc
            self.next_sector += sectors
            records.append(record)
        return records

    def append(self, id, record):
        crc = self.check(record)
        data = self.HEAD.pack(crc, len(record)) + record
        data += bytes(-len(data) % SECTOR)
        self.disk.write(self.next_sector, data)
        self.next_sector += len(data) // SECTOR
        self.chain = crc
        self.waiting.append(id)

    def idle(self):
        self.disk.flush()
        for id in self.waiting:
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
