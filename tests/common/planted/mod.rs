//! Bugs planted on purpose: a test that has never failed proves nothing, so the tests of what must never happen run once
//! with each of these and have to find it. They stand in the tests alone; the server is the one that is shipped.

pub(crate) mod hasty;
pub(crate) mod panics;
pub(crate) mod server;
