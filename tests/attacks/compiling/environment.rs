// attack: read a secret from the compiler's environment
// expect: compile-error
// defends: nothing worth reading lies where it is compiled
fn main() {
    print!("{}", env!("JUDGE_RUNNER_TOKEN"));
}
