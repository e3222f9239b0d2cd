//! strace: kills the server at a system call, makes a call fail, or writes down what was called.

use std::{
    path::Path,
    process::{Command as Blocking, Stdio},
    sync::Once,
};

use tokio::process::{Child, Command};

use crate::common::{eventually, server};

/// The words that stand before a program's own, for what it runs under; none where it runs by itself.
pub(crate) type Under = Vec<String>;

/// Under strace with `arguments`. The program's process is our child, and strace beside it.
pub(crate) fn traced(arguments: &[&str]) -> Under {
    can_trace();
    ["strace", "-I2", "-D", "-f", "-qq"].iter().chain(arguments).map(|&word| word.to_owned()).collect()
}

/// Killed when a thread calls `call` for the `nth` time.
pub(crate) fn killed_at(call: &str, nth: usize) -> Under {
    let inject = format!("inject={call}:signal=SIGKILL:when={nth}");
    traced(&["-e", &format!("trace={call}"), "-e", &inject, "-o", "/dev/null"])
}

/// The same for calls on one file alone.
pub(crate) fn killed_at_file(file: &Path, call: &str, nth: usize) -> Under {
    let file = file.to_str().expect("a plain path");
    let inject = format!("inject={call}:signal=SIGKILL:when={nth}");
    traced(&["-P", file, "-e", &format!("trace={call}"), "-e", &inject, "-o", "/dev/null"])
}

/// Fails where strace is missing or may not trace.
pub(crate) fn can_trace() {
    static CHECKED: Once = Once::new();
    CHECKED.call_once(try_tracing);
}

fn try_tracing() {
    let probe = Blocking::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::piped()).output();
    match probe {
        Err(_) => panic!("strace is missing, which these tests need: apt-get install strace"),
        Ok(output) if !output.status.success() => {
            panic!("strace may not trace here (ptrace is forbidden?): {}", String::from_utf8_lossy(&output.stderr))
        }
        Ok(_) => {}
    }
}

/// Whose tracer it is, if there is one.
pub(crate) fn tracer_of(process: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"))?.trim().parse().ok()?;
    (tracer > 0).then_some(tracer)
}

/// Waits until strace has written everything down.
pub(crate) async fn ended(tracer: u32) {
    let gone = async || {
        let status = std::fs::read_to_string(format!("/proc/{tracer}/status")).unwrap_or_default();
        (status.is_empty() || status.contains("State:\tZ")).then_some(())
    };
    eventually("the end of strace", gone).await;
}

/// Calls fail from now on, until it is lifted.
#[derive(Debug)]
pub(crate) struct Fault(Child);

impl Fault {
    /// `what` as strace's `inject=` has it, without the calls.
    pub(crate) async fn on(process: u32, calls: &str, what: &str) -> Fault {
        can_trace();
        let mut strace = Command::new("strace");
        strace.args(["-I2", "-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
        strace.args(["-e", &format!("inject={calls}:{what}"), "-p", &process.to_string()]);
        let strace = strace.kill_on_drop(true).stderr(Stdio::null()).spawn().expect("strace runs");
        // Every thread must be caught, since we don't know which one writes.
        let caught = async || {
            let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("the server runs");
            let ids = tasks.filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok());
            ids.map(tracer_of).all(|tracer| tracer.is_some()).then_some(())
        };
        eventually("strace on every thread", caught).await;
        Fault(strace)
    }

    /// All is well again.
    pub(crate) async fn lift(mut self) {
        server::signal(self.0.id().expect("strace runs"), "TERM").await;
        self.0.wait().await.expect("its end");
    }
}
