//! The Autobahn test suite for WebSockets, on the server's own listening, upgrade, framing and close codes.
//!
//! The suite wants its messages back, which Simultan's protocol does not do: so they are echoed here, in this process, over
//! the very library that the server is made of, for messages of up to 1 MiB where the protocol has 16 KiB.

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use axum::{Router, extract::Request, routing::get};
use clap::Parser;
use serde_json::Value;
use simultan::{
    base::metrics::Metrics,
    cli::config::{Cli, Command},
    doors::{
        limits::Guard,
        listener::listen,
        upgrade::upgrade,
        websocket::{Incoming, Link, Upgraded},
    },
    wire::Close,
};
use tokio_tungstenite::tungstenite::protocol::frame::coding::Data;
use tokio_util::sync::CancellationToken;

const LONGEST: usize = 1 << 20;
/// Bad UTF-8 in a fragmented text may be told at the fragment's end or at once: both are the standard's.
const MAY_BE_LATE: [&str; 2] = ["6.4.3", "6.4.4"];
/// How many cases there are without performance and compression, which the server does not offer.
const CASES: usize = 247;

async fn echo(upgraded: Upgraded) {
    let Ok(mut link) = Link::for_messages_up_to(LONGEST, upgraded).await else { return };
    let why = loop {
        let message = match link.next().await {
            Incoming::Text(text) => (Data::Text, text.into()),
            Incoming::Binary(bytes) => (Data::Binary, bytes),
            Incoming::Gone => return,
            Incoming::Fault(why) => break why,
            Incoming::Flood => break Close::Policy,
        };
        if link.send_frames([message]).await.is_err() {
            return;
        }
    };
    link.close(why).await;
}

/// Where the suite's client is: in the environment, or where `tests/all.sh` puts it.
fn suite() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/kosoku/bin/kosoku");
    let program = env::var_os("SIMULTAN_KOSOKU").map_or_else(usual, PathBuf::from);
    assert!(
        program.is_file(),
        "{} is missing; get it with: python3 -m venv target/kosoku && target/kosoku/bin/pip install kosoku==0.1.0",
        program.display()
    );
    program
}

#[tokio::test]
async fn the_autobahn_suite_passes() {
    let suite = suite();
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a port");
    let address = listener.local_addr().expect("an address");
    let Command::Serve(args) = Cli::parse_from(["simultan", "serve"]).command else { unreachable!("it was typed") };
    let guard = Guard::new(args.limits.limits(), 0, Metrics::new());
    let stop = CancellationToken::new();
    let route = get(|request: Request| async { upgrade(request, echo) });
    let serving = tokio::spawn(listen(listener, Router::new().route("/", route).into(), guard, stop.clone()));

    let report = tempfile::tempdir().expect("a folder");
    let mut client = tokio::process::Command::new(suite);
    client.args(["-m", "fuzzingclient", "-x", "9.*", "-x", "12.*", "-x", "13.*", "-o"]);
    client.arg(report.path()).arg(address.to_string()).stdout(Stdio::null()).kill_on_drop(true);
    let ran = tokio::time::timeout(Duration::from_secs(180), client.status()).await.expect("it ends");
    // It says by this too that a case has failed; the report says which.
    ran.expect("it starts");
    stop.cancel();
    serving.await.expect("no panic").expect("no error");

    let index = fs::read_to_string(report.path().join("index.json")).expect("a report");
    let index: Value = serde_json::from_str(&index).expect("JSON");
    let cases =
        index.as_object().and_then(|servers| servers.values().next()).and_then(Value::as_object).expect("cases");
    assert_eq!(cases.len(), CASES);
    let word = |case: &Value, key: &str| case[key].as_str().expect(key).to_owned();
    let mut counts = std::collections::BTreeMap::<String, u32>::new();
    for (id, case) in cases {
        let (behavior, close) = (word(case, "behavior"), word(case, "behaviorClose"));
        let fine = match &*behavior {
            "OK" | "INFORMATIONAL" => true,
            "NON-STRICT" => MAY_BE_LATE.contains(&&**id),
            _ => false,
        };
        assert!(fine, "case {id}: {case}");
        assert!(close == "OK" || close == "INFORMATIONAL", "case {id}: {case}");
        *counts.entry(behavior).or_default() += 1;
    }
    eprintln!("autobahn: {counts:?}");
}
