//! nginx before a hall and two galleries, as it is shipped; and the configurations of NATS.

use std::{fs, net::SocketAddr, process::Stdio};

use serde_json::json;
use tempfile::TempDir;
use tokio::{
    net::{TcpSocket, TcpStream},
    process::{Child, Command},
};

use crate::{
    common::{Link, TestServer, eventually, ports::free_ports},
    nats::{Gallery, Nats, ask, keys, put, shipped},
    tools::{make_certificate, nats_server, output},
};

const ALL: &str = "simuls.example.org";
const SHOWN: &str = "club7.simuls.example.org";
const ITSELF: &str = "club7.halls.example.org";

/// The distribution's nginx, also where users don't have its folder in their path.
fn nginx(folder: &TempDir) -> Command {
    let here = folder.path().to_str().expect("a plain path");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("nginx");
    command.env("PATH", format!("{path}:/usr/sbin")).stdin(Stdio::null()).kill_on_drop(true);
    command.args(["-p", here, "-e", &format!("{here}/errors"), "-c", &format!("{here}/main.conf")]);
    command
}

fn main_configuration(folder: &TempDir) {
    let here = folder.path().to_str().expect("a plain path");
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {here}/{kind};"))
        .join(" ");
    let main = format!(
        "daemon off; master_process off; pid {here}/pid; error_log {here}/errors; events {{}}\n\
         http {{ access_log off; {temporary} include {here}/site.conf; }}\n"
    );
    fs::write(folder.path().join("main.conf"), main).expect("a file");
}

/// The shipped file, with the servers where they are here.
fn site(hall: SocketAddr, galleries: [SocketAddr; 2]) -> String {
    let mut site = shipped("cluster.nginx.conf");
    for (name, address) in
        [("gallery-1", galleries[0]), ("gallery-2", galleries[1]), ("hall-club7", hall), ("hall-lyon", hall)]
    {
        site = put(&site, &format!("server {name}:8000;"), &format!("server {address};"));
    }
    site
}

#[tokio::test]
async fn nginx_takes_the_file_for_a_cluster() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().to_str().expect("a plain path");
    make_certificate(folder.path(), "fullchain.pem", "privkey.pem", &[ALL, "*.simuls.example.org"]).await;
    let [a, b, c] = free_ports();
    fs::write(folder.path().join("site.conf"), put(&site(a, [b, c]), "/etc/nginx/certs", here)).expect("a file");
    main_configuration(&folder);
    output(nginx(&folder).arg("-t")).await;
}

/// The same file, but without TLS.
async fn run(hall: SocketAddr, galleries: [SocketAddr; 2]) -> (Child, TempDir, SocketAddr) {
    let folder = tempfile::tempdir().expect("a folder");
    let [plain, address] = free_ports();
    let site = put(&site(hall, galleries), "listen 80;", &format!("listen {plain};"));
    let site = put(&site, "listen 443 ssl;", &format!("listen {address};"));
    let site: Vec<_> = site.lines().filter(|line| !line.trim_start().starts_with("ssl_")).collect();
    fs::write(folder.path().join("site.conf"), site.join("\n")).expect("a file");
    main_configuration(&folder);
    let mut process = nginx(&folder).spawn().expect("nginx (apt install nginx-light)");
    eventually("nginx", async || {
        let said = fs::read_to_string(folder.path().join("errors")).unwrap_or_default();
        assert!(process.try_wait().expect("a process").is_none(), "nginx ended: {said}");
        TcpStream::connect(address).await.ok().map(drop)
    })
    .await;
    (process, folder, address)
}

#[tokio::test]
async fn hosts_lead_to_halls_and_to_galleries() {
    let Some(program) = nats_server("where nginx leads whom in a cluster") else { return };
    let nats = Nats::with(&program, "one.conf", tempfile::tempdir().expect("a folder")).await;
    nats.init(&[]).await;
    let (url, trusting) = (nats.url(), ["--trusted-proxy", "127.0.0.1"]);
    let itself = format!("https://{ITSELF}");
    let publishing = ["--publish", &url, "--hall", "club7", "--public-address", &itself];
    let playing = ["--engine", "random", "--house-bots", "1"];
    let hall = TestServer::with(2, &[&playing[..], &publishing, &trusting].concat()).await;
    let public = [&["--public-address", "https://simuls.example.org"][..], &trusting].concat();
    let mut galleries = [Gallery::at(&url, &public).await, Gallery::at(&url, &public).await];
    for gallery in &galleries {
        gallery.shows("club7").await;
    }
    let (_nginx, _folder, proxy) = run(hall.address, [galleries[0].address, galleries[1].address]).await;
    let get = async |host: &str, path: &str| ask(proxy, host, "GET", path).await;

    // All halls, each with its own name in front of the galleries'.
    let halls = get(ALL, "/api/halls").await.json();
    assert_eq!((halls[0]["hall"].as_str(), halls[0]["host"].as_str()), (Some("club7"), Some(SHOWN)));
    assert_eq!(get(SHOWN, "/api/halls").await.json()[0]["here"], true);
    // Whoever wants to sit down is led to the hall, and is there by the same proxy.
    let led = get(SHOWN, "/e/1/play").await;
    assert_eq!((led.status, led.header("location")), (303, Some(&*format!("https://{ITSELF}/e/1/play"))));
    assert_eq!(get(ITSELF, "/e/1/play").await.status, 200);
    assert!(!get(ITSELF, "/api/halls").await.body.contains("club7"), "a hall is no gallery");
    // A gallery changes nothing, and no name leads past it to a hall.
    for host in [ALL, SHOWN, "lyon.simuls.example.org"] {
        ask(proxy, host, "POST", "/api/exhibitions/1/start").await.assert_error(403, "read_only");
    }
    ask(proxy, ITSELF, "POST", "/api/exhibitions/1/start").await.assert_error(401, "bad_token");

    // A spectator at the galleries hears what happens in the hall.
    let socket = || TcpSocket::new_v4().expect("a socket");
    let mut watching = Link::at(proxy, SHOWN, "/ws/1/watch", socket()).await;
    assert_eq!(watching.message().await["type"], "exhibition");
    let mut playing = Link::at(proxy, ITSELF, "/ws/1/play", socket()).await;
    playing.send(&json!({ "type": "join", "name": "Ada" })).await;
    assert_eq!(playing.message().await["type"], "seated");
    while watching.message().await["type"] != "joined" {}
    assert!(!hall.log().contains("--trusted-proxy"), "{}", hall.log());

    // One of the galleries is gone: nobody who comes notices.
    galleries[0].kill().await;
    for _ in 0..4 {
        assert_eq!(get(SHOWN, "/e/1").await.status, 200);
    }
}

#[tokio::test]
async fn nats_takes_the_shipped_configurations() {
    let Some(program) = nats_server("the shipped configurations of NATS") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    keys(folder.path(), &[]).await;
    make_certificate(folder.path(), "cert.pem", "key.pem", &["nats.example.org"]).await;
    for name in ["one.conf", "cluster.conf", "guarded.conf"] {
        let here = folder.path().to_str().expect("a plain path");
        let mut text = shipped(&format!("nats/{name}"));
        assert!(text.contains("sync_interval: always"), "{name}");
        // What is there for whoever wants it.
        let optional = ["tls {", "include "].map(|word| format!("#   {word}"));
        for line in optional.iter().filter(|line| text.contains(*line)).cloned().collect::<Vec<_>>() {
            text = text.replace(&line, line.trim_start_matches(['#', ' ']));
        }
        fs::write(folder.path().join(name), text.replace("/etc/nats", here)).expect("a file");
        output(Command::new(&program).env("NATS_NAME", "nats-1").arg("-t").arg("-c").arg(folder.path().join(name)))
            .await;
    }
}
