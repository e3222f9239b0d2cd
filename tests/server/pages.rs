//! The pages come whole out of the one binary, and need nothing from elsewhere.

use crate::common::{Answer, TestServer};

const PAGES: [&str; 10] = [
    "/",
    "/e/1",
    "/e/1/desk",
    "/e/1/play",
    "/e/1/bot",
    "/e/1/wall",
    "/e/1/overlay",
    "/e/1/sheet",
    "/e/1/results",
    "/e/1/certificate/1",
];

#[tokio::test]
async fn every_file_that_a_page_asks_for_is_served() {
    let server = TestServer::random(1).await;
    for page in PAGES {
        let answer = server.get(page).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{page}");
        let asked = addresses(&answer.body);
        assert!(asked.iter().any(|address| address.ends_with(".css")), "{page} has no style: {asked:?}");
        assert!(asked.iter().any(|address| address.ends_with(".js")), "{page} has no script: {asked:?}");
        for address in asked {
            assert!(address.starts_with('/') && !address.starts_with("//"), "{page} loads {address} from elsewhere");
            assert_eq!(server.get(&address).await.status, 200, "{page} asks for {address}");
        }
    }
}

/// What stands in `src` and `href`.
fn addresses(page: &str) -> Vec<String> {
    let attributes = ["src=\"", "href=\""];
    let found = attributes.iter().flat_map(|attribute| page.split(attribute).skip(1));
    let values = found.filter_map(|rest| rest.split('"').next());
    values.filter(|value| !value.starts_with('#') && !value.starts_with("data:")).map(str::to_owned).collect()
}

fn assert_guarded(what: &str, answer: &Answer) {
    let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{what} has no {name}"));
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http:"), "{what}: {policy}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{what}");
    header("cache-control");
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let server = TestServer::random(1).await;
    for path in ["/", "/e/1/play", "/api/exhibitions", "/api/exhibitions/current", "/metrics", "/healthz", "/nothing"] {
        assert_guarded(path, &server.get(path).await);
    }
    assert_guarded("a refusal", &server.request("POST", "/api/exhibitions", &[], "").await);
    assert_eq!(server.get("/api/exhibitions").await.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_file_that_the_browser_has_already_is_not_sent_again() {
    let server = TestServer::random(1).await;
    let page = server.get("/").await;
    let script = addresses(&page.body).into_iter().find(|address| address.ends_with(".js")).expect("a script");
    let first = server.get(&script).await;
    let etag = first.header("etag").expect("a name for this very content").to_owned();
    let again = server.request("GET", &script, &[("If-None-Match", &etag)], "").await;
    assert_eq!((again.status, &*again.body), (304, ""));
    let other = server.request("GET", &script, &[("If-None-Match", "\"another\"")], "").await;
    assert_eq!((other.status, other.body == first.body), (200, true));
}
