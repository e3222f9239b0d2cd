//! What processes use, and what this one may; and the middle of several measurements.

use std::fs;

use rustix::process::{Resource, Rlimit};

/// What a process has used of the CPU, in milliseconds.
pub(crate) fn cpu_ms(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("a running process");
    // Behind the name, which may have anything in it.
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().map(|&field| fields[field].parse::<f64>().expect("ticks")).sum();
    // Linux tells a hundredth of a second to all programs.
    ticks * 10.0
}

/// As many connections as the system lets this process have.
pub(crate) fn all_files() {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    rustix::process::setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })
        .expect("no more than the most");
}

/// The median.
pub(crate) fn middle(all: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.into_iter().collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
