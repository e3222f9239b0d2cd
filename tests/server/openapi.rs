//! The description of the HTTP part against real answers: each is as it is described, and has nothing in it that is not.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::common::{Answer, ORGANISER, Player, TestServer};

pub(crate) fn description() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gallery/openapi.json");
    serde_json::from_str(&fs::read_to_string(path).expect("a description")).expect("JSON")
}

/// Follows a reference, if it is one.
pub(crate) fn followed<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(place) => description.pointer(place.trim_start_matches('#')).expect("a reference leads somewhere"),
        None => value,
    }
}

/// The same schemas, closed: what is not described may not be there. To readers they are open, since fields are added.
fn closed(description: &Value) -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(fields) => {
                fields.values_mut().for_each(close);
                if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                    fields.insert("additionalProperties".to_owned(), json!(false));
                }
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut description = description.clone();
    // What extends another schema becomes one, since a closed one can't be extended.
    let names: Vec<_> = description["components"]["schemas"].as_object().expect("schemas").keys().cloned().collect();
    for name in names {
        let schema = description["components"]["schemas"][&name].clone();
        let Some(parts) = schema["allOf"].as_array() else { continue };
        let mut whole = json!({ "type": "object", "required": [], "properties": {} });
        for part in parts.iter().map(|part| followed(&description, part)) {
            let fields = part["properties"].as_object().expect("an object's fields").clone();
            whole["properties"].as_object_mut().expect("fields").extend(fields);
            let required = part["required"].as_array().cloned().unwrap_or_default();
            whole["required"].as_array_mut().expect("a list").extend(required);
        }
        description["components"]["schemas"][&name] = whole;
    }
    close(&mut description["components"]["schemas"]);
    description["components"].take()
}

pub(crate) struct Check {
    description: Value,
    components: Value,
    /// Every answer that was looked at: method, address and status.
    seen: BTreeSet<(String, String, u16)>,
}

impl Check {
    pub(crate) fn new() -> Check {
        let description = description();
        Check { components: closed(&description), description, seen: BTreeSet::new() }
    }

    /// Looks whether an answer is one of those that are described at an address.
    pub(crate) fn see(&mut self, method: &str, address: &str, answer: &Answer) {
        let what = format!("{method} {address}: {}", answer.status);
        let operation = &self.description["paths"][address][method.to_lowercase()];
        let told = followed(&self.description, &operation["responses"][answer.status.to_string()]);
        assert!(told.is_object(), "{what} is not described: {answer:?}");
        let kind = answer.header("content-type").and_then(|kind| kind.split(';').next()).unwrap_or_default();
        let content = &told["content"][kind];
        assert!(content.is_object(), "{what} is not described as {kind}");
        for name in told["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
            let optional = answer.status == 503;
            assert!(optional || answer.header(name.to_lowercase().as_str()).is_some(), "{what} has no {name}");
        }
        if kind == "application/json" {
            let mut schema = content["schema"].clone();
            schema["components"] = self.components.clone();
            let validator = jsonschema::draft202012::new(&schema).expect("a schema");
            let body = answer.json();
            let errors: Vec<_> =
                validator.iter_errors(&body).map(|error| format!("{error} at {}", error.instance_path())).collect();
            assert_eq!(errors, Vec::<String>::new(), "{what}");
        }
        self.seen.insert((method.to_owned(), address.to_owned(), answer.status));
    }

    /// Asks as the organiser, at an address in which the exhibition and the board stand, and looks.
    async fn ask(&mut self, server: &TestServer, method: &str, template: &str, id: &str, body: &str) -> Answer {
        let (address, query) = template.split_once('?').map_or((template, ""), |(address, query)| (address, query));
        let target = address.replace("{exhibition}", id).replace("{board}", "1");
        let target = if query.is_empty() { target } else { format!("{target}?{query}") };
        let bearer = format!("Bearer {ORGANISER}");
        let answer = server.request(method, &target, &[("Authorization", &bearer)], body).await;
        self.see(method, address, &answer);
        answer
    }
}

/// An exhibition in which a game is played to its end or on, as the organiser wants it; its id.
async fn played(server: &TestServer, wishes: &Value, ends: bool) -> String {
    let opened = server.post("/api/exhibitions", &wishes.to_string()).await.json();
    let mut ada = Player::join(server, "Ada").await;
    let mut bob = Player::join_with(server, json!({ "name": "Bob", "bot": true })).await;
    server.start_games().await;
    ada.turn().await;
    ada.play_anything().await;
    if ends {
        for player in [&mut ada, &mut bob] {
            player.say("resign").await;
            player.end().await;
        }
        server.finished().await;
    }
    opened["id"].as_str().expect("an id").to_owned()
}

/// Bots that come again, from their token to the loss of it.
async fn bots(check: &mut Check, server: &TestServer) {
    for (method, address, body, expected) in [
        ("POST", "/api/bots", "{\"name\":\"Deep Thought\"}", 201),
        ("POST", "/api/bots", "{\"name\":\"Deep Thought\",\"on_request\":true}", 409),
        ("POST", "/api/bots", "{\"name\":\" \"}", 400),
        ("GET", "/api/bots", "", 200),
    ] {
        let answer = check.ask(server, method, address, "", body).await;
        assert_eq!(answer.status, expected, "{method} {address} {body}: {answer:?}");
    }
    let bearer = format!("Bearer {ORGANISER}");
    for expected in [200, 404] {
        let target = "/api/bots/Deep%20Thought";
        let answer = server.request("DELETE", target, &[("Authorization", &bearer)], "").await;
        assert_eq!(answer.status, expected, "{answer:?}");
        check.see("DELETE", "/api/bots/{name}", &answer);
    }
}

/// What an organiser does before, while and after people play: a running exhibition is `running`.
async fn evening(check: &mut Check, server: &TestServer, running: &str) {
    let wishes =
        json!({ "boards": 2, "admission": "approval", "code": "CLUB26", "seats": [{ "board": 2, "name": "Cyd" }] });
    let open = check.ask(server, "POST", "/api/exhibitions", "", &wishes.to_string()).await.json();
    let open = open["id"].as_str().expect("an id").to_owned();
    let exhibition = "/api/exhibitions/{exhibition}";
    let seats = &format!("{exhibition}/seats");
    let seat = &format!("{exhibition}/seats/{{board}}");
    let led = server.get("/j/club26").await;
    assert_eq!(led.status, 303, "{led:?}");
    check.seen.insert(("GET".to_owned(), "/j/{code}".to_owned(), led.status));
    for (method, address, body, expected) in [
        ("POST", seats, "{\"name\":\"Ada\",\"code\":\"CLUB26\",\"board\":1}", 202),
        ("POST", &format!("{seat}/admit"), "", 200),
        ("POST", seats, "{\"name\":\"Ben\",\"code\":\"CLUB26\",\"wait\":true}", 202),
        ("GET", &format!("{exhibition}/waiting"), "", 200),
        ("GET", seats, "", 200),
        ("PATCH", seat, "{\"name\":\"Ada Lovelace\"}", 200),
        ("DELETE", seat, "{}", 200),
        ("POST", &format!("{exhibition}/announce"), "{\"text\":\"Tea is ready\"}", 200),
        ("PATCH", &exhibition.to_owned(), "{\"admission\":\"open\",\"code\":null,\"boards\":4}", 200),
        ("POST", seats, "{\"name\":\"Dot\"}", 201),
        ("POST", &format!("{exhibition}/fill"), "{\"bots\":1,\"level\":3}", 200),
    ] {
        let answer = check.ask(server, method, address, &open, body).await;
        assert_eq!(answer.status, expected, "{method} {address} {body}: {answer:?}");
    }
    for (address, body) in [
        ("pause", ""),
        ("continue", ""),
        ("last-round", ""),
        ("boards/{board}/adjudicate", "{\"result\":\"1/2-1/2\"}"),
        ("cancel", ""),
        ("seats/{board}/forget", ""),
    ] {
        let answer = check.ask(server, "POST", &format!("{exhibition}/{address}"), running, body).await;
        assert_eq!(answer.status, 200, "{address}: {answer:?}");
    }
}

#[tokio::test]
async fn answers_are_as_they_are_described() {
    let mut check = Check::new();
    let server = TestServer::random(2).await;
    let untimed = played(&server, &json!({ "boards": 3 }), true).await;
    let timed = json!({
        "boards": 4, "clock": "30m+20s", "master_extra_per_board": "60s", "passes": 3, "start": "chess960", "color": "alternating",
        "seats": [{ "board": 1, "clock": "45m" }, { "board": 2, "clock": null, "start": "standard" }],
    });
    let timed = played(&server, &timed, false).await;
    let human = json!({ "boards": 1, "master": { "kind": "human", "name": "GM Judit" } });
    let human = check.ask(&server, "POST", "/api/exhibitions", "", &human.to_string()).await.json();
    assert!(human["master_token"].is_string());
    let human = human["id"].as_str().expect("an id").to_owned();

    let description = check.description.clone();
    for (address, methods) in description["paths"].as_object().expect("addresses") {
        let operation = &methods["get"];
        if operation.is_object() {
            for id in [&untimed, &timed, &human, "current", "99"] {
                check.ask(&server, "GET", address, id, "").await;
            }
        }
    }
    check.ask(&server, "GET", "/api/forecast?boards=3&moves=5±1&clock=3m+2s", "", "").await;
    check.ask(&server, "GET", "/api/forecast?boards=0", "", "").await;
    for id in [&untimed, &timed, &human, "99"] {
        check.ask(&server, "POST", "/api/exhibitions/{exhibition}/master", id, "").await;
        check.ask(&server, "POST", "/api/exhibitions/{exhibition}/start", id, "").await;
    }
    let fresh = server.post("/api/exhibitions", "").await.json()["id"].as_str().expect("an id").to_owned();
    let _ada = Player::join(&server, "Ada").await;
    check.ask(&server, "POST", "/api/exhibitions/{exhibition}/start", &fresh, "").await;
    evening(&mut check, &server, &timed).await;
    bots(&mut check, &server).await;
    for body in ["", "{\"boards\":0}", "{\"boards\":", &format!("{{\"name\":\"{}\"}}", "x".repeat(20_000))] {
        check.ask(&server, "POST", "/api/exhibitions", "", body).await;
    }
    for (method, address, headers) in [
        ("POST", "/api/exhibitions", &[][..]),
        ("GET", "/api/organiser", &[("Authorization", "Bearer so_nobodys")]),
        ("GET", "/api/exhibitions", &[("Origin", "http://elsewhere.example")]),
        ("GET", "/api/exhibitions", &[("Origin", "http://a.example"), ("Origin", "http://a.example")]),
    ] {
        let answer = server.request(method, address, headers, "").await;
        check.see(method, address, &answer);
    }

    // Nothing that is described as good went unseen.
    for (address, methods) in description["paths"].as_object().expect("addresses") {
        for (method, operation) in methods.as_object().expect("methods") {
            let good =
                operation["responses"].as_object().expect("answers").keys().filter(|status| status.starts_with('2'));
            for status in good {
                let answer = (method.to_uppercase(), address.clone(), status.parse().expect("a status"));
                assert!(check.seen.contains(&answer), "nobody asked for {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_examples_of_settings_are_good_and_the_defaults_are_all_of_them() {
    let server = TestServer::with(2, &["--engine", "random", "--max-exhibitions", "200"]).await;
    let description = description();
    let settings = &description["components"]["schemas"]["Settings"];
    for example in settings["examples"].as_array().expect("examples") {
        let answer = server.post("/api/exhibitions", &example.to_string()).await;
        assert_eq!(answer.status, 201, "{example}: {answer:?}");
    }
    for (name, field) in settings["properties"].as_object().expect("fields") {
        for example in field["examples"].as_array().into_iter().flatten() {
            let answer = server.post("/api/exhibitions", &json!({ name: example }).to_string()).await;
            assert_eq!(answer.status, 201, "{name}: {example}: {answer:?}");
        }
    }
    let bearer = format!("Bearer {ORGANISER}");
    let told = server.request("GET", "/api/organiser", &[("Authorization", &bearer)], "").await.json();
    let known: BTreeSet<_> = told["defaults"].as_object().expect("defaults").keys().collect();
    assert_eq!(known, settings["properties"].as_object().expect("fields").keys().collect());
}

/// All of the program's code, with texts that go on in the next line made whole.
fn code(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            code(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            for line in fs::read_to_string(&path).expect("text").lines() {
                match line.trim_start().strip_suffix('\\') {
                    Some(part) => found.push_str(part),
                    None => found.extend([line.trim_start(), "\n"]),
                }
            }
        }
    }
}

#[test]
fn errors_are_told_in_the_programs_own_words() {
    let mut source = String::new();
    code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut source);
    let description = description();
    for (name, response) in description["components"]["responses"].as_object().expect("responses") {
        for (code, example) in response["content"]["application/json"]["examples"].as_object().expect("examples") {
            let error = &example["value"]["error"];
            assert_eq!(error["code"], **code, "{name}");
            // What is no JSON is told in the words of the library that reads it.
            if code != "bad_json" {
                // What stands in quotes is somebody else's.
                for part in error["message"].as_str().expect("a sentence").split('"').step_by(2) {
                    assert!(source.contains(part), "{name}: nowhere does the program say {part:?}");
                }
            }
        }
    }
}
