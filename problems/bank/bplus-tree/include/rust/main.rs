//! Drives a B+tree as the conductor asks; harness_body.h says what each operation means.
#![allow(dead_code)]
mod conducted;
mod pager;
mod solution;

fn main() {
    pager::driver::run();
}
