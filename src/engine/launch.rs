//! What an engine lives as: a child process, or in a simulation a conversation in memory.

use std::{
    io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite},
    process::{Child, ChildStderr, Command},
    task::JoinHandle,
    time::timeout,
};

use super::{
    error::EngineError,
    line::fit,
    settings::{EngineSettings, Launch},
};

/// How long the system may take to carry out a kill before it is no longer waited for.
const KILL_LIMIT: Duration = Duration::from_secs(1);

pub(super) type Input = Box<dyn AsyncWrite + Send + Sync + Unpin>;
pub(super) type Output = Box<dyn AsyncRead + Send + Sync + Unpin>;

/// Starts an engine; gives both ends of the conversation, and what can be killed.
pub(super) fn launch(settings: &EngineSettings) -> Result<(Input, Output, Option<Process>), EngineError> {
    if let Launch::InMemory(engine) = &settings.launch {
        let (output, input) = tokio::io::split(engine());
        return Ok((Box::new(input), Box::new(output), None));
    }
    let mut child = Command::new(&settings.program)
        .args(&settings.args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // An engine is somebody else's program: what it does not know it can't tell.
        .env_remove("SIMULTAN_ORGANISER_TOKEN")
        // Ctrl-C in a terminal is for the server, which ends its engines itself.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| EngineError::spawn(&settings.program, error))?;
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        let error = io::Error::other("its pipes are missing");
        return Err(EngineError::spawn(&settings.program, error));
    };
    let stderr = tokio::spawn(drain(stderr, settings.program.display().to_string()));
    Ok((Box::new(stdin), Box::new(stdout), Some(Process { group: child.id(), child, stderr })))
}

/// A running child process. Dropping it kills it and its group.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// The process group's number, which is the child's own.
    group: Option<u32>,
    stderr: JoinHandle<()>,
}

impl Process {
    /// Kills the process and its group; says how the process ended, if the system tells in time.
    pub(super) async fn end(mut self) -> Option<ExitStatus> {
        // The group goes first: until its leader has been waited for, nobody else can have its number.
        // A process that had ended by itself keeps its own exit status.
        self.kill_group();
        let _ = self.child.start_kill();
        timeout(KILL_LIMIT, self.child.wait()).await.ok()?.ok()
    }

    fn kill_group(&self) {
        let group = self.group.and_then(|group| i32::try_from(group).ok()).and_then(Pid::from_raw);
        if let Some(group) = group {
            // A group that is gone needs none.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stderr.abort();
        // `kill_on_drop` ends the child; this is for what the child started. Until the child has been waited for, nobody
        // else can have its number.
        if self.child.id().is_some() {
            self.kill_group();
        }
    }
}

/// Reads what the engine prints on the side, so that a full pipe never stops it.
async fn drain(mut stderr: ChildStderr, engine: String) {
    let mut chunk = [0; 1024];
    while let Ok(length @ 1..) = stderr.read(&mut chunk).await {
        let text = String::from_utf8_lossy(&chunk[..length]);
        for text in text.lines().map(fit) {
            tracing::debug!(engine, text, "the engine wrote to its error output");
        }
    }
}
