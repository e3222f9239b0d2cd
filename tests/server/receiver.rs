//! A receiver of webhooks, as an organiser would run one.

use std::{convert::Infallible, net::SocketAddr, path::Path, sync::Arc};

use axum::http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use standardwebhooks::{Webhook, WebhookError};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::mpsc,
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use crate::common::within;

pub(crate) type Answer = Response<Full<Bytes>>;

/// One request, as it came.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) address: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// What it is and, with a game's end, on which board.
    pub(crate) fn what(&self) -> (String, Option<u64>) {
        let json = self.json();
        (json["type"].as_str().expect("a type").to_owned(), json["data"]["board"].as_u64())
    }

    /// What the specification's own library says of it.
    pub(crate) fn verify(&self, secret: &Webhook) -> Result<(), WebhookError> {
        secret.verify(self.body.as_bytes(), &self.headers)
    }
}

/// Listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    heard: mpsc::UnboundedReceiver<Message>,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer with nothing in it.
pub(crate) fn status(code: u16) -> Answer {
    Response::builder().status(code).body(Full::default()).expect("an answer")
}

impl Receiver {
    /// One that takes everything.
    pub(crate) async fn willing() -> Receiver {
        Receiver::answering(|_| status(204)).await
    }

    /// One that answers its requests, the first of which is number 0, as it likes.
    pub(crate) async fn answering(answer: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Receiver {
        Receiver::on("127.0.0.1:0".parse().expect("an address"), None, answer).await
    }

    /// One that takes everything at an address that was another's before.
    pub(crate) async fn at(address: SocketAddr) -> Receiver {
        Receiver::on(address, None, |_| status(200)).await
    }

    /// One that takes everything, over TLS, at every address of this machine; its certificate is for `localhost`.
    pub(crate) async fn secure() -> Receiver {
        let fixture = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name);
        let certificate = CertificateDer::from_pem_file(fixture("receiver.pem")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(fixture("receiver-key.pem")).expect("a key");
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.expect("they fit")));
        Receiver::on("0.0.0.0:0".parse().expect("an address"), Some(acceptor), |_| status(204)).await
    }

    async fn on(
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
        answer: impl Fn(usize) -> Answer + Send + Sync + 'static,
    ) -> Receiver {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, heard) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk { answer: Box::new(answer), sender, count: 0.into() });
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (desk, tls) = (desk.clone(), tls.clone());
                connections.spawn(async move {
                    match tls {
                        None => desk.serve(stream).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                desk.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        Receiver { address, heard, task }
    }

    /// The next request.
    pub(crate) async fn next(&mut self) -> Message {
        within("a webhook", self.heard.recv()).await.expect("a receiver that listens")
    }

    /// What has come and was not looked at yet.
    pub(crate) fn more(&mut self) -> usize {
        std::iter::from_fn(|| self.heard.try_recv().ok()).count()
    }
}

struct Desk {
    answer: Box<dyn Fn(usize) -> Answer + Send + Sync>,
    sender: mpsc::UnboundedSender<Message>,
    count: std::sync::atomic::AtomicUsize,
}

impl Desk {
    async fn serve(self: Arc<Desk>, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = service_fn(move |request: Request<Incoming>| {
            let desk = self.clone();
            async move {
                let (head, body) = request.into_parts();
                assert_eq!(head.method, "POST");
                let body = body.collect().await.expect("a whole body").to_bytes();
                let body = String::from_utf8(body.to_vec()).expect("UTF-8");
                let number = desk.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let _ = desk.sender.send(Message { address: head.uri.to_string(), headers: head.headers, body });
                Ok::<_, Infallible>((desk.answer)(number))
            }
        });
        // A sender that goes away is not this test's business.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }
}
