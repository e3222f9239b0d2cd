//! HTTP/1.1 in its plainest form.

use std::io;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{ORGANISER, TestServer, eventually, within};

/// What the server has answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn read(text: &str) -> Answer {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Answer {
            status: status.parse().expect("a status"),
            headers: lines.filter_map(header).collect(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// Checks that this is an error as the contract has it.
    pub(crate) fn assert_error(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let error = &self.json()["error"];
        assert_eq!(error["code"], code);
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "a sentence goes with {code}");
    }
}

impl TestServer {
    /// Checks that this body opens nothing, and that the answer says in a sentence which setting is wrong.
    pub(crate) async fn assert_bad_setting(&self, body: &str, field: Option<&str>) -> String {
        let answer = self.post("/api/exhibitions", body).await;
        assert_eq!(answer.status, 400, "{body}");
        answer.assert_error(400, "bad_settings");
        let error = &answer.json()["error"];
        assert_eq!(error["field"].as_str(), field, "{body}: {error}");
        error["message"].as_str().expect("a sentence").to_owned()
    }

    pub(crate) async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let answer = self.try_request(method, path, headers, body).await;
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.log()))
    }

    /// The answer, or how the connection failed.
    pub(crate) async fn try_request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        let named = headers.iter().any(|(name, _)| *name == "Host");
        let host = if named { String::new() } else { format!("Host: {}\r\n", self.address) };
        let mut text = format!("{method} {path} HTTP/1.1\r\n{host}Connection: close\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let asked = async {
            let mut stream = TcpStream::connect(self.address).await?;
            stream.write_all(text.as_bytes()).await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.map(|_| answer)
        };
        let answer = within("an answer", asked).await?;
        if answer.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(Answer::read(&answer)) }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "").await
    }

    /// Asks as the organiser.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {ORGANISER}");
        self.request("POST", path, &[("Authorization", &bearer)], body).await
    }

    /// Has the organiser do something with the current exhibition: a method, what comes after its address, and a body.
    pub(crate) async fn order(&self, method: &str, rest: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {ORGANISER}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.request(method, &format!("/api/exhibitions/current{rest}"), &[("Authorization", &bearer)], &body).await
    }

    /// The same where it must be done; gives the snapshot.
    pub(crate) async fn ordered(&self, method: &str, rest: &str, body: &Value) -> Value {
        let answer = self.order(method, rest, body).await;
        assert_eq!(answer.status, 200, "{method} {rest} {body}: {answer:?}");
        answer.json()
    }

    /// A seat as the organiser sees it.
    pub(crate) async fn seat(&self, board: usize) -> Value {
        self.order("GET", "/seats", &Value::Null).await.json()[board - 1].clone()
    }

    /// Starts the current exhibition with the seats taken so far.
    pub(crate) async fn start_games(&self) {
        let answer = self.post("/api/exhibitions/current/start", "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// The current exhibition's snapshot.
    pub(crate) async fn snapshot(&self) -> Value {
        self.get("/api/exhibitions/current").await.json()
    }

    /// Waits for the end of the current exhibition, which comes after the end of its last game.
    pub(crate) async fn finished(&self) {
        eventually("the end", async || (self.snapshot().await["status"] == "finished").then_some(())).await;
    }

    /// Waits until nobody is connected to any board.
    pub(crate) async fn deserted(&self) {
        let left = |board: &Value| board["connected"] == false;
        let all_left =
            async || self.snapshot().await["boards"].as_array().expect("boards").iter().all(left).then_some(());
        eventually("the last player's going", all_left).await;
    }

    /// One board of the current exhibition's snapshot.
    pub(crate) async fn board(&self, board: u64) -> Value {
        let index = usize::try_from(board).expect("a board") - 1;
        self.snapshot().await["boards"][index].take()
    }
}
