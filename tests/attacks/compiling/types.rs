// attack: types that grow for ever
// expect: compile-error
// defends: compiling is as contained as running
fn grow<T>(n: u32, t: T) {
    if n > 0 {
        grow(n - 1, (t, 0u8));
    }
}

fn main() {
    grow(9, ());
}
