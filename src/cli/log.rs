//! How log lines look, and what is never in them.

use std::io::IsTerminal;

use tracing::{Level, Metadata, error, level_filters::LevelFilter};
use tracing_subscriber::{EnvFilter, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

use super::config::LogFormat;

/// A panic is an event of the log like every other, with its trace: whoever reads it can tell us what to mend.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let reason = panic.payload_as_str().unwrap_or("no reason given");
        error!(place, reason, trace = %std::backtrace::Backtrace::force_capture(), "panic");
    }));
}

pub(super) fn start_log(format: LogFormat) {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Where the log can't be written, on a full disk for instance, saying so on the same stderr would be a panic.
    let log = log.log_internal_errors(false);
    match format {
        LogFormat::Text => {
            let log = log.with_ansi(std::io::stderr().is_terminal()).with_target(false).finish();
            log.with(filter_fn(is_discreet)).init();
        }
        LogFormat::Json => log.json().finish().with(filter_fn(is_discreet)).init(),
    }
}

/// At `trace` tungstenite tells every frame, and with it every seat's token: nobody is to read that in a log. What NATS's client
/// says of a connection is said by those who have it.
fn is_discreet(event: &Metadata<'_>) -> bool {
    match event.target().split("::").next() {
        Some("tungstenite") => *event.level() < Level::TRACE,
        Some("async_nats") => false,
        _ => true,
    }
}
