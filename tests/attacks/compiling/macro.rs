// attack: a macro that calls itself
// expect: compile-error
// defends: compiling is as contained as running
macro_rules! again {
    ($($t:tt)*) => { again!($($t)* $($t)* x) };
}

fn main() {
    again!(x);
}
