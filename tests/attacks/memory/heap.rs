// attack: fill the heap
// expect: memory-limit
// defends: memory counts all processes, tmpfs and kernel pages included
fn main() {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![1u8; 1 << 20]);
    }
}
