// attack: include the tests' data
// expect: compile-error
// defends: nothing worth reading lies where it is compiled
fn main() {
    print!("{:?}", include_bytes!("/prog/in"));
}
