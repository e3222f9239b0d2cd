//! A way to the server on which connections can be cut.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};

use crate::common::TestServer;

/// Passes everything on, and knows of each connection what was asked on it last.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) url: String,
    passing: Arc<Mutex<Vec<Arc<Passing>>>>,
    _accepting: JoinSet<()>,
}

/// One connection.
#[derive(Debug, Default)]
struct Passing {
    asked: Mutex<String>,
    cut: Notify,
}

impl Proxy {
    pub(crate) async fn to(server: &TestServer) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let passing = Arc::default();
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, server.address, Arc::clone(&passing)));
        Proxy { url, passing, _accepting: accepting }
    }

    /// Cuts every connection on which something with these words was asked last; says how many there were.
    pub(crate) fn cut(&self, words: &str) -> usize {
        let mut passing = locked(&self.passing);
        let (cut, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut *passing).into_iter().partition(|one| locked(&one.asked).contains(words));
        *passing = rest;
        for one in &cut {
            one.cut.notify_one();
        }
        cut.len()
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("nobody panics with it")
}

async fn accept(listener: TcpListener, server: SocketAddr, all: Arc<Mutex<Vec<Arc<Passing>>>>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let passing = Arc::new(Passing::default());
        locked(&all).push(Arc::clone(&passing));
        connections.spawn(pass(client, server, passing));
    }
}

/// Carries bytes both ways until an end is reached or the connection is cut: then both sides see it break.
async fn pass(client: TcpStream, server: SocketAddr, passing: Arc<Passing>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let mut bytes = [0; 8192];
        while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
            let text = String::from_utf8_lossy(&bytes[..count]);
            if let Some(request) = text.lines().find(|line| line.ends_with(" HTTP/1.1")) {
                request.clone_into(&mut locked(&passing.asked));
            }
            if to_server.write_all(&bytes[..count]).await.is_err() {
                break;
            }
        }
    };
    let down = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        biased;
        () = passing.cut.notified() => {}
        () = up => {}
        _ = down => {}
    }
}
