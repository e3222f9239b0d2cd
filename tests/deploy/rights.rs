//! The rights that docs/scale.md tells of: on a real NATS with TLS, the shipped configuration, and credentials as the shipped
//! program makes them. Each may do what it must, and nothing beyond.

use std::{collections::BTreeSet, fs, path::Path};

use async_nats::{Client, ConnectOptions, Event};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{
    common::{TestServer, eventually, within},
    nats::{Gallery, Nats, keys},
    tools::{make_certificate, nats_server, root},
};

const WHAT: &str = "whether credentials open what they must and nothing else";

/// A NATS on the Internet, with its stream and two halls' files.
async fn guarded(program: &Path) -> Nats {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    make_certificate(here, "cert.pem", "key.pem", &["nats.example.org", "localhost"]).await;
    keys(here, &[]).await;
    keys(here, &["hall", "club7"]).await;
    keys(here, &["hall", "lyon"]).await;
    let nats = Nats::with(program, "guarded.conf", folder).await;
    nats.init(&arguments(&nats, "admin").iter().map(String::as_str).collect::<Vec<_>>()).await;
    nats
}

/// How our programs are told who they are.
fn arguments(nats: &Nats, user: &str) -> Vec<String> {
    let path = |name: &str| nats.at(name).to_str().expect("a plain path").to_owned();
    vec!["--nats-creds".to_owned(), path(&format!("{user}.creds")), "--nats-ca".to_owned(), path("cert.pem")]
}

async fn hall(nats: &Nats, name: &str, user: &str) -> TestServer {
    let folder = tempfile::tempdir().expect("a folder");
    hall_on(folder, nats, name, user).await
}

async fn hall_on(folder: TempDir, nats: &Nats, name: &str, user: &str) -> TestServer {
    let (url, who) = (nats.url(), arguments(nats, user));
    let mut flags = vec!["--engine", "random", "--house-bots", "1", "--publish", &url, "--hall", name];
    flags.extend(who.iter().map(String::as_str));
    TestServer::on(folder, 2, &flags).await
}

/// A client with a user's file that may try anything, and what it is refused.
struct Trying {
    client: Client,
    refused: UnboundedReceiver<String>,
}

impl Trying {
    async fn as_user(nats: &Nats, user: &str) -> Trying {
        let (tell, refused) = unbounded_channel();
        let creds = fs::read_to_string(nats.at(&format!("{user}.creds"))).expect("credentials");
        let options = ConnectOptions::with_credentials(&creds)
            .expect("credentials")
            .custom_inbox_prefix(format!("_INBOX_{user}"))
            .add_root_certificates(nats.at("cert.pem"))
            .event_callback(move |event| {
                if let Event::ServerError(error) = event {
                    let _ = tell.send(error.to_string());
                }
                std::future::ready(())
            });
        Trying { client: within("a connection", options.connect(nats.url())).await.expect("let in"), refused }
    }

    async fn is_refused(&mut self, what: &str) {
        within("a flush", self.client.flush()).await.expect("a connection");
        let said = within(what, self.refused.recv()).await.expect("a connection");
        assert!(said.contains("Permissions Violation") && said.contains(&format!("\"{what}\"")), "{what}: {said}");
    }

    async fn may_not_say(&mut self, subject: &str) {
        self.client.publish(subject.to_owned(), "{}".into()).await.expect("a connection");
        self.is_refused(subject).await;
    }

    async fn may_not_hear(&mut self, subject: &str) {
        let heard = self.client.subscribe(subject.to_owned()).await.expect("a connection");
        self.is_refused(subject).await;
        drop(heard);
    }

    /// The number of the stream's last message.
    async fn last(&self) -> u64 {
        let asked = self.client.request("$JS.API.STREAM.INFO.SIMULTAN", "".into());
        let answer = within("an answer", asked).await.expect("an answer");
        let told: Value = serde_json::from_slice(&answer.payload).expect("JSON");
        told["state"]["last_seq"].as_u64().unwrap_or_else(|| panic!("no stream: {told}"))
    }
}

#[tokio::test]
async fn a_hall_publishes_and_a_gallery_follows_over_tls() {
    let Some(program) = nats_server(WHAT) else { return };
    let nats = guarded(&program).await;
    let club = hall(&nats, "club7", "club7").await;
    let who = arguments(&nats, "gallery");
    let gallery = Gallery::at(&nats.url(), &who.iter().map(String::as_str).collect::<Vec<_>>()).await;
    gallery.shows("club7").await;
    let said = nats.log();
    assert!(!said.contains("Violation"), "a right is missing:\n{said}\n{}\n{}", club.log(), gallery.log());

    // Whoever comes with another hall's file tells nothing, and says why.
    let wrong = hall(&nats, "lyon", "club7").await;
    eventually("what it says", async || wrong.log().contains("Permissions Violation").then_some(())).await;
    // And who does not know the certificate does not even say who they are.
    let (url, creds) = (nats.url(), &who[..2]);
    let stranger = Gallery::at(&url, &creds.iter().map(String::as_str).collect::<Vec<_>>()).await;
    eventually("what NATS says", async || nats.log().contains("TLS handshake error").then_some(())).await;
    assert!(!stranger.log().contains("follows the log"), "{}", stranger.log());
}

#[tokio::test]
async fn nobody_may_do_more_than_they_must() {
    let Some(program) = nats_server(WHAT) else { return };
    let nats = guarded(&program).await;
    let admin = Trying::as_user(&nats, "admin").await;
    let before = admin.last().await;

    let mut club = Trying::as_user(&nats, "club7").await;
    for subject in
        ["sim.lyon.log", "sim.lyon.pulse", "$JS.API.STREAM.PURGE.SIMULTAN", "$JS.API.CONSUMER.CREATE.SIMULTAN"]
    {
        club.may_not_say(subject).await;
    }
    for subject in ["sim.lyon.pulse", "sim.>", ">", "_INBOX_gallery.>", "_INBOX_lyon.>"] {
        club.may_not_hear(subject).await;
    }
    let mut gallery = Trying::as_user(&nats, "gallery").await;
    for subject in ["sim.club7.log", "sim.club7.pulse", "_INBOX_club7.x"] {
        gallery.may_not_say(subject).await;
    }
    for what in ["CREATE", "UPDATE", "DELETE", "PURGE", "MSG.DELETE", "MSG.GET", "SNAPSHOT"] {
        gallery.may_not_say(&format!("$JS.API.STREAM.{what}.SIMULTAN")).await;
    }
    gallery.may_not_hear("_INBOX_club7.>").await;
    let mut maker = Trying::as_user(&nats, "admin").await;
    for subject in ["sim.club7.log", "$JS.API.STREAM.DELETE.SIMULTAN", "$JS.API.STREAM.PURGE.SIMULTAN"] {
        maker.may_not_say(subject).await;
    }
    assert_eq!(admin.last().await, before);
    // Without any file one does not come in.
    let anybody = ConnectOptions::new().add_root_certificates(nats.at("cert.pem"));
    assert!(within("an answer", anybody.connect(nats.url())).await.is_err());
}

#[tokio::test]
async fn a_file_that_is_void_opens_nothing_any_more() {
    let Some(program) = nats_server(WHAT) else { return };
    let nats = guarded(&program).await;
    let club = hall(&nats, "club7", "club7").await;
    eventually("the log", async || club.log().contains("publishes to the log").then_some(())).await;
    let lyon = Trying::as_user(&nats, "lyon").await;

    let before = fs::read_to_string(nats.at("club7.creds")).expect("credentials");
    keys(nats.folder.path(), &["void", "club7"]).await;
    nats.reload().await;
    eventually("the end of its connection", async || nats.log().contains("authentication error").then_some(())).await;
    // The others are not disturbed, and a new file for the same hall opens as the old one did.
    assert!(lyon.last().await > 0);
    keys(nats.folder.path(), &["hall", "club7"]).await;
    assert_ne!(fs::read_to_string(nats.at("club7.creds")).expect("credentials"), before);
    Trying::as_user(&nats, "club7").await;
}

/// The table in the documentation has what the files have.
#[tokio::test]
async fn the_documented_rights_are_those_that_are_given() {
    let folder = tempfile::tempdir().expect("a folder");
    keys(folder.path(), &[]).await;
    keys(folder.path(), &["hall", "club7"]).await;
    let told = fs::read_to_string(root().join("docs/scale.md")).expect("text");
    for user in ["admin", "club7", "gallery"] {
        let start = format!("| `{user}` |");
        let line = told.lines().find_map(|line| line.strip_prefix(&start)).expect("a line of the table");
        let cells: Vec<_> = line.split('|').map(words).collect();
        let creds = fs::read_to_string(folder.path().join(format!("{user}.creds"))).expect("credentials");
        let claims = creds.lines().nth(1).and_then(|jwt| jwt.split('.').nth(1)).expect("a JWT");
        let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64");
        let claims: Value = serde_json::from_slice(&claims).expect("JSON");
        for (cell, side) in cells.iter().zip(["pub", "sub"]) {
            let given = claims["nats"][side]["allow"].as_array().expect("a list");
            let given: BTreeSet<_> = given.iter().map(|subject| subject.as_str().expect("text").to_owned()).collect();
            assert_eq!(*cell, given, "{user}, {side}");
        }
    }
}

/// What stands between backquotes.
fn words(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
