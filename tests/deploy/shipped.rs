//! Simultan as a shipped file starts it: with these arguments and this environment, and nothing else of a container.

use std::{collections::BTreeMap, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::{
    common::{eventually, server::BINARY, within},
    tools::output,
};

/// What a shipped file starts.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: BTreeMap<String, String>,
}

impl Started {
    fn command(&self) -> &str {
        self.arguments.first().map_or("serve", String::as_str)
    }

    /// Checks that the program knows every word of it, and starts with them.
    pub(crate) async fn check(&self) {
        let words = match self.command() {
            "log" => vec!["log", "init"],
            one => vec![one],
        };
        let help = output(Command::new(BINARY).args(&words).arg("--help")).await;
        for name in self.environment.keys().filter(|name| name.starts_with("SIMULTAN_")) {
            let known = ['=', ']'].iter().any(|end| help.contains(&format!("[env: {name}{end}")));
            assert!(known, "{name} is nothing to `simultan {}`", words.join(" "));
        }
        let huge = self.environment.get("MIMALLOC_ALLOW_THP").map(String::as_str);
        assert_eq!(huge, (self.command() == "gallery").then_some("0"), "{self:?}");
        self.starts().await;
    }

    /// Starts it here, without the others: they are what it waits for, or does not.
    async fn starts(&self) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = self.run(&folder).spawn().expect("the binary runs");
        if self.command() == "log" {
            let output = within("its end", process.wait_with_output()).await.expect("an end");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code() == Some(1) && said.contains("NATS can't be reached"), "{said}");
            return;
        }
        let ready = if self.command() == "gallery" { "Halls" } else { "Organiser" };
        let mut lines = BufReader::new(process.stdout.take().expect("its stdout")).lines();
        let told = async {
            while let Some(line) = lines.next_line().await.expect("text") {
                if line.contains(ready) {
                    return true;
                }
            }
            false
        };
        assert!(within("its address", told).await, "it did not start: {self:?}");
        if self.environment.contains_key("MIMALLOC_ALLOW_THP") && cfg!(target_os = "linux") {
            let status = format!("/proc/{}/status", process.id().expect("a running process"));
            // Kernels before 5.0 do not say it.
            let status = eventually("its status", async || std::fs::read_to_string(&status).ok()).await;
            assert!(!status.contains("THP_enabled:\t1"), "{status}");
        }
        within("its end", process.kill()).await.expect("a process to kill");
    }

    fn run(&self, folder: &TempDir) -> Command {
        let mut command = Command::new(BINARY);
        command.arg(self.command()).args(self.arguments.iter().skip(1)).current_dir(folder.path()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The image's, where the file says nothing else.
        command.env("SIMULTAN_DATABASE", folder.path().join("here"));
        for (name, value) in &self.environment {
            let folders = name == "SIMULTAN_DATABASE";
            assert!(!folders || value.starts_with('/'), "{value}");
            if !folders {
                command.env(name, value);
            }
        }
        // What is meant for a network of the file's own is nobody's here.
        command.env("SIMULTAN_BIND", "127.0.0.1:0");
        command
    }
}
