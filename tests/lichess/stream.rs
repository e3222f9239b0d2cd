//! An answer that comes line by line, read as bare HTTP: how it is cut into chunks is part of the contract.

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::common::{TestServer, within};

#[derive(Debug)]
pub(crate) struct Stream {
    reader: BufReader<TcpStream>,
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
}

impl Stream {
    pub(crate) async fn open(server: &TestServer, path: &str, token: &str) -> Stream {
        let mut stream = TcpStream::connect(server.address).await.expect("a connection");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nAccept-Encoding: gzip, br\r\n\r\n",
            server.address
        );
        stream.write_all(request.as_bytes()).await.expect("room for a request");
        let mut opened = Stream { reader: BufReader::new(stream), status: 0, headers: Vec::new() };
        let head = opened.text_line().await;
        opened.status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        loop {
            let line = opened.text_line().await;
            let Some((name, value)) = line.split_once(": ") else { break };
            opened.headers.push((name.to_lowercase(), value.to_owned()));
        }
        opened
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    async fn text_line(&mut self) -> String {
        let mut line = String::new();
        within("a line", self.reader.read_line(&mut line)).await.expect("text");
        assert!(line.ends_with("\r\n"), "the connection broke after {line:?}");
        line.truncate(line.len() - 2);
        line
    }

    /// The next line, which is one chunk: empty if it is there to keep the connection alive; or `None` at the stream's good end.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let size = self.text_line().await;
        let size = usize::from_str_radix(&size, 16).unwrap_or_else(|_| panic!("{size:?} is no chunk's size"));
        let mut chunk = vec![0; size + 2];
        within("a chunk", self.reader.read_exact(&mut chunk)).await.expect("a whole chunk");
        chunk.truncate(size);
        let line = String::from_utf8(chunk).expect("text");
        if size == 0 {
            return None;
        }
        assert_eq!(line.find('\n'), Some(size - 1), "one line a chunk: {line:?}");
        Some(line.trim_end().to_owned())
    }

    /// The next line that says something.
    pub(crate) async fn message(&mut self) -> Value {
        loop {
            let line = self.line().await.expect("the stream goes on");
            if !line.is_empty() {
                return serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
            }
        }
    }

    /// Reads on until the next line that only keeps the connection alive; gives what was said before it.
    pub(crate) async fn until_keep_alive(&mut self) -> Vec<Value> {
        let mut said = Vec::new();
        loop {
            match self.line().await.expect("the stream goes on") {
                line if line.is_empty() => return said,
                line => said.push(serde_json::from_str(&line).expect("JSON")),
            }
        }
    }
}
