// attack: sleep for ever
// expect: time-limit
// defends: who waits for ever is stopped
fn main() {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}
