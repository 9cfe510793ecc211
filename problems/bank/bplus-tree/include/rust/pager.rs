//! The pager that you are given: pages of `size()` bytes, numbered from 0; page 0 always exists.

use crate::conducted::random;

const JUNK: u8 = 0xdb;

pub struct Pager {
    size: usize,
    pages: Vec<Vec<u8>>,
    spare: Vec<Vec<u8>>,
    state: u64,
    touches: std::cell::Cell<u64>,
}

impl Pager {
    pub fn new(size: usize, state: u64) -> Self {
        Pager { size, pages: vec![], spare: vec![], state, touches: std::cell::Cell::new(0) }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    /// Look at a page; counted.
    pub fn read(&self, page: u32) -> &[u8] {
        self.touches.set(self.touches.get() + 1);
        &self.pages[page as usize]
    }

    /// Look at and change a page; counted.
    pub fn write(&mut self, page: u32) -> &mut [u8] {
        self.touches.set(self.touches.get() + 1);
        &mut self.pages[page as usize]
    }

    /// The number of a new page, all zero.
    pub fn alloc(&mut self) -> u32 {
        self.pages.push(vec![0; self.size]);
        (self.pages.len() - 1) as u32
    }

    pub fn touches(&self) -> u64 {
        self.touches.get()
    }

    pub fn images(&mut self) -> &mut Vec<Vec<u8>> {
        &mut self.pages
    }

    /// Put every page elsewhere, and something else where it was.
    pub fn move_pages(&mut self) {
        while self.spare.len() < self.pages.len() {
            self.spare.push(vec![0; self.size]);
        }
        for page in &mut self.pages {
            let chosen = (random(&mut self.state) % self.spare.len() as u64) as usize;
            let to = &mut self.spare[chosen];
            to.copy_from_slice(page);
            page.fill(JUNK);
            std::mem::swap(page, to);
        }
    }
}
