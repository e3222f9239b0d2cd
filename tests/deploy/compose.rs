//! The compose files.

use std::{collections::BTreeMap, fs};

use serde_json::{Map, Value};

use crate::{
    shipped::Started,
    tools::{root, yaml},
};

/// What whoever hosts it puts there: docs/scale.md says how.
const THEIRS: &str = "./certs";

async fn services(file: &str) -> Map<String, Value> {
    let [composed] = yaml(&root().join(file)).await.try_into().expect("one document");
    composed["services"].as_object().expect("services").clone()
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    value.as_array().map(|all| all.iter().map(text).collect()).unwrap_or_default()
}

/// As compose fills it in where nothing is set.
fn filled_in(text: &str) -> String {
    match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(inside) => inside.split_once(":-").expect("what is taken where nothing is set").1.to_owned(),
        None => text.to_owned(),
    }
}

fn environment(service: &Value) -> BTreeMap<String, String> {
    let set = service["environment"].as_object().cloned().unwrap_or_default();
    set.into_iter().map(|(name, value)| (name, filled_in(value.as_str().expect("text in quotes")))).collect()
}

async fn check(file: &str, count: usize) {
    let services = services(file).await;
    let mut ours = 0;
    for (name, service) in &services {
        let is_ours = service["build"].is_string();
        if is_ours {
            ours += 1;
            let mut environment = environment(service);
            // An empty token is none, and one is made up.
            environment.retain(|_, value| !value.is_empty());
            Started { arguments: texts(&service["command"]), environment }.check().await;
        } else {
            let image = service["image"].as_str().expect("an image");
            assert!(image.split_once(':').is_some_and(|(_, tag)| tag != "latest"), "{name}: {image}");
        }
        for mounted in texts(&service["volumes"]).iter().filter(|volume| volume.starts_with('.')) {
            let here = mounted.split(':').next().unwrap_or_default();
            assert!(here == THEIRS || root().join("deploy").join(here).is_file(), "{name} mounts {here}");
        }
        for port in texts(&service["ports"]) {
            let inside = port.rsplit(':').next().unwrap_or_default().to_owned();
            let listens = if is_ours {
                fs::read_to_string(root().join("Dockerfile")).expect("text").contains(&format!("EXPOSE {inside}"))
            } else {
                let proxy = fs::read_to_string(root().join("deploy/cluster.nginx.conf")).expect("text");
                proxy.contains(&format!("listen {inside}")) && name == "proxy"
            };
            assert!(listens, "{name}: nobody listens at {port}");
        }
        let awaited = match &service["depends_on"] {
            Value::Object(awaited) => awaited.keys().cloned().collect(),
            list => texts(list),
        };
        assert!(awaited.iter().all(|awaited| services.contains_key(awaited)), "{name} waits for {awaited:?}");
    }
    assert_eq!(ours, count, "{file}");
}

#[tokio::test]
async fn a_hall_with_a_gallery_starts_as_its_file_says() {
    check("deploy/compose.gallery.yml", 3).await;
}

#[tokio::test]
async fn a_cluster_starts_as_its_file_says() {
    check("deploy/compose.cluster.yml", 5).await;
}

#[tokio::test]
async fn a_hall_alone_starts_as_its_file_says() {
    check("docker-compose.yml", 1).await;
}
