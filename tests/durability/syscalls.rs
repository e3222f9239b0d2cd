//! Reads what strace has written down: what was done to files and what was said to others, in the order in which it took
//! effect.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::Path,
};

/// One system call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Open {
        path: String,
        descriptor: u32,
    },
    Close {
        descriptor: u32,
    },
    Write {
        descriptor: u32,
        offset: usize,
        data: Vec<u8>,
    },
    Truncate {
        descriptor: u32,
        length: usize,
    },
    Sync {
        descriptor: u32,
    },
    Unlink {
        path: String,
    },
    /// Something that others hear.
    Send {
        descriptor: u32,
        data: Vec<u8>,
    },
}

/// Reads a whole trace. A call takes effect when it returns; but what is sent may be heard as soon as the call begins, and a
/// descriptor is free. The second value is what was under way when the process was killed: done or not.
pub(crate) fn read(trace: &Path) -> (Vec<Step>, Vec<Step>) {
    let mut lines = BufReader::new(std::fs::File::open(trace).expect("a trace"));
    let mut steps = Vec::new();
    let mut begun: HashMap<u32, Vec<u8>> = HashMap::new();
    let mut undecided = Vec::new();
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).expect("a line") > 0 {
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let space = text.iter().position(|&byte| byte == b' ').expect("a process and a call");
        let thread: u32 = std::str::from_utf8(&text[..space]).expect("text").parse().expect("a process");
        let call = text[space..].trim_ascii_start();
        if let Some(cut_short) = call.strip_suffix(b"= ?") {
            // The process was killed in it.
            let start = begun.remove(&thread).unwrap_or_else(|| cut_short.trim_ascii_end().to_vec());
            undecided.push(start.strip_suffix(b" <unfinished ...>)").unwrap_or(&start).to_vec());
            line.clear();
            continue;
        }
        if let Some(start) = call.strip_suffix(b" <unfinished ...>") {
            if is_done_as_it_begins(start) {
                steps.extend(step(start, Some(0)));
            }
            begun.insert(thread, start.to_vec());
        } else if call.starts_with(b"<... ") {
            let start = begun.remove(&thread).expect("a call that has begun");
            if !is_done_as_it_begins(&start) {
                let result = result(call);
                steps.extend(step(&start, result));
            }
        } else if !call.starts_with(b"+++") && !call.starts_with(b"---") {
            let result = result(call);
            steps.extend(step(call, result));
        }
        line.clear();
    }
    undecided.extend(begun.into_values());
    let undecided = undecided.into_iter().filter(|start| !is_send(start));
    let undecided = undecided.filter_map(|start| match step(&start, Some(0)) {
        Some(Step::Close { .. } | Step::Sync { .. } | Step::Send { .. }) | None => None,
        change => change,
    });
    (steps, undecided.collect())
}

fn is_send(call: &[u8]) -> bool {
    call.starts_with(b"send") || call.starts_with(b"writev(") || call.starts_with(b"write(")
}

/// A descriptor that is closed may be another thread's before the call returns.
fn is_done_as_it_begins(call: &[u8]) -> bool {
    is_send(call) || call.starts_with(b"close(")
}

/// What a call has returned, if it succeeded.
fn result(call: &[u8]) -> Option<i64> {
    let at = call.windows(3).rposition(|window| window == b" = ")?;
    let number: Vec<u8> = call[at + 3..].iter().copied().take_while(|&byte| byte != b' ').collect();
    std::str::from_utf8(&number).ok()?.parse().ok().filter(|&number| number >= 0)
}

/// The step that a call is, where it succeeded and concerns us.
fn step(call: &[u8], result: Option<i64>) -> Option<Step> {
    let open = call.iter().position(|&byte| byte == b'(')?;
    let (name, arguments) = (&call[..open], &call[open + 1..]);
    let numbers = || {
        let after = arguments.iter().rposition(|&byte| byte == b'"').map_or(0, |quote| quote + 1);
        let rest = String::from_utf8_lossy(&arguments[after..]);
        let rest = rest.split(" = ").next().unwrap_or_default().to_owned();
        rest.split([',', ')']).filter_map(|word| word.trim().parse().ok()).collect::<Vec<usize>>()
    };
    let descriptor = || {
        let digits: Vec<u8> = arguments.iter().copied().take_while(u8::is_ascii_digit).collect();
        std::str::from_utf8(&digits).expect("digits").parse::<u32>().expect("a descriptor")
    };
    // Everybody hears of a send that begins, whether or not it succeeds.
    if is_send(call) {
        return Some(Step::Send { descriptor: descriptor(), data: strings(arguments) });
    }
    let result = result?;
    match name {
        b"openat" => Some(Step::Open {
            path: String::from_utf8(strings(arguments)).expect("a plain path"),
            descriptor: u32::try_from(result).expect("a descriptor"),
        }),
        b"close" => Some(Step::Close { descriptor: descriptor() }),
        b"pwrite64" => {
            let (data, offset) = (strings(arguments), *numbers().get(1).expect("an offset"));
            // Where it was cut short, the rest comes with the next call.
            let written = if result == 0 { data.len() } else { usize::try_from(result).expect("a length") };
            Some(Step::Write { descriptor: descriptor(), offset, data: data[..written].to_vec() })
        }
        b"ftruncate" => Some(Step::Truncate { descriptor: descriptor(), length: *numbers().get(1)? }),
        b"fsync" | b"fdatasync" => Some(Step::Sync { descriptor: descriptor() }),
        b"unlink" => Some(Step::Unlink { path: String::from_utf8(strings(arguments)).expect("a plain path") }),
        // strace's word for a call that the kill came before.
        b"???" => None,
        other => panic!("a call that this test does not know: {}", String::from_utf8_lossy(other)),
    }
}

/// What stands between quotation marks, one after the other, as the bytes that it means.
fn strings(arguments: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = arguments.iter().copied().peekable();
    let mut inside = false;
    while let Some(byte) = rest.next() {
        match (inside, byte) {
            (_, b'"') => inside = !inside,
            (true, b'\\') => match rest.next().expect("what is escaped") {
                b'n' => bytes.push(b'\n'),
                b't' => bytes.push(b'\t'),
                b'r' => bytes.push(b'\r'),
                b'v' => bytes.push(0x0b),
                b'f' => bytes.push(0x0c),
                digit @ b'0'..=b'7' => {
                    let mut value = u32::from(digit - b'0');
                    for _ in 0..2 {
                        let Some(&digit @ b'0'..=b'7') = rest.peek() else { break };
                        value = value * 8 + u32::from(digit - b'0');
                        rest.next();
                    }
                    bytes.push(u8::try_from(value).expect("a byte"));
                }
                plain => bytes.push(plain),
            },
            (true, plain) => bytes.push(plain),
            (false, _) => {}
        }
    }
    bytes
}

#[test]
fn a_descriptor_is_free_as_soon_as_its_close_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace");
    let lines = "1 close(12 <unfinished ...>\n\
                 2 openat(AT_FDCWD, \"/games.db\", O_RDWR) = 12\n\
                 1 <... close resumed>) = 0\n\
                 2 fsync(12) = 0\n";
    std::fs::write(&trace, lines).expect("room");
    let open = Step::Open { path: "/games.db".into(), descriptor: 12 };
    let steps = vec![Step::Close { descriptor: 12 }, open, Step::Sync { descriptor: 12 }];
    assert_eq!(read(&trace), (steps, Vec::new()));
}
