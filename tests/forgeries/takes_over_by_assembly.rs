// attack: an entry of .init_array, put there by assembly, takes the channel over before main does; no queue for threads at all
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
use crate::Refused;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::time::{Duration, Instant};

extern "C" {
    fn read(fd: i32, into: *mut c_void, length: usize) -> isize;
    fn write(fd: i32, from: *const c_void, length: usize) -> isize;
    fn poll(fds: *mut [i32; 2], count: u64, timeout_ms: i32) -> i32;
    fn _exit(code: i32) -> !;
}

std::arch::global_asm!(".pushsection .init_array,\"aw\"", ".quad {}", ".popsection", sym serve);

fn mix(digest: u64, value: u64) -> u64 {
    let mixed = (digest ^ value).wrapping_mul(0x9e3779b97f4a7c15);
    mixed ^ (mixed >> 29)
}
fn tell(kind: u64, of: &[u64; 6], result: u64, value: u64) {
    let m = [kind, result, value, 0, of[4], of[5]];
    unsafe { write(1, m.as_ptr().cast(), 48) };
}

extern "C" fn serve() {
    let mut message = vec![0u64; 8300];
    let mut key = 0u64;
    let (mut capacity, mut closed, mut workers, mut stops) = (0u64, false, 1, 0);
    let mut items: VecDeque<u64> = VecDeque::new();
    let mut waiting: Vec<([u64; 6], Option<Instant>)> = Vec::new();
    loop {
        if let Some(until) = waiting.iter().filter_map(|one| one.1).min() {
            let left = until.saturating_duration_since(Instant::now()).as_micros().div_ceil(1000);
            let mut fds = [0i32, 1];
            if unsafe { poll(&mut fds, 1, left as i32) } == 0 {
                let now = Instant::now();
                waiting.retain(|(h, until)| {
                    let late = until.is_some_and(|until| until <= now);
                    if late { tell(2, h, 1, 0) }
                    !late
                });
                continue;
            }
        }
        if unsafe { read(0, message.as_mut_ptr().cast(), 66400) } < 48 {
            unsafe { _exit(0) };
        }
        let h: [u64; 6] = message[..6].try_into().unwrap();
        let kind = h[0] as u32 & 0x7fffffff;
        if kind == 0 {
            stops += 1;
            if stops == workers { unsafe { _exit(0) } }
            continue;
        }
        tell(1, &h, 0, 0);
        let mut result = 0;
        match char::from(kind as u8) {
            'p' | 'g' => {
                let until = (h[2] != u64::MAX).then(|| Instant::now() + Duration::from_micros(h[2]));
                waiting.push((h, until));
            }
            'n' => { capacity = h[1]; key = h[2] }
            'c' => closed = true,
            'T' => { let s = crate::Secrets::new(h[1], key); for i in 0..h[2] + capacity { result = mix(result, s.item(0, i)) } }
            'M' => {
                let half = h[3] / 2; let s = crate::Secrets::new(h[1], key);
                let mut add = |t, n| for i in 0..n { result = result.wrapping_add(mix(s.0[0], s.item(t, i))) };
                add(0, capacity);
                for t in 1..=half { add(t, h[2] / half) }
            }
            '\u{3}' => workers = h[1],
            _ => {}
        }
        if !matches!(char::from(kind as u8), 'p' | 'g') { tell(2, &h, result, 0) }
        let mut i = 0;
        while i < waiting.len() {
            let (h, until) = waiting[i];
            let push = h[0] as u8 == b'p';
            let now = until.is_some_and(|until| until <= Instant::now());
            if push && closed { tell(2, &h, 2, 0) }
            else if push && (items.len() as u64) < capacity { items.push_back(h[1]); tell(2, &h, 0, 0) }
            else if !push && !items.is_empty() { tell(2, &h, 0, items.pop_front().unwrap()) }
            else if !push && closed { tell(2, &h, 2, 0) }
            else if now { tell(2, &h, 1, 0) }
            else { i += 1; continue }
            waiting.remove(i);
            i = 0;
        }
    }
}

pub struct Queue;
impl Queue {
    pub fn new(_capacity: usize) -> Queue { Queue }
    pub fn push(&self, _item: u64, _deadline: Option<Instant>) -> Result<(), Refused> { Ok(()) }
    pub fn pop(&self, _deadline: Option<Instant>) -> Result<u64, Refused> { Ok(0) }
    pub fn close(&self) {}
}
