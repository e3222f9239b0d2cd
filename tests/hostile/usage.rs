//! What the server takes of the machine.

use std::fs;

use crate::common::{TestServer, eventually};

/// Memory and file handles of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// In KiB.
    pub(crate) memory: u64,
    pub(crate) files: usize,
}

pub(crate) fn usage(server: &TestServer) -> Usage {
    let process = format!("/proc/{}", server.id());
    let status = fs::read_to_string(format!("{process}/status")).expect("a running process");
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let memory = memory.trim().trim_end_matches(" kB").parse().expect("a number");
    Usage { memory, files: fs::read_dir(format!("{process}/fd")).expect("its files").count() }
}

/// Waits until the server has no more file handles than `before`, but for a few of the test's own.
pub(crate) async fn files_go_back(server: &TestServer, before: Usage) {
    let back = async || (usage(server).files <= before.files + 4).then_some(());
    eventually("the closing of all that strangers left behind", back).await;
}

/// A count of the server's figures; none where it has not counted yet.
pub(crate) async fn figure(server: &TestServer, series: &str) -> u64 {
    let figures = server.get("/metrics").await.body;
    let line = figures.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0, |count| count.parse().expect("a number"))
}

/// A size that the environment may set for a longer run.
pub(crate) fn size(variable: &str, usual: u32) -> u32 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}
