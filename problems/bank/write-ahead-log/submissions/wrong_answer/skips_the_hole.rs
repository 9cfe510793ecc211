// Planted: recovery goes on behind a hole and brings back what came after it.
use std::io::{self, BufRead, BufWriter, Write};

const SECTOR: usize = 64;

/// The disk: sectors of 64 bytes; what is written is safe only after a flush.
struct Disk {
    sectors: usize,
    input: io::StdinLock<'static>,
    output: BufWriter<io::StdoutLock<'static>>,
}

fn to_hex(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit = |b: u8| (b as char).to_digit(16).unwrap() as u8;
    text.as_bytes().chunks(2).map(|p| digit(p[0]) * 16 + digit(p[1])).collect()
}

#[allow(dead_code)]
impl Disk {
    /// At most 256 sectors at once.
    fn read(&mut self, sector: usize, count: usize) -> Vec<u8> {
        writeln!(self.output, "read {sector} {count}").unwrap();
        self.output.flush().unwrap();
        let mut line = String::new();
        self.input.read_line(&mut line).unwrap();
        from_hex(line.trim())
    }

    /// A multiple of 64 bytes.
    fn write(&mut self, sector: usize, data: &[u8]) {
        writeln!(self.output, "write {sector} {}", to_hex(data)).unwrap();
    }

    fn flush(&mut self) {
        writeln!(self.output, "flush").unwrap();
    }

    /// Tell the harness that record `id` survives any crash from now on.
    fn durable(&mut self, id: u64) {
        writeln!(self.output, "durable {id}").unwrap();
    }
}

/// A record: checksum, length, then the bytes, padded to whole sectors. The checksum goes on from the
/// one of the record before, so what an earlier life left further on can't come back.
#[derive(Default)]
struct Log {
    next_sector: usize,
    chain: u32,
    waiting: Vec<u64>,
}

fn crc32(crc: u32, data: &[u8]) -> u32 {
    !data.iter().fold(!crc, |crc, byte| {
        (0..8).fold(crc ^ *byte as u32, |c, _| (c >> 1) ^ (0xedb88320 & (c & 1).wrapping_neg()))
    })
}

fn word(data: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(data[at..at + 4].try_into().unwrap())
}

impl Log {
    fn check(&self, length: u32, data: &[u8]) -> u32 {
        crc32(crc32(1, &length.to_le_bytes()), data)
    }

    fn open(&mut self, disk: &mut Disk) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        while self.next_sector < disk.sectors {
            let mut data = disk.read(self.next_sector, 1);
            let (crc, length) = (word(&data, 0), word(&data, 4) as usize);
            let sectors = (8 + length).div_ceil(SECTOR);
            if length == 0 || sectors > 256 || self.next_sector + sectors > disk.sectors {
                if self.next_sector > 64 {
                    break;
                }
                self.next_sector += 1;
                continue;
            }
            if sectors > 1 {
                data = disk.read(self.next_sector, sectors);
            }
            if self.check(length as u32, &data[8..8 + length]) != crc {
                self.next_sector += 1;
                continue;
            }
            self.chain = crc;
            self.next_sector += sectors;
            records.push(data[8..8 + length].to_vec());
        }
        records
    }

    fn append(&mut self, disk: &mut Disk, id: u64, record: &[u8]) {
        let crc = self.check(record.len() as u32, record);
        let mut data = crc.to_le_bytes().to_vec();
        data.extend((record.len() as u32).to_le_bytes());
        data.extend(record);
        data.resize(data.len().div_ceil(SECTOR) * SECTOR, 0);
        disk.write(self.next_sector, &data);
        self.next_sector += data.len() / SECTOR;
        self.chain = crc;
        self.waiting.push(id);
    }

    fn idle(&mut self, disk: &mut Disk) {
        disk.flush();
        for id in self.waiting.drain(..) {
            disk.durable(id);
        }
    }
}

fn main() {
    let output = BufWriter::new(io::stdout().lock());
    let mut disk = Disk { sectors: 0, input: io::stdin().lock(), output };
    let mut log = Log::default();
    let mut line = String::new();
    while disk.input.read_line(&mut line).unwrap() > 0 {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[0] {
            "open" => {
                disk.sectors = words[1].parse().unwrap();
                log = Log::default();
                for record in log.open(&mut disk) {
                    writeln!(disk.output, "record {}", to_hex(&record)).unwrap();
                }
                writeln!(disk.output, "ready").unwrap();
                disk.output.flush().unwrap();
            }
            "append" => log.append(&mut disk, words[1].parse().unwrap(), &from_hex(words[2])),
            _ => {
                log.idle(&mut disk);
                disk.output.flush().unwrap();
            }
        }
        line.clear();
    }
}
