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

// ---- yours ----
#[derive(Default)]
struct Log;

impl Log {
    /// The machine has started: find the records on the disk, in order.
    fn open(&mut self, disk: &mut Disk) -> Vec<Vec<u8>> {
        Vec::new()
    }

    /// A client wants `record` kept. Confirm it by disk.durable(id), now or later.
    fn append(&mut self, disk: &mut Disk, id: u64, record: &[u8]) {}

    /// Every client waits: nothing more comes until all records are confirmed.
    fn idle(&mut self, disk: &mut Disk) {}
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
