//! The harness's half of a conducted run, for Rust; oracles/conductor.py is the other half.
//!
//! A harness gives `run` a function that does one operation by calling the answer inside `answer`.
//! The conductor, in the judge's container, hands the operations out one by one and takes the
//! times; here nothing is read ahead and nothing is kept. As in C (conducted.h) the channel leaves
//! descriptors 0 and 1, and the answer runs on a stack of its own; the kernel's guard of the channel
//! and a token out of sight are C's and C++'s alone.
#![allow(dead_code)]

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Mutex;

const STOP: u32 = 0;
const BEGIN: u32 = 1;
const END: u32 = 2;
const WORKERS: u32 = 3;
const QUESTION: u32 = 4;
const ALONE: u32 = 1 << 31;
const HEAD_BYTES: usize = 48;
const PAYLOAD_BYTES_MAX: usize = 1 << 16;

/// One operation as it was asked for.
pub struct Call {
    pub kind: char,
    pub a: u64,
    pub b: u64,
    pub c: u64,
    pub given: Vec<u8>,
}

/// What came of it; `told` are at most 65,536 bytes.
#[derive(Default)]
pub struct Reply {
    pub result: u64,
    pub value: u64,
    pub count: u64,
    pub told: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Head {
    kind: u32,
    length: u32,
    numbers: [u64; 3],
    number: u64,
    token: u64,
}

impl Head {
    fn read(bytes: &[u8]) -> Head {
        let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        Head {
            kind: word(0) as u32,
            length: (word(0) >> 32) as u32,
            numbers: [word(8), word(16), word(24)],
            number: word(32),
            token: word(40),
        }
    }

    fn write(&self, into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(&self.kind.to_le_bytes());
        into.extend_from_slice(&self.length.to_le_bytes());
        for word in self.numbers.iter().chain([&self.number, &self.token]) {
            into.extend_from_slice(&word.to_le_bytes());
        }
    }
}

/// Do what the conductor asks for, until it says that this is all.
pub fn run(perform: impl Fn(&Call) -> Reply + Sync) {
    channel::take();
    let more = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        work(&perform, &|count| {
            while more.fetch_add(1, Relaxed) + 1 < count {
                scope.spawn(|| work(&perform, &|_| ()));
            }
        });
    });
}

thread_local! {
    static NOW: std::cell::Cell<(u64, u64)> = const { std::cell::Cell::new((0, 0)) };
}

/// While an answer runs: ask the conductor for what is not here.
pub fn ask(question: u64) -> Vec<u8> {
    let (number, token) = NOW.get();
    let head = Head { kind: QUESTION, length: 0, numbers: [question, 0, 0], number, token };
    let mut message = Vec::with_capacity(HEAD_BYTES + PAYLOAD_BYTES_MAX);
    head.write(&mut message);
    channel::send(&message);
    channel::receive(&mut message);
    message.split_off(HEAD_BYTES)
}

/// Any worker takes whichever operation comes next: the conductor sees to it that what belongs to
/// one script follows one another.
fn work(perform: &(impl Fn(&Call) -> Reply + Sync), start_workers: &dyn Fn(usize)) {
    let mut message = Vec::with_capacity(HEAD_BYTES + PAYLOAD_BYTES_MAX);
    loop {
        channel::receive(&mut message);
        let mut head = Head::read(&message);
        let kind = head.kind & !ALONE;
        if kind == STOP {
            return;
        }
        let call = Call {
            kind: char::from(kind as u8),
            a: head.numbers[0],
            b: head.numbers[1],
            c: head.numbers[2],
            given: message[HEAD_BYTES..].to_vec(),
        };
        NOW.set((head.number, head.token));
        head = Head { kind: BEGIN, length: 0, numbers: [0; 3], ..head };
        head.write(&mut message);
        channel::send(&message);
        let mut reply = Reply::default();
        if kind == WORKERS {
            start_workers(call.a as usize);
        } else {
            reply = perform(&call);
        }
        head.kind = END;
        head.length = reply.told.len() as u32;
        head.numbers = [reply.result, reply.value, reply.count];
        head.write(&mut message);
        message.extend_from_slice(&reply.told);
        channel::send(&message);
    }
}

/// The order of what was mixed in counts.
pub fn mix(digest: u64, value: u64) -> u64 {
    let mixed = (digest ^ value).wrapping_mul(0x9e3779b97f4a7c15);
    mixed ^ (mixed >> 29)
}

/// splitmix64's.
pub fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
    z ^ (z >> 31)
}

/// Numbers from two secrets. Each is the sum of two, so that no number tells the next, nor a secret.
pub struct Stream {
    pub state: u64,
    pub key: u64,
}

impl Stream {
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e3779b97f4a7c15);
        let other = scramble(self.state ^ self.key);
        scramble(self.state).wrapping_add(other.rotate_left(23))
    }
}

/// Call `body` on a stack of the answer's own, with nothing of the harness's in a register. What it
/// needs it must own, or refer to what the answer may know.
pub fn answer<T>(body: impl FnOnce() -> T) -> T {
    own_stack::call(body)
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod own_stack {
    use std::cell::Cell;
    use std::ffi::c_void;
    use std::mem::{align_of, size_of, MaybeUninit};

    const PAGE: usize = 4096;
    const STACK_BYTES: usize = 64 << 20;
    const ARCH_SET_GS: i64 = 0x1001;
    const SYS_ARCH_PRCTL: i64 = 158;

    // switch(function, argument): call function(argument) with argument as the top of the stack; the
    // way back is in the thread's own page, which GS points to.
    std::arch::global_asm!(
        ".p2align 4",
        "conducted_switch:",
        "push rbp", "push rbx", "push r12", "push r13", "push r14", "push r15",
        "mov gs:[0], rsp",
        "mov rax, rdi",
        "mov rdi, rsi",
        "mov rsp, rsi",
        "xor ebp, ebp", "xor ebx, ebx", "xor r12d, r12d", "xor r13d, r13d", "xor r14d, r14d",
        "xor r15d, r15d", "xor esi, esi", "xor edx, edx", "xor ecx, ecx", "xor r8d, r8d",
        "xor r9d, r9d", "xor r10d, r10d", "xor r11d, r11d",
        "call rax",
        "mov rsp, gs:[0]",
        "pop r15", "pop r14", "pop r13", "pop r12", "pop rbx", "pop rbp",
        "ret",
    );

    extern "C" {
        fn conducted_switch(function: extern "C" fn(*mut c_void), argument: *mut c_void);
        fn mmap(at: *mut c_void, length: usize, prot: i32, flags: i32, fd: i32, offset: i64)
            -> *mut c_void;
        fn mprotect(at: *mut c_void, length: usize, prot: i32) -> i32;
        fn syscall(number: i64, a: i64, b: *mut c_void) -> i64;
    }

    thread_local! {
        static STACK: Cell<*mut u8> = const { Cell::new(std::ptr::null_mut()) };
    }

    /// A page for the way back and a stack, each between pages that nobody may touch; its top.
    fn make() -> *mut u8 {
        let length = STACK_BYTES + 5 * PAGE;
        unsafe {
            let at = mmap(std::ptr::null_mut(), length, 0, 0x4022, -1, 0) as *mut u8;
            let usable = mprotect(at.add(PAGE).cast(), PAGE, 3) == 0
                && mprotect(at.add(3 * PAGE).cast(), STACK_BYTES, 3) == 0;
            assert!(usable, "no memory for a stack");
            syscall(SYS_ARCH_PRCTL, ARCH_SET_GS, at.add(PAGE).cast());
            at.add(3 * PAGE + STACK_BYTES)
        }
    }

    struct Frame<F, T> {
        body: MaybeUninit<F>,
        result: MaybeUninit<T>,
    }

    extern "C" fn on_answer_stack<F: FnOnce() -> T, T>(frame: *mut c_void) {
        let frame = frame as *mut Frame<F, T>;
        unsafe {
            let body = (*frame).body.assume_init_read();
            (*frame).result.write(body());
        }
    }

    pub fn call<T, F: FnOnce() -> T>(body: F) -> T {
        if STACK.get().is_null() {
            STACK.set(make());
        }
        assert!(align_of::<Frame<F, T>>() <= 64);
        let size = (size_of::<Frame<F, T>>() + 63) & !63;
        unsafe {
            let frame = STACK.get().sub(size) as *mut Frame<F, T>;
            (*frame).body.write(body);
            conducted_switch(on_answer_stack::<F, T>, frame.cast());
            (*frame).result.assume_init_read()
        }
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod own_stack {
    pub fn call<T>(body: impl FnOnce() -> T) -> T {
        body()
    }
}

#[cfg(unix)]
mod channel {
    use super::{Mutex, HEAD_BYTES, PAYLOAD_BYTES_MAX};
    use std::ffi::c_void;

    const F_DUPFD_CLOEXEC: i32 = 1030;
    const CHANNEL_MIN: i32 = 90;
    const CHANNELS: u64 = 30;
    static CHANNEL: Mutex<i32> = Mutex::new(-1);

    extern "C" {
        fn fcntl(fd: i32, command: i32, argument: i32) -> i32;
        fn dup2(from: i32, to: i32) -> i32;
        fn open(path: *const u8, flags: i32) -> i32;
        fn read(fd: i32, into: *mut c_void, length: usize) -> isize;
        fn write(fd: i32, from: *const c_void, length: usize) -> isize;
        fn getrandom(into: *mut c_void, length: usize, flags: u32) -> isize;
        fn _exit(code: i32) -> !;
    }

    /// Descriptors 0 and 1 become nothing and standard error.
    pub fn take() {
        let mut drawn = 0u64;
        unsafe {
            getrandom((&raw mut drawn).cast(), 8, 0);
            let fd = fcntl(0, F_DUPFD_CLOEXEC, CHANNEL_MIN + (drawn % CHANNELS) as i32);
            let nothing = open(c"/dev/null".as_ptr().cast(), 0);
            if fd < 0 || dup2(nothing, 0) != 0 || dup2(2, 1) != 1 {
                _exit(3);
            }
            *CHANNEL.lock().unwrap() = fd;
        }
    }

    pub fn receive(message: &mut Vec<u8>) {
        let fd = *CHANNEL.lock().unwrap();
        message.resize(HEAD_BYTES + PAYLOAD_BYTES_MAX, 0);
        loop {
            let got = unsafe { read(fd, message.as_mut_ptr().cast(), message.len()) };
            if got >= HEAD_BYTES as isize {
                return message.truncate(got as usize);
            }
            if got >= 0 || std::io::Error::last_os_error().kind() != std::io::ErrorKind::Interrupted {
                unsafe { _exit(3) };
            }
        }
    }

    pub fn send(message: &[u8]) {
        let fd = *CHANNEL.lock().unwrap();
        loop {
            let sent = unsafe { write(fd, message.as_ptr().cast(), message.len()) };
            if sent == message.len() as isize {
                return;
            }
            if sent >= 0 || std::io::Error::last_os_error().kind() != std::io::ErrorKind::Interrupted {
                unsafe { _exit(3) };
            }
        }
    }
}

#[cfg(windows)]
mod channel {
    use super::{Mutex, HEAD_BYTES, PAYLOAD_BYTES_MAX};
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::windows::io::{AsHandle, AsRawHandle};

    static ENDS: Mutex<Option<(File, File)>> = Mutex::new(None);
    static READING: Mutex<Option<File>> = Mutex::new(None);

    extern "system" {
        fn SetStdHandle(which: u32, handle: *mut std::ffi::c_void) -> i32;
    }

    pub fn take() {
        let input = std::io::stdin().as_handle().try_clone_to_owned().unwrap();
        let output = std::io::stdout().as_handle().try_clone_to_owned().unwrap();
        *READING.lock().unwrap() = Some(File::from(input));
        *ENDS.lock().unwrap() = Some((File::from(output.try_clone().unwrap()), File::from(output)));
        unsafe { SetStdHandle(-11i32 as u32, std::io::stderr().as_raw_handle()) };
    }

    pub fn receive(message: &mut Vec<u8>) {
        message.resize(HEAD_BYTES + PAYLOAD_BYTES_MAX, 0);
        let mut input = READING.lock().unwrap();
        // At once: what is left of a message is lost, since the channel keeps them apart.
        match input.as_mut().unwrap().read(message) {
            Ok(got) if got >= HEAD_BYTES => message.truncate(got),
            _ => std::process::exit(3),
        }
    }

    pub fn send(message: &[u8]) {
        if ENDS.lock().unwrap().as_mut().unwrap().1.write_all(message).is_err() {
            std::process::exit(3);
        }
    }
}
