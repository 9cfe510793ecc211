// attack: a constant that takes for ever
// expect: compile-error
// defends: compiling is as contained as running
const N: u64 = {
    let mut n = 1u64;
    while n != 0 {
        n = n.wrapping_mul(3) | 1;
    }
    n
};

fn main() {
    print!("{}", N);
}
