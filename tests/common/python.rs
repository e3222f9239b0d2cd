//! Readers that are not ours: python-chess for games, and what Python has for tables.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// What `code`, which reads `sys.stdin.buffer` and prints JSON, says about `text`.
pub(crate) fn read(code: &str, text: &str) -> Value {
    let mut python = Command::new(python());
    let mut reader =
        python.args(["-c", code]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python runs");
    reader.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it reads");
    let output = reader.wait_with_output().expect("it ends");
    assert!(output.status.success(), "Python could not read\n{text}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn python() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pychess/bin/python");
    let python = env::var_os("SIMULTAN_PYCHESS").map_or_else(usual, PathBuf::from);
    assert!(
        python.exists(),
        "{} is missing; get it with: python3 -m venv target/pychess && target/pychess/bin/pip install chess==1.11.2",
        python.display()
    );
    python
}
