//! Every address, with every method, by every role.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{
    client::{
        Request, bearing, ended, everything, garbled, human_master, open, organisers_token_misplaced, running, stay,
    },
    common::{ORGANISER, TestServer},
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Without any token: anybody, spectators too.
    Nobody,
    /// With the token of the seat that the address is about.
    OwnSeat,
    /// With the token of another seat of the same exhibition.
    OtherSeat,
    /// With the token of a seat in another exhibition.
    SeatElsewhere,
    /// With the token of a seat in an exhibition that has ended.
    SeatOfEnded,
    /// With a token that is made like one, and nobody's.
    WrongToken,
    /// With what is no token.
    Garbled,
    /// With the organiser's token in a place where it counts for nothing.
    Misplaced,
    /// With a human master's token.
    Master,
    /// With the organiser's token.
    Organiser,
}

const ROLES: [Role; 10] = [
    Role::Nobody,
    Role::OwnSeat,
    Role::OtherSeat,
    Role::SeatElsewhere,
    Role::SeatOfEnded,
    Role::WrongToken,
    Role::Garbled,
    Role::Misplaced,
    Role::Master,
    Role::Organiser,
];

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    Anybody,
    /// The organiser sees more: who shows another token is told that it is none.
    AnybodyWithoutToken,
    /// Everybody else is told 401, whatever the address says: not even what exists is to be learned.
    OrganiserAlone,
}
use May::{Anybody, AnybodyWithoutToken, OrganiserAlone};

/// The answer to who may, by how far the exhibition in the address is: open, running, ended, none such. One where the
/// address names no exhibition.
pub(crate) type Told = [u16; 4];

const fn always(status: u16) -> Told {
    [status; 4]
}

/// A WebSocket's handshake, as a method.
pub(crate) const WEBSOCKET: &str = "WEBSOCKET";

#[rustfmt::skip]
pub(crate) const TABLE: [(&str, &str, May, Told); 59] = [
    ("GET",  "/",                                               Anybody,        always(200)),
    ("GET",  "/e/{exhibition}",                                 Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/desk",                            Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/play",                            Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/bot",                             Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/master",                          Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/wall",                            Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/overlay",                         Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/sheet",                           Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/results",                         Anybody,        always(200)),
    ("GET",  "/e/{exhibition}/certificate/{board}",             Anybody,        always(200)),
    ("GET",  "/static/{*path}",                                 Anybody,        always(200)),
    ("GET",  "/healthz",                                        Anybody,        always(200)),
    ("GET",  "/metrics",                                        Anybody,        always(200)),
    ("GET",  "/api/exhibitions",                                Anybody,        always(200)),
    ("POST", "/api/exhibitions",                                OrganiserAlone, always(201)),
    ("GET",  "/api/exhibitions/{exhibition}",                   AnybodyWithoutToken, [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/games.pgn",         Anybody,        [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/results",           Anybody,        [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/results.csv",       Anybody,        [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/boards/{board}",    Anybody,        [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/boards/{board}/game.pgn", Anybody,  [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/forecast",          Anybody,        [409, 200, 409, 404]),
    ("GET",  "/api/forecast",                                   Anybody,        always(200)),
    ("GET",  "/api/addresses",                                  Anybody,        always(200)),
    ("GET",  "/api/halls",                                      Anybody,        always(200)),
    ("GET",  "/api/organiser",                                  OrganiserAlone, always(200)),
    ("GET",  "/api/openapi.json",                               Anybody,        always(200)),
    ("GET",  "/ws/{exhibition}/play",                           Anybody,        always(426)),
    ("GET",  "/ws/{exhibition}/watch",                          Anybody,        [426, 426, 426, 404]),
    // A player is told on the socket that there is no such exhibition. No header of a handshake says who somebody is.
    ("GET",  "/ws/{exhibition}/master",                         Anybody,        always(426)),
    (WEBSOCKET, "/ws/{exhibition}/master",                      Anybody,        always(101)),
    (WEBSOCKET, "/ws/{exhibition}/play",                        Anybody,        always(101)),
    (WEBSOCKET, "/ws/{exhibition}/watch",                       Anybody,        [101, 101, 101, 404]),
    ("GET",  "/anything/else",                                  Anybody,        always(404)),
    ("GET",  "/j/{code}",                                       Anybody,        always(404)),
    ("POST", "/api/exhibitions/{exhibition}/seats",             Anybody,        always(400)),
    ("GET",  "/api/exhibitions/{exhibition}/settings",          OrganiserAlone, [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/seats",             OrganiserAlone, [200, 200, 200, 404]),
    ("GET",  "/api/exhibitions/{exhibition}/waiting",           OrganiserAlone, [200, 200, 200, 404]),
    ("PATCH", "/api/exhibitions/{exhibition}",                  OrganiserAlone, [200, 200, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/announce",          OrganiserAlone, [400, 400, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/fill",              OrganiserAlone, [400, 400, 409, 404]),
    ("PATCH", "/api/exhibitions/{exhibition}/seats/{board}",    OrganiserAlone, [400, 400, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/seats/{board}/admit", OrganiserAlone, [409, 409, 409, 404]),
    // The master of these games plays from a script, and has no opinion.
    ("GET",  "/api/exhibitions/{exhibition}/boards/{board}/suggestion", OrganiserAlone, [409, 503, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/boards/{board}/adjudicate", OrganiserAlone, [400, 400, 409, 404]),
    ("GET",  "/api/bots",                                       OrganiserAlone, always(200)),
    ("POST", "/api/bots",                                       OrganiserAlone, always(400)),
    ("DELETE", "/api/bots/{name}",                              OrganiserAlone, always(404)),
    ("GET",  "/game/export/{game}",                             Anybody,        always(404)),
    ("POST", "/api/exhibitions/{exhibition}/pause",             OrganiserAlone, [409, 200, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/continue",          OrganiserAlone, [409, 200, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/last-round",        OrganiserAlone, [409, 200, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/seats/{board}/forget", OrganiserAlone, [200, 200, 200, 404]),
    // Programs play in all of them.
    ("POST", "/api/exhibitions/{exhibition}/master",            OrganiserAlone, [409, 409, 409, 404]),
    // After this one it is no longer open.
    ("POST", "/api/exhibitions/{exhibition}/start",             OrganiserAlone, [200, 409, 409, 404]),
    // It has one player, and is over with this; the running one is over with the next.
    ("DELETE", "/api/exhibitions/{exhibition}/seats/{board}",   OrganiserAlone, [200, 200, 409, 404]),
    ("POST", "/api/exhibitions/{exhibition}/cancel",            OrganiserAlone, [409, 200, 409, 404]),
];

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];

/// The router's addresses with their methods, read from the code.
fn routed() -> BTreeSet<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gallery");
    let mut found = BTreeSet::new();
    for file in fs::read_dir(folder).expect("the gallery") {
        let code = fs::read_to_string(file.expect("a file").path()).expect("text");
        for route in code.split(".route(").skip(1) {
            let line = route.trim_start();
            let address = line.strip_prefix('"').and_then(|rest| rest.split('"').next());
            let address = address.unwrap_or_else(|| panic!("an address that this test can't read: {line}"));
            let handlers = &line[address.len() + 2..line.find('\n').unwrap_or(line.len())];
            let words = handlers.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '(');
            let calls = words.filter_map(|word| word.split_once('(')).map(|(name, _)| name.to_uppercase());
            let methods: Vec<_> = calls.filter(|name| METHODS.contains(&name.as_str()) || name == "ANY").collect();
            assert!(!methods.is_empty(), "{address} has a method that this test does not know: {handlers}");
            found.extend(methods.into_iter().map(|method| (method, address.to_owned())));
        }
        for other in [".nest(", ".route_service(", ".nest_service(", "fallback_service("] {
            assert!(!code.contains(other), "{other}…) makes addresses that this test does not see");
        }
    }
    found
}

#[test]
fn every_address_of_the_router_has_its_row() {
    let pair = |&(method, address, ..): &(&str, &str, May, Told)| (method.to_owned(), address.to_owned());
    let real = |row: &&(&str, &str, May, Told)| row.0 != WEBSOCKET && row.1 != "/anything/else";
    let rows: BTreeSet<_> = TABLE.iter().filter(real).map(pair).collect();
    assert_eq!(rows, routed(), "the table on the left, the router on the right");
}

/// The exhibitions that the addresses are about, by how far they are, and what each role shows of itself.
struct Hall {
    exhibitions: [String; 4],
    shown: BTreeMap<usize, Vec<Vec<(String, String)>>>,
}

impl Hall {
    fn headers(&self, role: Role) -> &[Vec<(String, String)>] {
        &self.shown[&(role as usize)]
    }

    fn address(&self, template: &str, place: usize) -> String {
        let address = template.replace("{exhibition}", &self.exhibitions[place]).replace("{board}", "1");
        let address = address.replace("{*path}", "js/dom.js");
        if address == "/api/forecast" { address + "?boards=2&moves=5±1" } else { address }
    }
}

/// How many exhibitions an address can be about: one that names none is asked once.
fn places(template: &str) -> usize {
    if template.contains("{exhibition}") { 4 } else { 1 }
}

/// Asks as each of the ways in which a role can show itself, and expects one status; a refusal must change nothing.
async fn assert_cell(server: &TestServer, hall: &Hall, role: Role, method: &str, target: &str, status: u16) {
    for headers in hall.headers(role) {
        assert_answer(server, role, headers, method, target, status).await;
    }
}

async fn assert_answer(
    server: &TestServer,
    role: Role,
    headers: &[(String, String)],
    method: &str,
    target: &str,
    status: u16,
) {
    let answer = match method {
        WEBSOCKET => Request { method: "GET", target, headers, body: "" }.shake_hands(server).await,
        _ => Request { method, target, headers, body: "" }.send(server).await,
    };
    assert_eq!(answer.status, status, "{role:?} {method} {target} {headers:?}: {answer:?}");
    if answer.status == 401 {
        if method != "HEAD" {
            answer.assert_error(401, "bad_token");
        }
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    assert!(!answer.body.contains(ORGANISER), "{method} {target} tells the organiser's token");
}

#[tokio::test]
async fn every_role_may_do_its_own_and_nothing_else() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (_, master) = human_master(&server).await;
    let (ended, ended_players) = ended(&server, &["Eve"]).await;
    let (running, running_players) = running(&server, &["Ada", "Ben"]).await;
    let (open, open_players) = open(&server, 2, &["Ole"]).await;
    let (ended_seats, running_seats, open_seats) = (stay(ended_players), stay(running_players), stay(open_players));
    let token = |role: Role| match role {
        Role::Nobody => vec![Vec::new()],
        Role::OwnSeat => vec![bearing(&running_seats[0])],
        Role::OtherSeat => vec![bearing(&running_seats[1])],
        Role::SeatElsewhere => vec![bearing(&open_seats[0])],
        Role::SeatOfEnded => vec![bearing(&ended_seats[0])],
        Role::WrongToken => vec![bearing("so_AAAAAAAAAAAAAAAAAAAAAA"), bearing("sp_AAAAAAAAAAAAAAAAAAAAAA")],
        Role::Garbled => garbled(),
        Role::Misplaced => organisers_token_misplaced(),
        Role::Master => vec![bearing(&master)],
        Role::Organiser => vec![bearing(ORGANISER)],
    };
    let shown = ROLES.into_iter().map(|role| (role as usize, token(role))).collect();
    let hall = Hall { exhibitions: [open, running, ended, "99".to_owned()], shown };

    // The organiser comes last, since he may change things.
    for role in ROLES {
        for &(method, template, may, told) in &TABLE {
            let allowed = may != OrganiserAlone || role == Role::Organiser;
            let before = everything(&server).await;
            for (place, &status) in told.iter().enumerate().take(places(template)) {
                let status = if allowed { status } else { 401 };
                let target = hall.address(template, place);
                if may == AnybodyWithoutToken {
                    for headers in hall.headers(role) {
                        let shows = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
                        let told = if status == 200 && shows && role != Role::Organiser { 401 } else { status };
                        assert_answer(&server, role, headers, method, &target, told).await;
                    }
                    continue;
                }
                assert_cell(&server, &hall, role, method, &target, status).await;
                if method == "GET" && !target.starts_with("/api/forecast") {
                    assert_cell(&server, &hall, role, "HEAD", &target, status).await;
                }
            }
            let after = everything(&server).await;
            let changes = allowed && ["POST", "DELETE"].contains(&method) && told.iter().any(|status| *status < 300);
            assert_eq!(before == after, !changes, "{role:?} {method} {template}: {before:#?}\n{after:#?}");
        }
    }

    // In the address a token counts for nothing.
    let target = format!("/api/exhibitions?token={ORGANISER}&organiser={ORGANISER}");
    assert_cell(&server, &hall, Role::Nobody, "POST", &target, 401).await;
}

#[tokio::test]
async fn a_method_that_an_address_does_not_have_is_nobodys() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (id, players) = running(&server, &["Ada"]).await;
    let shown = [
        (Role::Nobody as usize, vec![Vec::new()]),
        (Role::OwnSeat as usize, vec![bearing(&players[0].token)]),
        (Role::Organiser as usize, vec![bearing(ORGANISER)]),
    ];
    let hall = Hall { exhibitions: [(); 4].map(|()| id.clone()), shown: shown.into() };
    let before = everything(&server).await;
    let routed = routed();
    let addresses: BTreeSet<_> = routed.iter().map(|(_, address)| address).collect();
    for address in addresses {
        let has = |method: &str| routed.contains(&(method.to_owned(), address.clone()));
        let target = hall.address(address, 0);
        for method in METHODS.into_iter().filter(|&method| !(has(method) || method == "HEAD" && has("GET"))) {
            for role in [Role::Nobody, Role::OwnSeat, Role::Organiser] {
                for headers in hall.headers(role) {
                    let answer = Request { method, target: &target, headers, body: "" }.send(&server).await;
                    assert_eq!(answer.status, 405, "{role:?} {method} {target}");
                    let allow = answer.header("allow").unwrap_or_default().to_owned();
                    let told: BTreeSet<_> = allow.split(',').filter(|&method| method != "HEAD").collect();
                    let real = METHODS.into_iter().filter(|&method| has(method)).collect();
                    assert_eq!(told, real, "{method} {target}");
                }
            }
        }
        assert_eq!(everything(&server).await, before, "{address}");
    }
}
