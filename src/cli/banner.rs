//! What a person who has just started the server needs to know.

use std::io::Write;

use super::server::Ready;
use crate::base::address::local;

/// Prints where to go.
pub(crate) fn print(ready: &Ready) {
    let port = ready.address.port();
    let here = format!("http://{}/", std::net::SocketAddr::new(local(ready.address), port));
    let program = &ready.program;
    let again = if ready.taken_up { " (taken up where it stood, with its own settings)" } else { "" };
    let mut lines = vec![
        format!("{}: {} boards, the master is {}{again}", program.name, program.boards, program.master),
        String::new(),
        format!("  Dashboard    {here}"),
    ];
    let others = others(ready);
    for (index, address) in others.iter().enumerate() {
        let label = if index == 0 { "Network" } else { "" };
        lines.push(format!("  {label:12} {address}"));
    }
    if others.is_empty() {
        lines.push(format!("  Network      only this machine; --bind 0.0.0.0:{port} lets others in"));
    }
    if let Some(token) = &ready.master {
        lines.push(format!("  Master       {here}e/current/master#master={}", token.reveal()));
    }
    lines.push(format!("  Organiser    {here}#organiser={}", ready.organiser.reveal()));
    let mut out = std::io::stdout().lock();
    // Nobody may be listening, which is no reason to stop.
    let _ = writeln!(out, "{}\n", lines.join("\n"));
    let _ = out.flush();
}

/// Where other machines find the server.
fn others(ready: &Ready) -> Vec<String> {
    if !ready.address.ip().is_unspecified() {
        let ip = ready.address.ip();
        return if ip.is_loopback() { Vec::new() } else { vec![format!("http://{}/", ready.address)] };
    }
    let mut addresses: Vec<_> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|interface| !interface.is_loopback() && interface.ip().is_ipv4())
        .map(|interface| format!("http://{}:{}/", interface.ip(), ready.address.port()))
        .collect();
    addresses.sort();
    addresses
}
