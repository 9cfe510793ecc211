//! The reference: a B+tree with sorted nodes and binary search; simple, and right.
use crate::pager::Pager;

const HEAD: usize = 16;

/// Page 0 holds the root's page number. In an inner node the link is the child left of the first
/// key, and an entry is (key, child right of it). In a leaf the link is the next leaf.
pub struct Tree;

fn u32_at(page: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(page[at..at + 4].try_into().unwrap())
}
fn set_u32(page: &mut [u8], at: usize, value: u32) {
    page[at..at + 4].copy_from_slice(&value.to_le_bytes());
}
fn u64_at(page: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(page[at..at + 8].try_into().unwrap())
}
fn is_leaf(page: &[u8]) -> bool {
    u32_at(page, 0) == 1
}
fn count(page: &[u8]) -> usize {
    u32_at(page, 4) as usize
}
fn link(page: &[u8]) -> u32 {
    u32_at(page, 8)
}
fn key(page: &[u8], index: usize) -> u64 {
    u64_at(page, HEAD + index * 16)
}
fn value(page: &[u8], index: usize) -> u64 {
    u64_at(page, HEAD + index * 16 + 8)
}

/// How many keys are below `wanted` (or, with `equal`, not above it).
fn rank(page: &[u8], wanted: u64, equal: bool) -> usize {
    let (mut low, mut high) = (0, count(page));
    while low < high {
        let middle = (low + high) / 2;
        let found = key(page, middle);
        if found < wanted || (equal && found == wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

fn child_for(page: &[u8], wanted: u64) -> u32 {
    match rank(page, wanted, true) {
        0 => link(page),
        index => value(page, index - 1) as u32,
    }
}

fn insert(page: &mut [u8], index: usize, new_key: u64, new_value: u64) {
    let (at, end) = (HEAD + index * 16, HEAD + count(page) * 16);
    page.copy_within(at..end, at + 16);
    page[at..at + 8].copy_from_slice(&new_key.to_le_bytes());
    page[at + 8..at + 16].copy_from_slice(&new_value.to_le_bytes());
    let more = count(page) as u32 + 1;
    set_u32(page, 4, more);
}

impl Tree {
    pub fn open(pager: &mut Pager, fresh: bool) -> Tree {
        if fresh {
            let root = pager.alloc();
            set_u32(pager.write(root), 0, 1);
            set_u32(pager.write(0), 0, root);
        }
        Tree
    }

    fn root(&self, pager: &Pager) -> u32 {
        u32_at(pager.read(0), 0)
    }

    fn leaf_for(&self, pager: &Pager, wanted: u64) -> u32 {
        let mut number = self.root(pager);
        loop {
            let page = pager.read(number);
            if is_leaf(page) {
                return number;
            }
            number = child_for(page, wanted);
        }
    }

    pub fn put(&mut self, pager: &mut Pager, new_key: u64, new_value: u64) {
        let root = self.root(pager);
        if let Some((separator, right)) = self.put_below(pager, root, new_key, new_value) {
            let new_root = pager.alloc();
            let page = pager.write(new_root);
            set_u32(page, 8, root);
            insert(page, 0, separator, right as u64);
            set_u32(pager.write(0), 0, new_root);
        }
    }

    /// Put below `number`; a new right sibling and its smallest key, if there is one.
    fn put_below(&mut self, pager: &mut Pager, number: u32, k: u64, v: u64) -> Option<(u64, u32)> {
        let page = pager.write(number);
        if is_leaf(page) {
            let index = rank(page, k, false);
            if index < count(page) && key(page, index) == k {
                let at = HEAD + index * 16 + 8;
                page[at..at + 8].copy_from_slice(&v.to_le_bytes());
                return None;
            }
            insert(page, index, k, v);
        } else {
            let child = child_for(page, k);
            let (separator, right) = self.put_below(pager, child, k, v)?;
            let page = pager.write(number);
            let index = rank(page, separator, false);
            insert(page, index, separator, right as u64);
        }
        let full = (pager.size() - HEAD) / 16;
        (count(pager.read(number)) == full).then(|| self.split(pager, number))
    }

    fn split(&mut self, pager: &mut Pager, number: u32) -> (u64, u32) {
        let right_number = pager.alloc();
        let left = pager.read(number).to_vec();
        let middle = count(&left) / 2;
        let from = if is_leaf(&left) { middle } else { middle + 1 };
        let right = pager.write(right_number);
        set_u32(right, 0, is_leaf(&left) as u32);
        set_u32(right, 4, (count(&left) - from) as u32);
        let moved = &left[HEAD + from * 16..HEAD + count(&left) * 16];
        right[HEAD..HEAD + moved.len()].copy_from_slice(moved);
        // A leaf hands its next leaf on; an inner separator moves up, it is not copied.
        set_u32(right, 8, if is_leaf(&left) { link(&left) } else { value(&left, middle) as u32 });
        let page = pager.write(number);
        set_u32(page, 4, middle as u32);
        if is_leaf(page) {
            set_u32(page, 8, right_number);
        }
        (key(&left, middle), right_number)
    }

    pub fn get(&mut self, pager: &mut Pager, wanted: u64) -> Option<u64> {
        let page = pager.read(self.leaf_for(pager, wanted));
        let index = rank(page, wanted, false);
        (index < count(page) && key(page, index) == wanted).then(|| value(page, index))
    }

    pub fn scan(&mut self, pager: &mut Pager, from: u64, limit: usize) -> Vec<(u64, u64)> {
        let mut page = pager.read(self.leaf_for(pager, from));
        let mut index = rank(page, from, false);
        let mut found = Vec::new();
        while found.len() < limit {
            if index < count(page) {
                found.push((key(page, index), value(page, index)));
                index += 1;
            } else if link(page) != 0 {
                page = pager.read(link(page));
                index = 0;
            } else {
                break;
            }
        }
        found
    }
}
