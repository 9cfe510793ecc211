fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let numbers: Vec<u64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let (steps, start, threads) = (numbers[0], numbers[1], numbers[2]);
    let crew: Vec<_> = (0..threads)
        .map(|t| {
            std::thread::spawn(move || {
                let mut x = start + t;
                for i in 0..steps / threads {
                    x = (x ^ (x >> 29)).wrapping_mul(0x9e3779b97f4a7c15).wrapping_add(i);
                }
                x
            })
        })
        .collect();
    println!("{}", crew.into_iter().fold(0, |mixed, one| mixed ^ one.join().unwrap()));
}
