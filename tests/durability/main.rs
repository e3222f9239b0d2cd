//! Nothing that was told is lost: the real binary is killed, its power is cut, its disk fails; then everybody's books are
//! compared with the record.
//!
//! `SIMULTAN_KILLS`, `SIMULTAN_SYSCALL_KILLS`, `SIMULTAN_STATES`, `SIMULTAN_STARTS` and `SIMULTAN_FLIPS` say how often;
//! `SIMULTAN_SEED` repeats a run's choices.

mod books;
mod chance;
mod cut;
mod damage;

#[path = "../common/mod.rs"]
mod common;
mod disk;
mod heard;
mod kill;
mod ledger;
mod opponents;
#[path = "../common/planted/mod.rs"]
mod planted;
mod power;
mod replay;
mod storage;

mod syscalls;
mod tracer;
mod watcher;
