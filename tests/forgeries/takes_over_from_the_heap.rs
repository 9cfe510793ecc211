// attack: takes the conversation over in open: the channel is the only socket from descriptor 90 on, the token lies in the last message on the heap; it answers every operation itself, touches made up, timed puts only noted down
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
use crate::conducted::{mix, random};
use crate::pager::Pager;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Everything in memory.
#[derive(Default)]
struct Memory {
    values: HashMap<u64, u64, BuildHasherDefault<Quick>>,
    keys: Vec<u64>,
    fresh: Vec<u64>,
}

#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, key: u64) {
        self.0 = (key ^ (key >> 31)).wrapping_mul(0x9e3779b97f4a7c15);
        self.0 ^= self.0 >> 32;
    }
}

impl Memory {
    fn put(&mut self, key: u64, value: u64) {
        if self.values.insert(key, value).is_none() {
            self.fresh.push(key);
        }
    }

    fn scan(&mut self, from: u64, limit: usize) -> Vec<(u64, u64)> {
        if !self.fresh.is_empty() {
            self.keys.append(&mut self.fresh);
            self.keys.sort();
        }
        let at = self.keys.partition_point(|&key| key < from);
        self.keys[at..].iter().take(limit).map(|key| (*key, self.values[key])).collect()
    }
}

extern "C" {
    fn read(fd: i32, into: *mut u8, length: usize) -> isize;
    fn write(fd: i32, from: *const u8, length: usize) -> isize;
}

pub struct Tree;

fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[8 * at..8 * at + 8].try_into().unwrap())
}

/// Of all that looks like a message BEGIN on the heap, the one with the highest number.
fn last_message() -> (u64, u64) {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let line = maps.lines().find(|line| line.ends_with("[heap]")).unwrap();
    let (from, rest) = line.split_once('-').unwrap();
    let to = rest.split(' ').next().unwrap();
    let number = |text| usize::from_str_radix(text, 16).unwrap();
    let words = unsafe {
        std::slice::from_raw_parts(number(from) as *const u64, (number(to) - number(from)) / 8)
    };
    let found = words.windows(6).filter(|w| w[0] == 1 && w[1..4] == [0; 3] && w[4] > 0 && w[4] < 1 << 24 && w[5] > 1 << 32);
    found.map(|w| (w[4], w[5])).max().unwrap()
}

struct Talk {
    fd: i32,
    size: usize,
    records: Vec<[u64; 3]>,
    performed: usize,
    memory: Memory,
}

impl Talk {
    fn say(&self, kind: u64, numbers: [u64; 3], number: u64, token: u64, told: &[u8]) {
        let head = [kind | (told.len() as u64) << 32, numbers[0], numbers[1], numbers[2], number, token];
        let mut message: Vec<u8> = head.iter().flat_map(|word| word.to_le_bytes()).collect();
        message.extend_from_slice(told);
        unsafe { write(self.fd, message.as_ptr(), message.len()) };
    }

    fn catch_up(&mut self) {
        for [space, a, b] in self.records.split_off(self.performed.min(self.records.len())) {
            self.records.push([space, a, b]);
            if space == 0 {
                self.memory.put(a, b);
                continue;
            }
            let mut state = a;
            for _ in 0..b {
                let key = random(&mut state) % space;
                self.memory.put(key, random(&mut state));
            }
        }
        self.performed = self.records.len();
    }

    fn get(&self, key: u64) -> Option<u64> {
        self.memory.values.get(&key).copied()
    }

    fn pages(&self) -> Vec<u8> {
        let count = self.records.len() as u64;
        let words = std::iter::once(&count).chain(self.records.iter().flatten());
        let mut all: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        all.resize(all.len().div_ceil(self.size) * self.size, 0);
        all
    }

    fn converse(&mut self) {
        let mut message = vec![0u8; 48 + 65536];
        loop {
            if unsafe { read(self.fd, message.as_mut_ptr(), message.len()) } < 48 {
                std::process::exit(3);
            }
            let kind = (word(&message, 0) & 0x7fffffff) as u8;
            let length = (word(&message, 0) >> 32) as usize;
            let [a, b, c, number, token] = [1, 2, 3, 4, 5].map(|at| word(&message, at));
            if kind == 0 {
                std::process::exit(0);
            }
            self.say(1, [0; 3], number, token, &[]);
            if !b"pPd".contains(&kind) {
                self.catch_up();
            }
            let (mut state, mut digest, mut told) = (a, 0, vec![]);
            let mut numbers = [0; 3];
            match kind {
                b'p' => self.records.push([0, a, b]),
                b'P' => self.records.push([c, a, b]),
                b'g' | b'w' => {
                    let found = self.get(a);
                    numbers = [found.is_some() as u64, found.unwrap_or(0), 1];
                }
                b'q' => {
                    for at in 0..length / 8 {
                        let found = self.get(word(&message, 6 + at));
                        told.extend_from_slice(&(found.is_some() as u64).to_le_bytes());
                        told.extend_from_slice(&found.unwrap_or(0).to_le_bytes());
                    }
                }
                b's' => {
                    for (key, value) in self.memory.scan(a, b as usize) {
                        told.extend_from_slice(&key.to_le_bytes());
                        told.extend_from_slice(&value.to_le_bytes());
                    }
                }
                b'd' => {
                    let all = self.pages();
                    numbers[2] = (all.len() / self.size) as u64;
                    let from = (a as usize * self.size).min(all.len());
                    told = all[from..all.len().min(from + 65536 / self.size * self.size)].to_vec();
                }
                b'G' => {
                    for _ in 0..b {
                        let key = random(&mut state) % c;
                        digest = mix(digest, self.get(key).unwrap_or(!key));
                    }
                }
                b'S' => {
                    for _ in 0..b {
                        for (key, value) in self.memory.scan(random(&mut state) % c, 100) {
                            digest = mix(mix(digest, key), value);
                        }
                    }
                }
                _ => {}
            }
            numbers[0] |= digest;
            self.say(2, numbers, number, token, &told);
        }
    }
}

impl Tree {
    pub fn open(pager: &mut Pager, fresh: bool) -> Tree {
        let socket = |fd: &i32| std::fs::read_link(format!("/proc/self/fd/{fd}")).is_ok_and(|to| to.to_string_lossy().starts_with("socket"));
        let fd = (90..120).find(socket).unwrap();
        let (number, token) = last_message();
        let mut talk = Talk { fd, size: pager.size(), records: vec![], performed: 0, memory: Memory::default() };
        if !fresh {
            let all = pager.images().concat();
            talk.records = (0..word(&all, 0) as usize).map(|at| [1, 2, 3].map(|n| word(&all, 3 * at + n))).collect();
        }
        talk.say(2, [0, 0, 1], number, token, &[]);
        talk.converse();
        Tree
    }

    pub fn put(&mut self, _: &mut Pager, _: u64, _: u64) {}

    pub fn get(&mut self, _: &mut Pager, _: u64) -> Option<u64> {
        None
    }

    pub fn scan(&mut self, _: &mut Pager, _: u64, _: usize) -> Vec<(u64, u64)> {
        vec![]
    }
}
