use std::io;

fn main() {
    let (mut low, mut high) = (1, 1001);
    loop {
        let middle = (low + high) / 2;
        println!("{middle}");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).unwrap();
        match answer.trim_end() {
            "lower" => high = middle,
            "higher" => low = middle + 1,
            _ => break,
        }
    }
}
