//! Addresses for the servers of others, which have to be told theirs before they start.

use std::{
    array,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below those that a system hands out by itself (from 32,768 on with Linux): a connection of another test, made between
/// this look and the server's start, must not take one.
const FIRST: u32 = 20_000;
const MANY: u32 = 12_000;

/// Addresses of this machine at which nobody listens, all different.
pub(crate) fn free_ports<const N: usize>() -> [SocketAddr; N] {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let held: [TcpListener; N] = array::from_fn(|_| {
        (0..MANY)
            .find_map(|_| {
                let tried = TRIED.fetch_add(1, Ordering::Relaxed);
                let port = FIRST + (process::id().wrapping_mul(37).wrapping_add(tried)) % MANY;
                TcpListener::bind((Ipv4Addr::UNSPECIFIED, u16::try_from(port).ok()?)).ok()
            })
            .expect("a free port")
    });
    held.map(|listener| (Ipv4Addr::LOCALHOST, listener.local_addr().expect("an address").port()).into())
}
