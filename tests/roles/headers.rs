//! What goes with every answer, whatever it is.

use std::collections::BTreeMap;

use crate::{
    client::{Request, bearing, ended, everything, open, raw, running, source},
    common::{Answer, ORGANISER, TestServer, eventually},
    routes::{TABLE, WEBSOCKET},
};

/// Nothing but what the pages need: no inline script or style, nothing from elsewhere, no text as markup.
const POLICY: [(&str, &str); 9] = [
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    // The pieces stand in the board's style sheet.
    ("img-src", "'self' data:"),
    ("connect-src", "'self'"),
    ("base-uri", "'none'"),
    ("form-action", "'none'"),
    ("frame-ancestors", "'none'"),
    ("require-trusted-types-for", "'script'"),
];
const POLICY_NAME: (&str, &str) = ("trusted-types", "default");

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// What else an answer may have: nothing that says what serves it, lets other pages in, or is kept by a browser; but for the
/// snapshot for everybody, which varies with what a client takes, and is kept for a second.
const SOMETIMES: [&str; 15] = [
    "content-security-policy",
    "content-type",
    "content-length",
    "content-disposition",
    "cache-control",
    "date",
    "etag",
    "allow",
    "retry-after",
    "www-authenticate",
    "connection",
    "upgrade",
    "sec-websocket-accept",
    "sec-websocket-protocol",
    "vary",
];

fn assert_guarded(what: &str, answer: &Answer) {
    let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{what} has no {name}: {answer:?}"));
    let policy = header("content-security-policy");
    let told: BTreeMap<_, _> = policy.split("; ").map(|part| part.split_once(' ').expect("a directive")).collect();
    let expected: BTreeMap<_, _> = POLICY.into_iter().chain([POLICY_NAME]).collect();
    assert_eq!(told, expected, "{what}");
    for (name, value) in ALWAYS {
        assert_eq!(header(name), value, "{what}: {name}");
    }
    let mut seen = Vec::new();
    for (name, _) in &answer.headers {
        let known = SOMETIMES.contains(&name.as_str()) || ALWAYS.iter().any(|(always, _)| always == name);
        assert!(known, "{what}: {name} is new, and needs a reason");
        assert!(!seen.contains(&name), "{what} has {name} twice");
        seen.push(name);
    }
    let kept = match (answer.header("vary"), answer.header("etag")) {
        (Some(varies), _) => {
            assert_eq!(
                varies, "Accept-Encoding, Authorization",
                "{what}: nobody else is given what the organiser sees"
            );
            "public, max-age=1"
        }
        (None, Some(_)) => "no-cache",
        (None, None) => "no-store",
    };
    assert_eq!(header("cache-control"), kept, "{what}");
    if ![101, 304].contains(&answer.status) {
        let kind = header("content-type");
        let known = [
            "application/json",
            "application/x-chess-pgn",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
            "text/css; charset=utf-8",
            "text/csv; charset=utf-8; header=present",
            "text/javascript; charset=utf-8",
            "image/svg+xml; charset=utf-8",
        ];
        assert!(known.contains(&kind), "{what}: {kind}");
        // What may be kept, as long as one asks: the pages and what they are made of, and games.
        let asked = ["text/html", "text/css;", "text/javascript", "image/", "application/x-chess-pgn"];
        assert_eq!(kept == "no-cache", asked.iter().any(|asked| kind.starts_with(asked)), "{what}: {kind}");
    }
}

async fn ask(server: &TestServer, method: &str, target: &str, token: &str, body: &str) -> Answer {
    let headers = if token.is_empty() { Vec::new() } else { bearing(token) };
    let request = Request { method, target, headers: &headers, body };
    if method == WEBSOCKET {
        return Request { method: "GET", ..request }.shake_hands(server).await;
    }
    request.send(server).await
}

#[tokio::test]
async fn every_answer_of_every_address_is_guarded() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (over, _gone) = ended(&server, &["Eve"]).await;
    let (playing, _players) = running(&server, &["Ada", "Ben"]).await;
    let (free, _waiting) = open(&server, 2, &["Ole"]).await;
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let mut check = |what: String, answer: &Answer| {
        assert_guarded(&what, answer);
        *statuses.entry(answer.status).or_default() += 1;
    };
    for (method, template, ..) in TABLE {
        for exhibition in [&free, &playing, &over, "99", "%ff"] {
            for board in ["1", "9"] {
                let path = template.replace("{exhibition}", exhibition).replace("{board}", board);
                let target = path.replace("{*path}", "js/dom.js");
                for method in [method, "HEAD", "OPTIONS", "BREW"] {
                    for token in ["", "wrong"] {
                        check(format!("{method} {target}"), &ask(&server, method, &target, token, "").await);
                    }
                }
            }
        }
    }
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(1_100_000));
    for (method, target, token, body) in [
        ("POST", "/api/exhibitions", ORGANISER, "nonsense"),
        ("POST", "/api/exhibitions", ORGANISER, r#"{"boards":0}"#),
        ("POST", "/api/exhibitions", ORGANISER, &long),
        ("POST", "/api/exhibitions", "", &long),
        ("POST", "/api/exhibitions/99/start", ORGANISER, ""),
        ("GET", "/api/organiser", ORGANISER, ""),
        ("GET", "/api/forecast?boards=0", "", ""),
        ("GET", "/api/forecast?boards=1&boards=2", "", ""),
        ("GET", "/static/board.css", "", ""),
        ("GET", "/static/icon.svg", "", ""),
        ("GET", "/static/vendor/chessground/chessground.min.js", "", ""),
        ("GET", "/static/vendor/chessground/chessground.cburnett.css", "", ""),
        ("GET", "/static/nothing", "", ""),
        ("POST", "/api/exhibitions", ORGANISER, ""),
    ] {
        check(format!("{method} {target} {body}"), &ask(&server, method, target, token, body).await);
    }
    let page = ask(&server, "GET", "/", "", "").await;
    let known = [("If-None-Match".to_owned(), page.header("etag").expect("a name for the content").to_owned())];
    let request = Request { method: "GET", target: "/", headers: &known, body: "" };
    check("a page that is known".to_owned(), &request.send(&server).await);

    let mut other = server.sql().await;
    let refuse = "create trigger refuse before insert on exhibition begin select raise(abort, 'not now'); end; \
                  create trigger refuse_probe before update on probe begin select raise(abort, 'not now'); end;";
    sqlx::raw_sql(refuse).execute(&mut other).await.expect("a trigger");
    let before = everything(&server).await;
    let opened = ask(&server, "POST", "/api/exhibitions", ORGANISER, "").await;
    check("what can't be stored".to_owned(), &opened);
    let ill = async || (ask(&server, "GET", "/healthz", "", "").await.status == 503).then_some(());
    eventually("word that nothing can be stored", ill).await;
    check("a server that can't store".to_owned(), &ask(&server, "GET", "/healthz", "", "").await);
    assert_eq!(everything(&server).await, before);

    let seen: Vec<_> = statuses.keys().copied().collect();
    assert_eq!(seen, [101, 200, 201, 304, 400, 401, 404, 405, 409, 413, 426, 503], "{statuses:?}");
}

#[tokio::test]
async fn what_is_not_http_gets_a_bare_status() {
    let server = TestServer::random(1).await;
    let many: String = (0..100).map(|number| format!("x-{number}: y\r\n")).collect();
    let big = format!("GET / HTTP/1.1\r\nHost: x\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    for request in [
        "\r\n\r\nnonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nx: a\0b\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /api/exhibitions HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /api/exhibitions HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
        &format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
        &big,
    ] {
        let answer = String::from_utf8(raw(&server, request.as_bytes()).await).expect("text");
        let short: String = request.chars().take(80).collect();
        if answer.is_empty() {
            continue; // Not even an answer.
        }
        assert!(answer.starts_with("HTTP/1.1 4"), "{short:?}: {answer}");
        let told = Answer::read(&answer);
        assert_eq!(told.body, "", "{short:?}");
        assert!(told.headers.iter().all(|(name, _)| SOMETIMES.contains(&name.as_str())), "{short:?}: {answer}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[test]
fn no_page_has_script_or_style_of_its_own() {
    for page in [
        "index.html",
        "watch.html",
        "play.html",
        "projector.html",
        "overlay.html",
        "sheet.html",
        "desk.html",
        "bot.html",
    ] {
        let text = source(&format!("static/{page}")).to_lowercase();
        for (number, script) in text.split("<script").skip(1).enumerate() {
            let (tag, after) = script.split_once('>').expect("a tag");
            assert!(tag.contains("src=\"/static/js/") && after.starts_with("</script>"), "{page}: script {number}");
        }
        for forbidden in ["<style", " style=", "javascript:", "srcdoc", "<iframe", "<base", "<object", "<embed"] {
            assert!(!text.contains(forbidden), "{page} has {forbidden}");
        }
        let attributes = text.split([' ', '\n']).filter_map(|word| word.split_once('='));
        let handlers: Vec<_> = attributes.map(|(name, _)| name).filter(|name| name.starts_with("on")).collect();
        assert_eq!(handlers, Vec::<&str>::new(), "{page} has handlers");
    }
}
