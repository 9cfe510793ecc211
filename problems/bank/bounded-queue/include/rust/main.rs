//! Drives a queue as the conductor asks; harness_body.h says what each operation means.
mod conducted;
mod solution;

use conducted::{answer, mix, Call, Reply, Stream};
use solution::Queue;
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    Timeout,
    Closed,
}

const FIRST: u64 = 0x9e3779b97f4a7c15;
const FIRST_BACK: u64 = 0xf1de83e19937733d;
const SECOND: u64 = 0xbf58476d1ce4e5b9;
const SECOND_BACK: u64 = 0x96de1b173f119089;
const SEQUENCE_BITS: u32 = 32;
const THREADS_MAX: usize = 64;

/// An item tells who pushed it, and as the how-many-th, to those who know the block's secrets.
#[derive(Clone, Copy)]
struct Secrets([u64; 3]);

impl Secrets {
    fn new(secret: u64, key: u64) -> Self {
        let mut stream = Stream { state: secret, key };
        Secrets([stream.next(), stream.next(), stream.next()])
    }

    fn item(&self, thread: u64, sequence: u64) -> u64 {
        let Secrets([first, second, third]) = self;
        let mut x = ((thread << SEQUENCE_BITS | sequence) ^ first).wrapping_mul(FIRST);
        x = (x ^ (x >> 32) ^ second).wrapping_mul(SECOND);
        x ^ (x >> 32) ^ third
    }

    fn told_by(&self, item: u64) -> u64 {
        let Secrets([first, second, third]) = self;
        let mut x = item ^ third;
        x = (x ^ (x >> 32)).wrapping_mul(SECOND_BACK) ^ second;
        (x ^ (x >> 32)).wrapping_mul(FIRST_BACK) ^ first
    }
}

fn code(refused: Refused) -> u64 {
    if refused == Refused::Timeout { 1 } else { 2 }
}

fn deadline_after(wait_us: u64) -> Option<Instant> {
    (wait_us != u64::MAX).then(|| Instant::now() + Duration::from_micros(wait_us))
}

fn push(queue: &Queue, item: u64, deadline: Option<Instant>) -> u64 {
    answer(move || queue.push(item, deadline)).err().map_or(0, code)
}

fn pop(queue: &Queue, deadline: Option<Instant>) -> Result<u64, Refused> {
    answer(move || queue.pop(deadline))
}

struct Share {
    secret: Secrets,
    digest: u64,
    wrong: u64,
    next: [u64; THREADS_MAX],
}

impl Share {
    fn new(secret: Secrets) -> Self {
        Share { secret, digest: 0, wrong: 0, next: [0; THREADS_MAX] }
    }

    fn take(&mut self, queue: &Queue) {
        let got = pop(queue, None);
        let item = got.unwrap_or(0);
        let told = self.secret.told_by(item);
        let (thread, sequence) = ((told >> SEQUENCE_BITS) as usize, told & 0xffff_ffff);
        self.digest = self.digest.wrapping_add(mix(self.secret.0[0], item));
        if got.is_err() || thread >= THREADS_MAX || sequence < self.next[thread] {
            self.wrong += 1;
        } else {
            self.next[thread] = sequence + 1;
        }
    }
}

/// To the brim: one more must find no room. 0 if that is so.
fn fill(queue: &Queue, secret: &Secrets, capacity: u64) -> u64 {
    let mut wrong = 0;
    for i in 0..capacity {
        wrong += (push(queue, secret.item(0, i), None) != 0) as u64;
    }
    let brim = push(queue, secret.item(THREADS_MAX as u64, 0), deadline_after(0));
    wrong + (brim != code(Refused::Timeout)) as u64
}

fn take_turns(queue: &Queue, call: &Call, capacity: u64, key: u64) -> Reply {
    let secret = Secrets::new(call.a, key);
    let mut digest = 0;
    let mut value = fill(queue, &secret, capacity);
    for i in 0..call.b + capacity {
        let got = pop(queue, None);
        value += got.is_err() as u64;
        digest = mix(digest, got.unwrap_or(0));
        if i < call.b {
            value += (push(queue, secret.item(0, capacity + i), None) != 0) as u64;
        }
    }
    Reply { result: digest, value, ..Reply::default() }
}

/// Of one thread, alone in its line of the cache.
#[repr(align(64))]
struct Counter(AtomicU64);

fn counters(count: u64) -> Vec<Counter> {
    (0..count).map(|_| Counter(AtomicU64::new(0))).collect()
}

/// It was full at the beginning: a push that is done needs a pop that has begun. Pushes are read
/// first, so that what happens meanwhile can't accuse anybody. Until all pops have begun.
fn look_at_the_bound(done: &[Counter], begun: &[Counter], all: u64) -> u64 {
    let sum = |of: &[Counter]| of.iter().map(|one| one.0.load(Acquire)).sum::<u64>();
    let mut wrong = 0;
    loop {
        let (pushed, popped) = (sum(done), sum(begun));
        wrong += (pushed > popped) as u64;
        if popped == all {
            return wrong;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn crowd(queue: &Queue, call: &Call, capacity: u64, key: u64) -> Reply {
    let (half, secret) = (call.c / 2, Secrets::new(call.a, key));
    let each = call.b / half;
    let overfull = fill(queue, &secret, capacity);
    let (done, begun) = (counters(half), counters(half));
    let refused = AtomicU64::new(0);
    let mut shares: Vec<Share> = std::thread::scope(|scope| {
        for thread in 1..=half {
            let (done, refused) = (&done[thread as usize - 1], &refused);
            scope.spawn(move || {
                for i in 0..each {
                    if push(queue, secret.item(thread, i), None) != 0 {
                        refused.fetch_add(1, Relaxed);
                    }
                    done.0.store(i + 1, Release);
                }
            });
        }
        let consumers: Vec<_> = (0..half)
            .map(|number| {
                let begun = &begun[number as usize];
                scope.spawn(move || {
                    let mut share = Share::new(secret);
                    for i in 0..each {
                        begun.0.store(i + 1, Release);
                        share.take(queue);
                    }
                    share
                })
            })
            .collect();
        refused.fetch_add(look_at_the_bound(&done, &begun, each * half), Relaxed);
        consumers.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut rest = Share::new(secret);
    for _ in 0..capacity {
        rest.take(queue);
    }
    shares.push(rest);
    Reply {
        result: shares.iter().fold(0, |sum, one| sum.wrapping_add(one.digest)),
        value: overfull + refused.into_inner() + shares.iter().map(|one| one.wrong).sum::<u64>(),
        ..Reply::default()
    }
}

fn main() {
    let shared: Mutex<(Option<Arc<Queue>>, u64, u64)> = Mutex::new((None, 0, 0));
    conducted::run(|call| {
        if call.kind == 'n' {
            let capacity = call.a;
            let made = answer(move || Arc::new(Queue::new(capacity as usize)));
            *shared.lock().unwrap() = (Some(made), capacity, call.b);
            return Reply::default();
        }
        if call.kind == 'f' {
            let made = shared.lock().unwrap().0.take();
            answer(move || drop(made));
            return Reply::default();
        }
        let (queue, capacity, key) = {
            let held = shared.lock().unwrap();
            (held.0.clone().expect("a queue"), held.1, held.2)
        };
        match call.kind {
            'p' => Reply { result: push(&queue, call.a, deadline_after(call.b)), ..Reply::default() },
            'g' => match pop(&queue, deadline_after(call.b)) {
                Ok(item) => Reply { value: item, ..Reply::default() },
                Err(refused) => Reply { result: code(refused), ..Reply::default() },
            },
            'c' => {
                let queue = &*queue;
                answer(move || queue.close());
                Reply::default()
            }
            'T' => take_turns(&queue, call, capacity, key),
            'M' => crowd(&queue, call, capacity, key),
            kind => panic!("an operation that it does not know: {kind}"),
        }
    });
}
