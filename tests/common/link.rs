//! A WebSocket to the server, before anybody has said who is there.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use socket2::SockRef;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{ClientRequestBuilder, Error, Message},
};

use super::{Heard, TestServer, within};

#[derive(Debug)]
pub(crate) struct Link {
    socket: WebSocketStream<TcpStream>,
}

impl Link {
    pub(crate) async fn connect(server: &TestServer, path: &str) -> Link {
        Link::open(server, path, TcpSocket::new_v4().expect("a socket"), &[]).await
    }

    /// A connection for which the kernel keeps next to nothing, so that the server notices when nobody reads.
    pub(crate) async fn narrow(server: &TestServer, path: &str) -> Link {
        let socket = TcpSocket::new_v4().expect("a socket");
        SockRef::from(&socket).set_recv_buffer_size(4096).expect("a small buffer");
        Link::open(server, path, socket, &[]).await
    }

    /// A WebSocket that was opened in some special way.
    pub(crate) fn over(socket: WebSocketStream<TcpStream>) -> Link {
        Link { socket }
    }

    /// Over a socket that may be bound already, with whatever headers.
    pub(crate) async fn open(server: &TestServer, path: &str, socket: TcpSocket, headers: &[(String, String)]) -> Link {
        match Link::handshake(server.address, path, socket, headers).await {
            Ok(link) => link,
            Err(error) => panic!("no WebSocket at {path}: {error}\n{}", server.log()),
        }
    }

    /// A connection by a name that `address` has for others: what is behind a proxy.
    pub(crate) async fn at(address: SocketAddr, host: &str, path: &str, socket: TcpSocket) -> Link {
        let headers = [("Origin".to_owned(), format!("https://{host}"))];
        let opened = Link::named(host, address, path, socket, &headers).await;
        opened.unwrap_or_else(|error| panic!("no WebSocket at {host}{path}: {error}"))
    }

    /// A connection to a server that may be gone.
    pub(crate) async fn try_connect(address: SocketAddr, path: &str) -> Option<Link> {
        Link::handshake(address, path, TcpSocket::new_v4().expect("a socket"), &[]).await.ok()
    }

    async fn handshake(
        address: SocketAddr,
        path: &str,
        socket: TcpSocket,
        headers: &[(String, String)],
    ) -> Result<Link, Error> {
        Link::named(&address.to_string(), address, path, socket, headers).await
    }

    async fn named(
        host: &str,
        address: SocketAddr,
        path: &str,
        socket: TcpSocket,
        headers: &[(String, String)],
    ) -> Result<Link, Error> {
        let url = format!("ws://{host}{path}");
        let mut request = ClientRequestBuilder::new(url.parse().expect("an address")).with_sub_protocol("simultan.v1");
        for (name, value) in headers {
            request = request.with_header(name, value);
        }
        let opened = async { client_async(request, socket.connect(address).await?).await };
        let (socket, answer) = within("a handshake", opened).await?;
        assert_eq!(answer.headers()["sec-websocket-protocol"], "simultan.v1");
        Ok(Link { socket })
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_frame(Message::text(message.to_string())).await;
    }

    /// Sends; a connection that is gone is noticed by who reads.
    pub(crate) async fn send_frame(&mut self, frame: Message) {
        let _ = within("room for a frame", self.socket.send(frame)).await;
    }

    /// Sends bytes that need not be WebSocket.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        // A connection that is gone is noticed by who reads.
        let _ = within("room for some bytes", self.socket.get_mut().write_all(bytes)).await;
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        let heard = async {
            loop {
                if let Some(heard) = Heard::sort(self.socket.next().await) {
                    return heard;
                }
            }
        };
        within("a frame", heard).await
    }

    /// Answers pings and hears nothing, until the connection ends.
    pub(crate) async fn idle(mut self) {
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// The next message; the connection must not end before it.
    pub(crate) async fn message(&mut self) -> Value {
        match self.hear().await {
            Heard::Text(text) => serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text:?}")),
            end => panic!("the connection ended instead of a message: {end:?}"),
        }
    }

    /// How the connection ends; whatever comes before is passed over.
    pub(crate) async fn end(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Text(_) => {}
                end => return end,
            }
        }
    }

    pub(crate) async fn close(mut self) {
        // The server may have gone first.
        let _ = self.socket.close(None).await;
    }
}
