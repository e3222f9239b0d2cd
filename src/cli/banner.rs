//! What a person who has just started the server needs to know.

use std::io::Write;

use super::server::Ready;
use crate::base::address::{from_elsewhere, local};

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
    if let Some(public) = &ready.public {
        lines.push(format!("  Public       {public}/"));
    }
    let others = from_elsewhere(ready.address);
    for (index, address) in others.iter().enumerate() {
        let label = if index == 0 { "Network" } else { "" };
        lines.push(format!("  {label:12} {address}/"));
    }
    if others.is_empty() && ready.public.is_none() {
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
