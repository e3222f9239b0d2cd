//! The files in `deploy/`, each as it is shipped but for names, places and ports: nginx and Caddy of the distribution in front
//! of a real server, with a certificate made on the spot; and what systemd itself says of the unit.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Join, join},
    net::TcpStream,
    process::{Child, ChildStdin, ChildStdout, Command},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{ClientRequestBuilder, Error},
};

use crate::common::{Answer, Heard, TestServer, eventually, ports::free_ports, server, within};

const NAME: &str = "simul.example.org";
const ORIGIN: &str = "https://simul.example.org";
/// A name by which nobody but a hall's own network can mean it.
const HALL: &str = "hall.local:8443";
/// The server that the files expect.
const EXPECTED: &str = "127.0.0.1:8000";

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Puts something of the test's own in a place where it must stand.
fn put(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in\n{text}");
    text.replace(from, to)
}

/// The command line that a shipped file tells its reader to use, with a limit by which is seen whom the server counts.
fn told_flags(text: &str) -> Vec<&str> {
    let line = text.lines().find_map(|line| line.trim_start_matches(['#', ' ']).strip_prefix("simultan serve "));
    let flags: Vec<_> = line.expect("how to start the server").split_whitespace().collect();
    assert_eq!(flags[..2], ["--bind", EXPECTED]);
    [&flags[2..], &["--engine", "random", "--address-joins", "1"]].concat()
}

/// A proxy, its server and its certificate.
struct Proxy {
    process: Child,
    server: TestServer,
    folder: TempDir,
    port: u16,
}

fn certificate(folder: &TempDir) -> PathBuf {
    folder.path().join("cert.pem")
}

async fn make_certificate(folder: &TempDir) {
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    command.args(["-subj", &format!("/CN={NAME}"), "-addext", &format!("subjectAltName=DNS:{NAME},DNS:hall.local")]);
    command.arg("-out").arg(certificate(folder)).arg("-keyout").arg(folder.path().join("key.pem"));
    let made = within("a certificate", command.output()).await.expect("openssl (apt install openssl)");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// A program of the distribution's, also where users don't have its folder in their path.
fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/usr/bin")).kill_on_drop(true).stdin(Stdio::null());
    command
}

impl Proxy {
    async fn nginx() -> Proxy {
        let text = shipped("nginx.conf");
        let (folder, server) = (tempfile::tempdir().expect("a folder"), TestServer::with(4, &told_flags(&text)).await);
        make_certificate(&folder).await;
        let [plain, port] = free_ports().map(|address| address.port());
        let letsencrypt = "/etc/letsencrypt/live/simul.example.org";
        let here = folder.path().to_str().expect("a plain path");
        let mut site = put(&text, &format!("    server {EXPECTED};"), &format!("    server {};", server.address));
        for (from, to) in [
            ("listen 80;", format!("listen 127.0.0.1:{plain};")),
            ("listen 443 ssl;", format!("listen 127.0.0.1:{port} ssl;")),
            // Not every machine that tests has IPv6.
            ("listen [::]:80;", String::new()),
            ("listen [::]:443 ssl;", String::new()),
            (&format!("{letsencrypt}/fullchain.pem"), format!("{here}/cert.pem")),
            (&format!("{letsencrypt}/privkey.pem"), format!("{here}/key.pem")),
        ] {
            site = put(&site, from, &to);
        }
        fs::write(folder.path().join("site.conf"), site).expect("a file");
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {here}/{kind};"))
            .join(" ");
        let main = format!(
            "daemon off; master_process off; pid {here}/pid; error_log {here}/errors; events {{}}\n\
             http {{ access_log off; {temporary} include {here}/site.conf; }}\n"
        );
        fs::write(folder.path().join("main.conf"), main).expect("a file");
        let mut command = program("nginx");
        command.args(["-p", here, "-e", &format!("{here}/errors"), "-c", &format!("{here}/main.conf")]);
        let process = command.spawn().expect("nginx (apt install nginx-light)");
        let mut proxy = Proxy { process, server, folder, port };
        proxy.is_there().await;
        // And who comes without TLS is sent on.
        let moved = ask(TcpStream::connect(("127.0.0.1", plain)).await.expect("a connection"), NAME, "/e/1?a=b").await;
        assert_eq!((moved.status, moved.header("location")), (301, Some("https://simul.example.org/e/1?a=b")));
        proxy
    }

    async fn caddy() -> Proxy {
        let text = shipped("Caddyfile");
        let (folder, server) = (tempfile::tempdir().expect("a folder"), TestServer::with(4, &told_flags(&text)).await);
        make_certificate(&folder).await;
        let [port] = free_ports().map(|address| address.port());
        let here = folder.path().to_str().expect("a plain path");
        let site = put(&text, &format!("reverse_proxy {EXPECTED} {{"), &format!("reverse_proxy {} {{", server.address));
        let block =
            format!("\nhttps://{NAME}:{port}, https://hall.local:{port} {{\n\ttls {here}/cert.pem {here}/key.pem\n");
        let site = put(&site, &format!("\n{NAME} {{\n"), &block);
        let site = format!(
            "{{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n\tstorage file_system {here}\n}}\n{site}"
        );
        fs::write(folder.path().join("Caddyfile"), site).expect("a file");
        let mut command = program("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config", &format!("{here}/Caddyfile")]);
        command.env("HOME", here).stderr(fs::File::create(folder.path().join("errors")).expect("a file"));
        let process = command.spawn().expect("Caddy (apt install caddy)");
        let mut proxy = Proxy { process, server, folder, port };
        proxy.is_there().await;
        proxy
    }

    async fn is_there(&mut self) {
        let Proxy { process, folder, port, .. } = self;
        eventually("the proxy", async || {
            if let Some(status) = process.try_wait().expect("a process") {
                let said = fs::read_to_string(folder.path().join("errors")).unwrap_or_default();
                panic!("the proxy ended with {status}: {said}");
            }
            TcpStream::connect(("127.0.0.1", *port)).await.ok().map(drop)
        })
        .await;
    }

    /// A TLS connection from one of this machine's addresses, through a client that believes the certificate or goes.
    async fn connect(&self, from: &str) -> Tls {
        let mut command = program("openssl");
        command.args(["s_client", "-quiet", "-verify_quiet", "-verify_return_error", "-verify_hostname", NAME]);
        command.args(["-servername", NAME, "-alpn", "http/1.1", "-CAfile"]).arg(certificate(&self.folder));
        command.args(["-bind", &format!("{from}:0"), "-connect", &format!("127.0.0.1:{}", self.port)]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("openssl");
        let (said, heard) = (process.stdin.take().expect("stdin"), process.stdout.take().expect("stdout"));
        Tls { stream: join(heard, said), process }
    }

    async fn get(&self, host: &str, path: &str) -> Answer {
        let Tls { stream, process } = self.connect("127.0.0.1").await;
        let answer = ask(stream, host, path).await;
        drop(process);
        answer
    }

    /// Sits down from an address of its own, and gives what is told first.
    async fn sit_down(&self, from: &str, headers: &[(&str, &str)]) -> (Seated, Value) {
        let mut seated = self.socket(from, "/ws/current/play", headers).await.expect("a WebSocket");
        seated.send(&json!({ "type": "join", "name": "Ada", "legal_moves": true })).await;
        let told = seated.hear().await;
        (seated, told)
    }

    async fn socket(&self, from: &str, path: &str, headers: &[(&str, &str)]) -> Result<Seated, Error> {
        let Tls { stream, process } = self.connect(from).await;
        let address = format!("wss://{NAME}{path}").parse().expect("an address");
        let mut request = ClientRequestBuilder::new(address).with_sub_protocol("simultan.v1");
        for (name, value) in headers {
            request = request.with_header(*name, *value);
        }
        let (socket, _) = within("a handshake", client_async(request, stream)).await?;
        Ok(Seated { socket, _process: process })
    }
}

type Stream = Join<ChildStdout, ChildStdin>;

struct Tls {
    stream: Stream,
    process: Child,
}

struct Seated {
    socket: WebSocketStream<Stream>,
    _process: Child,
}

impl Seated {
    async fn send(&mut self, message: &Value) {
        within("room", self.socket.send(message.to_string().into())).await.expect("a connection");
    }

    async fn hear(&mut self) -> Value {
        loop {
            match Heard::sort(within("a frame", self.socket.next()).await) {
                Some(Heard::Text(text)) => return serde_json::from_str(&text).expect("JSON"),
                Some(end) => panic!("the connection ended: {end:?}"),
                None => {}
            }
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let told = self.hear().await;
            if wanted(&told) {
                return told;
            }
        }
    }
}

async fn ask(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, host: &str, path: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let asked = async {
        stream.write_all(request.as_bytes()).await.expect("room");
        stream.flush().await.expect("room");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer
    };
    Answer::read(&within("an answer", asked).await)
}

/// What a proxy has to do, whichever it is.
async fn assert_passes_on(proxy: &Proxy) {
    let page = proxy.get(NAME, "/").await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains("<!doctype html>") || page.body.contains("<!DOCTYPE html>"), "{}", page.body);
    assert_eq!(page.header("content-security-policy").map(str::is_empty), Some(false));
    let api = proxy.get(NAME, "/api/exhibitions/current").await;
    assert!(api.status == 200 && api.body.contains(r#""type":"exhibition""#), "{api:?}");
    // The server sees the Host as it was: that a page is its own is known by nothing else here. And the Origin.
    let own = proxy.get(&format!("{HALL}\r\nOrigin: https://{HALL}"), "/api/exhibitions/current").await;
    assert_eq!(own.status, 200, "{own:?}");
    let refused = proxy.socket("127.0.0.1", "/ws/current/watch", &[("Origin", "https://elsewhere.example")]).await;
    let Err(Error::Http(refused)) = refused else { panic!("a page from elsewhere was let in") };
    assert_eq!(refused.status(), 403);

    let mut watching =
        proxy.socket("127.0.0.9", "/ws/current/watch", &[("Origin", ORIGIN)]).await.expect("a WebSocket");
    assert_eq!(watching.hear().await["type"], "exhibition");
    // One seat a minute for each address: so it is seen whom the server takes a client for.
    let (mut ada, told) = proxy.sit_down("127.0.0.2", &[("Origin", ORIGIN)]).await;
    assert_eq!(told["type"], "seated", "{told}");
    let (_, told) = proxy.sit_down("127.0.0.2", &[]).await;
    assert_eq!(told["code"], "rate_limited", "{told}");
    let (_, told) = proxy.sit_down("127.0.0.2", &[("X-Forwarded-For", "192.0.2.7")]).await;
    assert_eq!(told["code"], "rate_limited", "nobody is believed but the proxy: {told}");
    let (_ben, told) = proxy.sit_down("127.0.0.3", &[]).await;
    assert_eq!(told["type"], "seated", "{told}");

    proxy.server.start_games().await;
    let turn = ada.until(|told| told["legal_moves"][0].is_string()).await;
    ada.send(&json!({ "type": "move", "ply": 2, "uci": turn["legal_moves"][0] })).await;
    ada.until(|told| told["type"] == "moved" && told["ply"] == 2).await;
    watching.until(|told| told["type"] == "moved" && told["board"] == 1 && told["ply"] == 2).await;
    assert!(!proxy.server.log().contains("--trusted-proxy"), "{}", proxy.server.log());
}

#[tokio::test]
async fn nginx_passes_everything_on() {
    assert_passes_on(&Proxy::nginx().await).await;
}

#[tokio::test]
async fn caddy_passes_everything_on() {
    assert_passes_on(&Proxy::caddy().await).await;
}

/// Whether systemd understands the unit, and what of the machine it leaves open.
#[tokio::test]
async fn systemd_takes_the_unit_and_finds_it_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let unit = folder.path().join("simultan.service");
    // The program is not installed where tests run.
    let text = put(&shipped("simultan.service"), "/usr/local/bin/simultan", server::BINARY);
    fs::write(&unit, &text).expect("a file");
    for arguments in [&["verify"][..], &["security", "--offline=true", "--threshold=20", "--no-pager"]] {
        let output = program("systemd-analyze").args(arguments).arg(&unit).output();
        let output = within("systemd-analyze", output).await.expect("systemd-analyze (apt install systemd)");
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).join("\n");
        assert!(output.status.success() && !said.contains("Unknown key"), "{said}");
    }
    // What it sets, the program knows.
    let help = program(server::BINARY).args(["serve", "--help"]).output().await.expect("the binary runs");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    let set: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("Environment=")?.split('=').next()).collect();
    assert_eq!(set.len(), 2);
    assert!(set.iter().all(|name| help.contains(&format!("[env: {name}"))), "{set:?} in\n{help}");
}
