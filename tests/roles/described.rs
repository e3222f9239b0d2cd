//! The description of the HTTP part has every address of the router, with every answer that this program expects there.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::routes::{May, TABLE};

/// What is described: pages and sockets are not.
const DESCRIBED: [&str; 4] = ["/api/", "/j/", "/healthz", "/metrics"];

fn description() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gallery/openapi.json");
    serde_json::from_str(&fs::read_to_string(path).expect("a description")).expect("JSON")
}

/// Every method at every address.
fn operations(description: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (address, methods) in description["paths"].as_object().expect("addresses") {
        found.extend(
            methods.as_object().expect("methods").keys().map(|method| (method.to_uppercase(), address.clone())),
        );
    }
    found
}

#[test]
fn every_address_is_described_and_nothing_else_is() {
    let description = description();
    assert_eq!(description["info"]["version"], env!("CARGO_PKG_VERSION"));
    let there = operations(&description);
    let described = |address: &str| DESCRIBED.iter().any(|beginning| address.starts_with(beginning));
    let rows = TABLE.iter().filter(|(_, address, ..)| described(address));
    let routed: BTreeSet<_> = rows.map(|&(method, address, ..)| (method.to_owned(), address.to_owned())).collect();
    assert_eq!(there, routed, "the description on the left, the router on the right");
}

#[test]
fn every_answer_that_is_expected_is_described() {
    let description = description();
    for (method, address, may, told) in TABLE {
        let operation = &description["paths"][address][method.to_lowercase()];
        if operation.is_null() {
            continue;
        }
        let alone = may == May::OrganiserAlone;
        let statuses = told.iter().copied().chain(alone.then_some(401));
        for status in statuses {
            assert!(operation["responses"][status.to_string()].is_object(), "{method} {address}: {status}");
        }
        let secured = serde_json::json!([{ "organiser": [] }]);
        assert_eq!(operation["security"] == secured, alone, "{method} {address}: who may");
    }
}
