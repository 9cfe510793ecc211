//! Drives a queue with threads and logs every operation; queue.h's harness_body.h says the format.
mod solution;

use solution::Queue;
use std::io::{BufRead, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    Timeout,
    Closed,
}

#[cfg(not(windows))]
fn cpu_ns() -> u64 {
    extern "C" {
        fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
    }
    let mut time = [0i64; 2];
    unsafe { clock_gettime(2, &mut time) };
    time[0] as u64 * 1_000_000_000 + time[1] as u64
}

#[cfg(windows)]
fn cpu_ns() -> u64 {
    extern "system" {
        fn GetCurrentProcess() -> isize;
        fn GetProcessTimes(
            process: isize,
            created: *mut u64,
            exited: *mut u64,
            kernel: *mut u64,
            user: *mut u64,
        ) -> i32;
    }
    let (mut created, mut exited, mut kernel, mut user) = (0, 0, 0, 0);
    unsafe {
        GetProcessTimes(GetCurrentProcess(), &mut created, &mut exited, &mut kernel, &mut user)
    };
    (kernel + user) * 100
}

struct Op {
    kind: u8,
    argument: u64,
    wait_us: Option<u64>,
    start: AtomicU64,
    deadline: AtomicU64,
    outcome: Mutex<(i32, u64, u64)>,
}

fn parse(word: &str) -> Op {
    let (body, wait) = match word.split_once('@') {
        Some((body, wait)) => (body, Some(wait.parse().unwrap())),
        None => (word, None),
    };
    Op {
        kind: body.as_bytes()[0],
        argument: body[1..].parse().unwrap_or(0),
        wait_us: wait,
        start: AtomicU64::new(0),
        deadline: AtomicU64::new(0),
        outcome: Mutex::new((-1, 0, 0)),
    }
}

fn perform(op: &Op, queue: &Queue, zero: Instant) {
    let start = Instant::now();
    let deadline = op.wait_us.map(|us| start + Duration::from_micros(us));
    let since = |at: Instant| at.duration_since(zero).as_nanos() as u64;
    op.deadline.store(deadline.map_or(0, since), Relaxed);
    op.start.store(since(start), Release);
    let code = |refused| if refused == Refused::Timeout { 1 } else { 2 };
    let (result, item) = match op.kind {
        b'p' => (queue.push(op.argument, deadline).err().map_or(0, code), op.argument),
        b'g' => match queue.pop(deadline) {
            Ok(item) => (0, item),
            Err(refused) => (code(refused), 0),
        },
        b'c' => {
            queue.close();
            (0, 0)
        }
        _ => {
            std::thread::sleep(Duration::from_micros(op.argument));
            (0, 0)
        }
    };
    *op.outcome.lock().unwrap() = (result, item, since(Instant::now()));
}

fn print_log(scripts: &[Arc<Vec<Op>>]) {
    let mut out = std::io::stdout().lock();
    for (thread, ops) in scripts.iter().enumerate() {
        for op in ops.iter().filter(|op| op.kind != b's' && op.start.load(Acquire) != 0) {
            let (result, item, end) = *op.outcome.lock().unwrap();
            let (start, deadline) = (op.start.load(Acquire), op.deadline.load(Relaxed));
            let kind = op.kind as char;
            writeln!(out, "{thread} {kind} {} {result} {item} {start} {end} {deadline}", op.argument)
                .unwrap();
        }
    }
    out.flush().unwrap();
}

fn run(capacity: usize, watchdog_ms: u64, lines: Vec<String>) {
    let scripts: Vec<Arc<Vec<Op>>> =
        lines.iter().map(|l| Arc::new(l.split_whitespace().map(parse).collect())).collect();
    let queue = Arc::new(Queue::new(capacity));
    let (go, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let zero = Instant::now() - Duration::from_nanos(1);
    let threads: Vec<_> = scripts
        .iter()
        .map(|ops| {
            let (ops, queue, go, ended) = (ops.clone(), queue.clone(), go.clone(), ended.clone());
            std::thread::spawn(move || {
                while !go.load(Acquire) {}
                for op in ops.iter() {
                    perform(op, &queue, zero);
                    ended.fetch_add(1, Release);
                }
            })
        })
        .collect();
    let cpu = cpu_ns();
    go.store(true, Release);
    let all: usize = scripts.iter().map(|ops| ops.len()).sum();
    let (mut seen, mut changed) = (0, Instant::now());
    while ended.load(Acquire) < all {
        if ended.load(Acquire) != seen {
            (seen, changed) = (ended.load(Acquire), Instant::now());
        }
        if changed.elapsed() > Duration::from_millis(watchdog_ms) {
            println!("stuck {}", cpu_ns() - cpu);
            print_log(&scripts);
            std::process::exit(0); // threads are still inside
        }
        std::thread::sleep(Duration::from_micros(2000));
    }
    for thread in threads {
        thread.join().unwrap();
    }
    println!("ended {}", cpu_ns() - cpu);
    print_log(&scripts);
}

#[derive(Clone, Copy, Default)]
struct Total {
    count: u64,
    sum: u64,
    mixed: u64,
}

impl Total {
    fn take(&mut self, item: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(item);
        self.mixed ^= item.wrapping_mul(0x9e3779b97f4a7c15);
    }

    fn drain(mut self, queue: &Queue) -> Total {
        while let Ok(item) = queue.pop(None) {
            self.take(item);
        }
        self
    }
}

/// Half of the threads are producers; one alone pops and pushes in turn.
fn bench(seed: u64, capacity: usize, items: u64, threads: u64) {
    let (queue, half) = (Arc::new(Queue::new(capacity)), threads / 2);
    for i in 0..capacity as u64 {
        queue.push(seed + 64 * items + i, None).unwrap(); // full from the start
    }
    let mut alone = Total::default();
    if half == 0 {
        for i in 0..items {
            alone.take(queue.pop(None).unwrap());
            queue.push(seed + i, None).unwrap();
        }
    }
    let consumers: Vec<_> = (0..half)
        .map(|_| {
            let queue = queue.clone();
            std::thread::spawn(move || Total::default().drain(&queue))
        })
        .collect();
    let producers: Vec<_> = (0..half)
        .map(|number| {
            let queue = queue.clone();
            std::thread::spawn(move || {
                for i in 0..items / half {
                    queue.push(seed + number * items + i, None).unwrap();
                }
            })
        })
        .collect();
    for producer in producers {
        producer.join().unwrap();
    }
    queue.close();
    let mut total = if half == 0 { alone.drain(&queue) } else { alone };
    for consumer in consumers {
        let one = consumer.join().unwrap();
        total.count += one.count;
        total.sum = total.sum.wrapping_add(one.sum);
        total.mixed ^= one.mixed;
    }
    println!("{} {} {}", total.count, total.sum, total.mixed);
}

fn main() {
    let mut lines = std::io::stdin().lock().lines().map(|line| line.unwrap());
    let heading = lines.next().unwrap();
    let words: Vec<&str> = heading.split_whitespace().collect();
    let number = |i: usize| words[i].parse::<u64>().unwrap();
    if words[0] == "run" {
        run(number(1) as usize, number(2), lines.collect());
    } else {
        let threads = if words.len() > 4 { number(4) } else { 4 };
        bench(number(1), number(2) as usize, number(3), threads);
    }
}
