//! No address leads to a file that is not a page, and no `Host` changes what is told.

use crate::{
    client::raw,
    common::{Answer, TestServer},
};

/// What stands in files that nobody is to read: of the system, of the project, and of the server's own.
const INSIDES: [&str; 6] = ["root:", "[package]", "SQLite format", "lockfileVersion", "fn main", "/bin/sh"];

/// Ways to write "up", as clients, proxies and decoders have got them wrong.
const UPS: [&str; 19] = [
    "../",
    "..\\",
    "..%2f",
    "..%2F",
    "..%5c",
    "%2e%2e/",
    "%2e%2e%2f",
    ".%2e/",
    "%2e./",
    "..%252f",
    "%252e%252e%252f",
    "..%c0%af",
    "%c0%ae%c0%ae/",
    "..%ef%bc%8f",
    "..;/",
    "..%00/",
    "....//",
    "..././",
    "/%5c../",
];

const WHOLE: [&str; 30] = [
    "//etc/passwd",
    "///etc/passwd",
    "/etc/passwd",
    "/./etc/passwd",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/file:///etc/passwd",
    "/static/file:%2f%2f%2fetc%2fpasswd",
    "/static/~root/.profile",
    "/static/.",
    "/static/..",
    "/static/",
    "/static",
    "/static/js",
    "/static/js/",
    "/static/package.json",
    "/static/package-lock.json",
    "/static/node_modules/@lichess-org/chessground/package.json",
    "/static/vendor/chessground/../../package.json",
    "/static/vendor/chessground/package.json",
    "/static/js/../index.html",
    "/static/js/dom.js%00.html",
    "/static/js/dom.js/",
    "/static/JS/dom.js",
    "/static/C:\\Windows\\win.ini",
    "/static/\\\\server\\share\\x",
    "/api/exhibitions/..%2f..%2fetc%2fpasswd/games.pgn",
    "/api/exhibitions/1/boards/..%2f..%2fetc%2fpasswd",
    "/api/exhibitions/1;/etc/passwd/games.pgn",
    "http://127.0.0.1/static/../../etc/passwd",
];

fn short(text: &str) -> String {
    text.chars().take(120).collect()
}

/// What is answered to these bytes; nothing from inside a file is in it.
async fn answer(server: &TestServer, request: &str) -> Answer {
    let bytes = raw(server, request.as_bytes()).await;
    let text = String::from_utf8(bytes).expect("text");
    for inside in INSIDES {
        assert!(!text.contains(inside), "{}: {inside} in {text}", short(request));
    }
    Answer::read(&text)
}

#[tokio::test]
async fn no_address_leads_out_of_the_pages() {
    let server = TestServer::random(1).await;
    let mut targets: Vec<String> = WHOLE.iter().map(|&target| target.to_owned()).collect();
    for up in UPS {
        for (depth, file) in [(8, "etc/passwd"), (1, "Cargo.toml"), (2, "src/main.rs"), (1, "games.db")] {
            for start in ["/static/", "/static/js/", "/static/vendor/chessground/", "/"] {
                targets.push(format!("{start}{}{file}", up.repeat(depth)));
            }
        }
    }
    for target in &targets {
        for method in ["GET", "HEAD"] {
            let request =
                format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
            let answer = answer(&server, &request).await;
            assert!((400..500).contains(&answer.status), "{method} {target}: {answer:?}");
        }
    }
    println!("{} addresses", targets.len());
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn no_host_changes_what_is_told() {
    let server = TestServer::random(1).await;
    let own = server.address.to_string();
    let long = "x".repeat(5000);
    for host in [
        "",
        "evil.example",
        "evil.example:80",
        "127.0.0.1:1@evil.example",
        "localhost#evil.example",
        "[::1",
        "..",
        "evil.example/../../etc/passwd",
        "<script>evil</script>",
        "evil.example, 127.0.0.1",
        "%0d%0aevil: example",
        "\u{ff25}vil.example",
        &long,
    ] {
        for hosts in [
            format!("Host: {host}\r\n"),
            format!("Host: {own}\r\nHost: {host}\r\n"),
            format!("X-Forwarded-Host: {host}\r\nHost: {own}\r\n"),
        ] {
            for path in ["/", "/api/exhibitions", "/nothing"] {
                let request = format!("GET {path} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
                let answer = answer(&server, &request).await;
                assert!(answer.status < 500, "{}: {answer:?}", short(&request));
                // Who comes by a strange name is told that name, and what to set for it, as JSON that no browser shows.
                if answer.status == 403 {
                    answer.assert_error(403, "not_allowed");
                    continue;
                }
                let told = format!("{:?}{}", answer.headers, answer.body);
                assert!(!told.contains("evil") && !told.contains("xxxxx"), "{}: {told}", short(&request));
                assert!(answer.header("location").is_none(), "nobody is sent elsewhere");
            }
        }
    }
    // Without any, as HTTP/1.0 has it.
    let answer = answer(&server, "GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(answer.status < 500, "{answer:?}");
}
