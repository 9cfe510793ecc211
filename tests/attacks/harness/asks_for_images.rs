// attack: safe Rust throughout: a log in the pages and a map in memory; at open it reads all pages by `images`, which the pager has for the harness and which counts nothing
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
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

pub struct Tree {
    memory: Memory,
    logged: u64,
    page: u32,
    place: usize,
}

impl Tree {
    pub fn open(pager: &mut Pager, fresh: bool) -> Tree {
        let mut tree = Tree { memory: Memory::default(), logged: 0, page: 0, place: pager.size() };
        if !fresh {
            let word = |bytes: &[u8], at| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
            let size = pager.size();
            let pages = pager.images();
            tree.logged = word(&pages[0], 0);
            for at in 0..tree.logged {
                let each = (size / 16) as u64;
                let (page, place) = (&pages[(1 + at / each) as usize], (at % each * 16) as usize);
                tree.memory.put(word(page, place), word(page, place + 8));
            }
        }
        tree
    }

    pub fn put(&mut self, pager: &mut Pager, key: u64, value: u64) {
        self.memory.put(key, value);
        if self.place == pager.size() {
            self.page = pager.alloc();
            self.place = 0;
        }
        let page = pager.write(self.page);
        page[self.place..self.place + 8].copy_from_slice(&key.to_le_bytes());
        page[self.place + 8..self.place + 16].copy_from_slice(&value.to_le_bytes());
        self.place += 16;
        self.logged += 1;
        pager.write(0)[..8].copy_from_slice(&self.logged.to_le_bytes());
    }

    pub fn get(&mut self, pager: &mut Pager, key: u64) -> Option<u64> {
        pager.read(0);
        self.memory.values.get(&key).copied()
    }

    pub fn scan(&mut self, _: &mut Pager, from: u64, limit: usize) -> Vec<(u64, u64)> {
        self.memory.scan(from, limit)
    }
}
