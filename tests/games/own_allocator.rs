// attack: declare a global allocator where the problem forbids one
// expect: compile-error
// defends: a program with an allocator of its own is refused
// shape: crew
// twin: the reference
use std::alloc::{GlobalAlloc, Layout, System};

struct Mine;
unsafe impl GlobalAlloc for Mine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        System.dealloc(at, layout)
    }
}

#[global_allocator]
static MINE: Mine = Mine;

fn main() {
    println!("{}", vec![0].len() - 1);
}
