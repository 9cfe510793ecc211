// Planted: a stack.
use crate::Refused;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Instant;

struct State {
    items: VecDeque<u64>,
    closed: bool,
}

pub struct Queue {
    capacity: usize,
    state: Mutex<State>,
    room: Condvar,
    filled: Condvar,
}

impl Queue {
    pub fn new(capacity: usize) -> Queue {
        let state = State { items: VecDeque::with_capacity(capacity), closed: false };
        Queue { capacity, state: Mutex::new(state), room: Condvar::new(), filled: Condvar::new() }
    }

    /// Wait while `blocked`, at most until the deadline; false if that came first.
    fn wait<'a>(
        &'a self,
        condition: &Condvar,
        mut state: MutexGuard<'a, State>,
        deadline: Option<Instant>,
        blocked: impl Fn(&State) -> bool,
    ) -> (MutexGuard<'a, State>, bool) {
        while blocked(&state) {
            match deadline {
                None => state = condition.wait(state).unwrap(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return (state, false);
                    }
                    state = condition.wait_timeout(state, left).unwrap().0;
                }
            }
        }
        (state, true)
    }

    pub fn push(&self, item: u64, deadline: Option<Instant>) -> Result<(), Refused> {
        let state = self.state.lock().unwrap();
        let full = |s: &State| !s.closed && s.items.len() == self.capacity;
        let (mut state, there) = self.wait(&self.room, state, deadline, full);
        if !there {
            return Err(Refused::Timeout);
        }
        if state.closed {
            return Err(Refused::Closed);
        }
        state.items.push_back(item);
        self.filled.notify_one();
        Ok(())
    }

    pub fn pop(&self, deadline: Option<Instant>) -> Result<u64, Refused> {
        let state = self.state.lock().unwrap();
        let empty = |s: &State| !s.closed && s.items.is_empty();
        let (mut state, there) = self.wait(&self.filled, state, deadline, empty);
        if !there {
            return Err(Refused::Timeout);
        }
        let item = state.items.pop_back().ok_or(Refused::Closed)?;
        self.room.notify_one();
        Ok(item)
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.room.notify_all();
        self.filled.notify_all();
    }
}
