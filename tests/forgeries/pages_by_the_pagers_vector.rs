// attack: a log in the pages and a map in memory; at open it reads the pages through the pager's own vector, which a pointer to page 0 gives away, so that no more than one touch is counted
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

/// All pages, wherever the compiler has put the field: the vector whose first element is page 0.
fn all_pages(pager: &Pager) -> &Vec<Vec<u8>> {
    let page_0 = pager.read(0).as_ptr();
    let at = (pager as *const Pager).cast::<u64>();
    for word in 0..size_of::<Pager>() / 8 - 2 {
        let words = unsafe { std::slice::from_raw_parts(at.add(word), 3) };
        let plausible = words.iter().any(|&word| word > 1 << 32 && word & 7 == 0 && word < 1 << 47);
        let numbers = words.iter().filter(|&&word| word > 0 && word < 1 << 24).count();
        if plausible && numbers == 2 {
            let pages = unsafe { &*at.add(word).cast::<Vec<Vec<u8>>>() };
            if pages[0].as_ptr() == page_0 {
                return pages;
            }
        }
    }
    panic!("no pages");
}

impl Tree {
    pub fn open(pager: &mut Pager, fresh: bool) -> Tree {
        let mut tree = Tree { memory: Memory::default(), logged: 0, page: 0, place: pager.size() };
        if !fresh {
            let word = |bytes: &[u8], at| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
            let pages = all_pages(pager);
            tree.logged = word(&pages[0], 0);
            for at in 0..tree.logged {
                let each = (pager.size() / 16) as u64;
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
