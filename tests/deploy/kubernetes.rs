//! The manifests for Kubernetes.

use std::{fs, path::PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::{
    shipped::Started,
    tools::{nats_server, output, python, root, yaml},
};

/// The oldest version of Kubernetes that is looked after, and the newest that the checker knows.
const VERSIONS: [&str; 2] = ["1.34", "1.37"];

fn files() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("deploy/kubernetes")).expect("a folder");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

async fn objects() -> Vec<Value> {
    let mut all = Vec::new();
    for file in files() {
        all.extend(yaml(&file).await);
    }
    all
}

fn of<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["kind"] == kind).collect()
}

#[tokio::test]
async fn the_manifests_are_what_kubernetes_takes() {
    for version in VERSIONS {
        let said = output(python().args(["-m", "kubernetes_validate", "--strict", "-k", version]).args(files())).await;
        assert!(!said.contains("ERROR"), "{said}");
    }
    // And what it would not take is found.
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = folder.path().join("wrong.yml");
    let text = fs::read_to_string(root().join("deploy/kubernetes/40-gallery.yml")).expect("text");
    assert!(text.contains("minReplicas"));
    fs::write(&wrong, text.replace("minReplicas", "minReplica")).expect("a file");
    let mut checker = python();
    checker.args(["-m", "kubernetes_validate", "--strict", "-k", VERSIONS[1]]).arg(&wrong);
    assert!(!checker.output().await.expect("it runs").status.success());
}

#[tokio::test]
async fn what_belongs_together_in_the_manifests_finds_each_other() {
    let objects = objects().await;
    assert!(objects.iter().skip(1).all(|object| object["metadata"]["namespace"] == "simultan"));
    let workloads: Vec<_> = ["StatefulSet", "Deployment"].iter().flat_map(|kind| of(&objects, kind)).collect();
    let labels = |workload: &Value| workload["spec"]["template"]["metadata"]["labels"].clone();
    for workload in &workloads {
        assert_eq!(workload["spec"]["selector"]["matchLabels"], labels(workload));
    }
    for service in of(&objects, "Service") {
        let selected = workloads.iter().find(|workload| labels(workload) == service["spec"]["selector"]);
        let selected = selected.unwrap_or_else(|| panic!("nobody is meant by {service}"));
        let container = &selected["spec"]["template"]["spec"]["containers"][0];
        for port in service["spec"]["ports"].as_array().expect("ports") {
            let at = port.get("targetPort").unwrap_or(&port["port"]);
            let open = container["ports"].as_array().expect("ports");
            assert!(open.iter().any(|open| open["name"] == *at || open["containerPort"] == *at), "{port}");
        }
    }
    for budget in of(&objects, "PodDisruptionBudget") {
        let meant = &budget["spec"]["selector"]["matchLabels"];
        assert!(workloads.iter().any(|workload| labels(workload) == *meant), "{budget}");
    }
    let named = |kind: &str, name: &Value| of(&objects, kind).iter().any(|object| object["metadata"]["name"] == *name);
    for scaler in of(&objects, "HorizontalPodAutoscaler") {
        assert!(named("Deployment", &scaler["spec"]["scaleTargetRef"]["name"]), "{scaler}");
    }
    for rule in of(&objects, "Ingress")[0]["spec"]["rules"].as_array().expect("rules") {
        let to = &rule["http"]["paths"][0]["backend"]["service"]["name"];
        assert!(named("Service", to), "{rule}");
    }
}

#[tokio::test]
async fn what_the_manifests_start_the_program_knows() {
    let mut count = 0;
    for object in objects().await {
        for container in object["spec"]["template"]["spec"]["containers"].as_array().into_iter().flatten() {
            if container["name"] == "nats" {
                continue;
            }
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            let set = container["env"].as_array().cloned().unwrap_or_default();
            // What comes from a secret is as long as a secret.
            let value = |set: &Value| set["value"].as_str().unwrap_or("an-organisers-token").to_owned();
            let environment = set.iter().map(|set| (text(&set["name"]), value(set))).collect();
            let arguments = container["args"].as_array().expect("arguments").iter().map(text).collect();
            Started { arguments, environment }.check().await;
            count += 1;
        }
    }
    assert_eq!(count, 3);
}

#[tokio::test]
async fn nats_takes_the_configuration_in_the_manifests() {
    let Some(nats) = nats_server("the configuration of NATS in the manifests") else { return };
    let objects = objects().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nats.conf");
    fs::write(&file, of(&objects, "ConfigMap")[0]["data"]["nats.conf"].as_str().expect("text")).expect("a file");
    output(Command::new(nats).env("NATS_NAME", "nats-0").arg("-t").arg("-c").arg(file)).await;
}
