//! What the harness alone may do with a pager: no answer reaches a module's private parts.

use super::Pager;
use crate::conducted::{self, answer, mix, Call, Reply, Stream};
use crate::solution::Tree;
use std::sync::Mutex;

const PAYLOAD_BYTES_MAX: usize = 1 << 16;
const TIMED_SCAN: usize = 100;

#[derive(Default)]
struct State {
    pager: Option<Box<Pager>>,
    tree: Option<Box<Tree>>,
}

fn get(tree: &mut Tree, pager: &mut Pager, key: u64) -> Option<u64> {
    answer(move || tree.get(pager, key))
}

fn entry(told: &mut Vec<u8>, first: u64, second: u64) {
    told.extend_from_slice(&first.to_le_bytes());
    told.extend_from_slice(&second.to_le_bytes());
}

fn word(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().unwrap())
}

fn tell_pages(pager: &mut Pager, first: usize) -> Reply {
    let each = PAYLOAD_BYTES_MAX / pager.size();
    let pages = &pager.pages;
    let last = pages.len().min(first + each);
    let told = pages.get(first..last).map_or(vec![], |part| part.concat());
    Reply { count: pages.len() as u64, told, ..Reply::default() }
}

fn load(pager: &mut Pager, first: usize, given: &[u8]) {
    for (page, bytes) in (first..).zip(given.chunks(pager.size())) {
        if page == pager.pages.len() {
            pager.alloc();
        }
        pager.pages[page].copy_from_slice(bytes);
    }
}

/// As many of the written copies as fit; the count is what is left.
fn tell_written(pager: &mut Pager) -> Reply {
    let mut told = vec![];
    let size = pager.size;
    let copies = pager.copies.get_mut();
    while pager.told < copies.len() && told.len() + 8 + size <= PAYLOAD_BYTES_MAX {
        let copy = &copies[pager.told];
        if copy.written {
            told.extend_from_slice(&u64::from(copy.number).to_le_bytes());
            told.extend_from_slice(&copy.bytes);
        }
        pager.told += 1;
    }
    let count = (copies.len() - pager.told) as u64;
    if count == 0 {
        pager.forget_copies();
    }
    Reply { count, told, ..Reply::default() }
}

fn timed(call: &Call, pager: &mut Pager, tree: &mut Tree) -> u64 {
    let (mut stream, mut digest) = (Stream { state: call.a, key: pager.key }, 0);
    for _ in 0..call.b {
        let key = stream.next() % call.c;
        match call.kind {
            'P' => {
                let value = stream.next();
                let (tree, pager) = (&mut *tree, &mut *pager);
                answer(move || tree.put(pager, key, value));
            }
            'G' => digest = mix(digest, get(tree, pager, key).unwrap_or(!key)),
            _ => {
                let (tree, pager) = (&mut *tree, &mut *pager);
                for (key, value) in answer(move || tree.scan(pager, key, TIMED_SCAN)) {
                    digest = mix(mix(digest, key), value);
                }
            }
        }
    }
    digest
}

fn perform(call: &Call, state: &mut State) -> Reply {
    if call.kind == 'z' {
        state.pager = Some(Box::new(Pager::new(call.a as usize, call.b as usize, call.c)));
        return Reply::default();
    }
    let pager: &mut Pager = state.pager.as_mut().expect("a pager");
    match call.kind {
        'i' => {
            load(pager, call.a as usize, &call.given);
            return Reply::default();
        }
        'r' => {
            pager.lend(call.a != 0);
            return Reply::default();
        }
        'b' => return tell_written(pager),
        'd' => return tell_pages(pager, call.a as usize),
        'o' => {
            let (opened, fresh) = (&mut *pager, call.a != 0);
            state.tree = Some(answer(move || Box::new(Tree::open(opened, fresh))));
            return Reply::default();
        }
        _ => {}
    }
    let Some(tree) = state.tree.as_mut() else { return Reply::default() };
    let tree: &mut Tree = tree;
    match call.kind {
        'p' => {
            let (key, value) = (call.a, call.b);
            answer(move || tree.put(pager, key, value));
            Reply::default()
        }
        'g' => {
            let found = get(tree, pager, call.a);
            Reply {
                result: found.is_some() as u64,
                value: found.unwrap_or(0),
                ..Reply::default()
            }
        }
        'q' => {
            let mut told = vec![];
            for bytes in call.given.chunks(8) {
                let found = get(tree, pager, word(bytes));
                entry(&mut told, found.is_some() as u64, found.unwrap_or(0));
            }
            Reply { told, ..Reply::default() }
        }
        's' => {
            let (from, limit) = (call.a, call.b as usize);
            let found = answer(move || tree.scan(pager, from, limit));
            assert!(found.len() <= limit, "scan returned more than its limit");
            let mut told = vec![];
            found.into_iter().for_each(|(key, value)| entry(&mut told, key, value));
            Reply { told, ..Reply::default() }
        }
        'P' | 'G' | 'S' => Reply { result: timed(call, pager, tree), ..Reply::default() },
        kind => panic!("an operation that it does not know: {kind}"),
    }
}

pub fn run() {
    let state = Mutex::new(State::default());
    // SAFETY of Send: one worker at a time holds the lock, and there is but one.
    let held = OneThread(state);
    conducted::run(|call| {
        let held = &held;
        perform(call, &mut held.0.lock().unwrap())
    });
}

struct OneThread(Mutex<State>);
unsafe impl Sync for OneThread {}
