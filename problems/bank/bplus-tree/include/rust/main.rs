//! Drives a B+tree from lines on standard input.
#![allow(dead_code)]
mod pager;
mod solution;

use pager::Pager;
use solution::Tree;
use std::fmt::Write as _;
use std::io::Read;

fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e3779b97f4a7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
    z ^ (z >> 31)
}

fn bench(seed: u64, n: u64, pager: &mut Pager, tree: &mut Tree) {
    const K: u64 = 0x9e3779b97f4a7c15;
    let (mut state, mut digest) = (seed, 0u64);
    for _ in 0..n {
        let key = next_random(&mut state) % (4 * n);
        tree.put(pager, key, next_random(&mut state));
    }
    for _ in 0..n {
        let found = tree.get(pager, next_random(&mut state) % (4 * n));
        digest = (digest ^ found.is_some() as u64 ^ found.unwrap_or(0)).wrapping_mul(K);
    }
    for _ in 0..n / 50 {
        for (key, value) in tree.scan(pager, next_random(&mut state) % (4 * n), 100) {
            digest = (digest ^ key ^ value).wrapping_mul(K);
        }
    }
    println!("digest {digest:016x}");
}

fn restore(pager: &mut Pager, words: &mut std::str::SplitAsciiWhitespace, count: usize) {
    for page in 0..count {
        if page > 0 {
            pager.alloc();
        }
        let text = words.next().expect("a page image").as_bytes();
        let digit = |b: u8| (b as char).to_digit(16).unwrap() as u8;
        pager.images()[page] = text.chunks(2).map(|p| digit(p[0]) * 16 + digit(p[1])).collect();
    }
}

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let mut words = text.split_ascii_whitespace();
    let mut number = |words: &mut std::str::SplitAsciiWhitespace| -> u64 {
        words.next().expect("a number").parse().unwrap()
    };
    if words.next() == Some("bench") {
        let (seed, n) = (number(&mut words), number(&mut words));
        let mut pager = Pager::new(number(&mut words) as usize);
        let mut tree = Tree::open(&mut pager, true);
        return bench(seed, n, &mut pager, &mut tree);
    }
    let size = number(&mut words) as usize;
    let count = number(&mut words) as usize;
    let mut pager = Pager::new(size);
    restore(&mut pager, &mut words, count);
    let mut tree = Tree::open(&mut pager, count == 0);
    let mut out = String::new();
    let (mut gets, mut get_touches) = (0, 0);
    while let Some(word) = words.next() {
        let key = number(&mut words);
        match word {
            "put" => tree.put(&mut pager, key, number(&mut words)),
            "get" => {
                let before = pager.touches();
                match tree.get(&mut pager, key) {
                    Some(value) => writeln!(out, "{value}").unwrap(),
                    None => writeln!(out, "-").unwrap(),
                }
                gets += 1;
                get_touches += pager.touches() - before;
            }
            _ => {
                let limit = number(&mut words) as usize;
                let found = tree.scan(&mut pager, key, limit);
                assert!(found.len() <= limit, "scan returned more than its limit");
                write!(out, "{}", found.len()).unwrap();
                for (key, value) in found {
                    write!(out, " {key}:{value}").unwrap();
                }
                out.push('\n');
            }
        }
    }
    print!("{out}");
    println!("touches {gets} {get_touches}");
    println!("pages {}", pager.images().len());
    for page in pager.images() {
        println!("{}", page.iter().map(|b| format!("{b:02x}")).collect::<String>());
    }
}
