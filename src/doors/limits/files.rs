//! How many files the process may have open, sockets among them.

/// Asks the system for `wanted` file handles, and says how many there are; `None` where it does not say.
///
/// Systems give a program few to begin with and let it take more by itself.
pub(super) fn handles(wanted: usize) -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let wanted = wanted as u64;
    let limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(u64::MAX);
    let most = limit.maximum.unwrap_or(u64::MAX);
    let more = wanted.min(most);
    let raised = more > now && {
        let limit = Rlimit { current: Some(more), maximum: limit.maximum };
        setrlimit(Resource::Nofile, limit).is_ok()
    };
    usize::try_from(if raised { more } else { now }).ok()
}
