//! The pager that you are given: pages of `size()` bytes, numbered from 0; page 0 always exists.

pub struct Pager {
    size: usize,
    pages: Vec<Vec<u8>>,
    touches: std::cell::Cell<u64>,
}

impl Pager {
    pub fn new(size: usize) -> Self {
        Pager { size, pages: vec![vec![0; size]], touches: std::cell::Cell::new(0) }
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
}
