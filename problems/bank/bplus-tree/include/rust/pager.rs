//! The pager that you are given: pages of `size()` bytes, numbered from 0; page 0 always exists.
//!
//! What the harness alone may do with it is in driver.rs, a module within this one.

use crate::conducted::ask;
use std::cell::UnsafeCell;

#[path = "driver.rs"]
pub mod driver;

const JUNK: u8 = 0xdb;

struct PageCopy {
    number: u32,
    written: bool,
    bytes: Box<[u8]>,
}

pub struct Pager {
    size: usize,
    pages: Vec<Vec<u8>>,
    lent: bool,
    copies: UnsafeCell<Vec<PageCopy>>,
    told: usize,
    key: u64,
}

impl Pager {
    fn new(size: usize, count: usize, key: u64) -> Self {
        let pages = vec![vec![0; size]; count.max(1)];
        Pager { size, pages, lent: false, copies: UnsafeCell::new(vec![]), told: 0, key }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    /// Look at a page.
    pub fn read(&self, page: u32) -> &[u8] {
        if !self.lent {
            return &self.pages[page as usize];
        }
        let at = self.copy_of(page);
        // SAFETY: a copy's bytes stay where they are until the operation has ended.
        unsafe { &(&(*self.copies.get()))[at].bytes }
    }

    /// Look at and change a page.
    pub fn write(&mut self, page: u32) -> &mut [u8] {
        if !self.lent {
            return &mut self.pages[page as usize];
        }
        let at = self.copy_of(page);
        let copy = &mut self.copies.get_mut()[at];
        copy.written = true;
        &mut copy.bytes
    }

    /// The number of a new page, all zero.
    pub fn alloc(&mut self) -> u32 {
        let number = self.pages.len() as u32;
        self.pages.push(vec![0; self.size]);
        if self.lent {
            let bytes = vec![0; self.size].into();
            self.copies.get_mut().push(PageCopy { number, written: true, bytes });
        }
        number
    }

    /// Where the copy of a page is; it is asked for where there is none yet. Another process may
    /// have made it.
    fn copy_of(&self, page: u32) -> usize {
        // SAFETY: no reference into the list itself is held by anybody, only to boxes' contents.
        let copies = unsafe { &mut *self.copies.get() };
        if let Some(at) = copies.iter().rposition(|one| one.number == page) {
            return at;
        }
        let bytes = ask(page.into()).into();
        copies.push(PageCopy { number: page, written: false, bytes });
        copies.len() - 1
    }

    fn lend(&mut self, lent: bool) {
        self.forget_copies();
        self.lent = lent;
        self.pages.iter_mut().for_each(|page| page.fill(JUNK));
    }

    fn forget_copies(&mut self) {
        for mut one in self.copies.get_mut().drain(..) {
            one.bytes.fill(JUNK);
        }
        self.told = 0;
    }
}
