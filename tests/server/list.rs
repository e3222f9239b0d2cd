//! The list of exhibitions, a page at a time.

use crate::common::{Player, TestServer};

async fn ids(server: &TestServer, query: &str) -> Vec<u64> {
    let answer = server.get(&format!("/api/exhibitions{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let id = |listed: &serde_json::Value| listed["id"].as_str().expect("an id").parse().expect("a number");
    answer.json().as_array().expect("a list").iter().map(id).collect()
}

#[tokio::test]
async fn the_list_has_pages_and_no_exhibition_is_left_out() {
    let server = TestServer::with(1, &["--engine", "random", "--seed", "7", "--max-exhibitions", "100"]).await;
    for _ in 0..59 {
        assert_eq!(server.post("/api/exhibitions", r#"{"boards":1}"#).await.status, 201);
    }
    assert_eq!(ids(&server, "").await, (11..=60).rev().collect::<Vec<_>>(), "the newest fifty");
    let mut all = Vec::new();
    let mut query = "?limit=7".to_owned();
    loop {
        let page = ids(&server, &query).await;
        let Some(last) = page.last() else { break };
        assert!(page.len() == 7 || *last == 1, "{page:?}");
        query = format!("?limit=7&before={last}");
        all.extend(page);
    }
    assert_eq!(all, (1..=60).rev().collect::<Vec<_>>());
    assert_eq!(ids(&server, "?limit=200").await.len(), 60);
    assert_eq!(ids(&server, "?before=3").await, [2, 1]);
    assert_eq!(ids(&server, "?before=1").await, Vec::<u64>::new());
    assert_eq!(ids(&server, "?before=9223372036854775807&limit=1").await, [60], "before one that is to come");
    // Somebody sits down between two pages: that moves none of them.
    let _ada = Player::join(&server, "Ada").await;
    assert_eq!(ids(&server, "?before=60&limit=2").await, [59, 58]);
}

#[tokio::test]
async fn a_part_that_makes_no_sense_is_refused_with_a_sentence() {
    let server = TestServer::random(1).await;
    for query in [
        "limit=0",
        "limit=201",
        "limit=",
        "limit=-1",
        "limit=ten",
        "limit=1e1",
        "limit=+5",
        "limit=4294967297",
        "limit=1&limit=2",
        "before=",
        "before=-1",
        "before=current",
        "before=1.0",
        "before=9223372036854775808",
        "before=1%27%20or%201=1",
        "before=%ff",
    ] {
        server.get(&format!("/api/exhibitions?{query}")).await.assert_error(400, "bad_request");
    }
    assert_eq!(ids(&server, "?something=else").await, [1]);
}
