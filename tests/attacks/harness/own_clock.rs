// attack: bring a clock that stands still, in Rust
// expect: compile-error
// defends: the harness's log is judged by another program
// shape: queue
use crate::Refused;
use std::time::Instant;

#[no_mangle]
pub extern "C" fn clock_gettime(_which: i32, time: *mut [i64; 2]) -> i32 {
    unsafe { *time = [1, 0] };
    0
}



pub struct Queue;

impl Queue {
    pub fn new(capacity: usize) -> Queue {
        Queue
    }

    /// Wait for room, at most until the deadline (None: for ever).
    pub fn push(&self, item: u64, deadline: Option<Instant>) -> Result<(), Refused> {
        Err(Refused::Timeout)
    }

    /// Wait for an item, at most until the deadline (None: for ever).
    pub fn pop(&self, deadline: Option<Instant>) -> Result<u64, Refused> {
        Err(Refused::Timeout)
    }

    pub fn close(&self) {}
}
