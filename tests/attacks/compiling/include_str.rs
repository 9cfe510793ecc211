// attack: include a secret file as text
// expect: compile-error
// defends: nothing worth reading lies where it is compiled
fn main() {
    print!("{}", include_str!("/etc/shadow"));
}
