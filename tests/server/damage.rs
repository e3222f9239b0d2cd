//! A database whose bytes a disk has changed: it is refused and left as it is, or what comes of it are the games that were
//! played. SQLite has no checksums, so that it does not see most of this.
//!
//! Each file is read as a small one, which is checked as a whole first, and as a large one, of which that is done while
//! it is in use: what is taken up and shown is right all the same, and nothing that is wrong is missed in the end.
//!
//! `SIMULTAN_DAMAGES` says how many (300), `SIMULTAN_SEED` which.

use std::{collections::BTreeMap, fs, path::Path};

use rand::{Rng, RngExt};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use simultan::{
    journal::{OpenError, SqliteStore, Store},
    record::event::{Event, ExhibitionId},
    rules::{Game, GameStatus},
};

use tokio_util::sync::CancellationToken;

use crate::common::{Player, TestServer};

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().expect(variable))
}

/// The file of two exhibitions: one that is over, one that is under way.
async fn image() -> Vec<u8> {
    let mut server = TestServer::with(3, &["--engine", "random", "--seed", "7", "--clock", "10m+5s"]).await;
    for last in [false, true] {
        let mut players = Vec::new();
        for name in ["Ada", "Bob", "Cyd"] {
            players.push(Player::join(&server, name).await);
        }
        for player in &mut players {
            for _ in 0..8 {
                player.play_anything().await;
            }
            if !last || player.board == 1 {
                player.say("resign").await;
                player.end().await;
            }
        }
        if !last {
            server.finished().await;
            assert_eq!(server.post("/api/exhibitions", "").await.status, 201);
        }
    }
    assert_eq!(server.terminate().await.code(), Some(0));
    fs::read(server.database()).expect("a database")
}

/// Any file is a small one, or none.
const WHOLE: u64 = u64::MAX;
const BESIDE: u64 = 0;

type Games = BTreeMap<(ExhibitionId, usize), (Vec<String>, GameStatus)>;

#[derive(Debug, Clone, PartialEq)]
struct Content {
    games: Games,
    events: Vec<(ExhibitionId, Vec<Event>)>,
}

/// What a server would take up, and what it would show of exhibitions that are over; and whether nothing is found by what
/// is left to check. Files of up to `small` bytes are small ones.
async fn content(path: &Path, small: u64) -> Result<(Content, bool), OpenError> {
    let mut store = SqliteStore::open_checking(path, small).await?;
    let records = store.unfinished().await?;
    let content = all(&store, records.into_iter().map(|(record, _)| record.view.id).max()).await?;
    let sound = match store.inspection().await? {
        Some(inspection) => inspection.run(CancellationToken::new()).await.is_ok(),
        None => true,
    };
    store.close().await;
    Ok((content, sound))
}

async fn all(store: &SqliteStore, last: Option<ExhibitionId>) -> Result<Content, OpenError> {
    let mut archive = store.archive().await?;
    let mut content = Content { games: Games::new(), events: Vec::new() };
    let listed = archive.list(None, 200).await?;
    assert_eq!(listed.first().map(|newest| newest.id), last, "the last one is taken up in any case");
    for summary in listed {
        let Some(record) = archive.load(summary.id).await? else { continue };
        let game = |game: &Game| (game.moves().map(|uci| uci.to_string()).collect(), game.status());
        content.games.extend(record.games.iter().enumerate().map(|(board, of)| ((summary.id, board), game(of))));
        content.events.push((summary.id, record.events));
    }
    Ok(content)
}

fn damage(image: &[u8], chance: &mut ChaCha8Rng) -> (String, Vec<u8>) {
    let mut bytes = image.to_vec();
    let at = chance.random_range(..bytes.len());
    let sector = at / 512 * 512..(at / 512 + 1) * 512;
    let kind = match chance.random_range(0..20u32) {
        0 => {
            bytes.truncate(at);
            "cut off"
        }
        1 => {
            bytes[sector].fill(0);
            "a sector of zeros"
        }
        2 => {
            let other = chance.random_range(..bytes.len() / 512) * 512;
            bytes.copy_within(other..other + 512, sector.start);
            "a sector written in another's place"
        }
        3 => {
            let end = (at + 8).min(bytes.len());
            chance.fill_bytes(&mut bytes[at..end]);
            "eight bytes of anything"
        }
        _ => {
            bytes[at] ^= 1 << chance.random_range(0..8u32);
            "a bit"
        }
    };
    (format!("{kind}, at byte {at}"), bytes)
}

#[tokio::test]
async fn a_damaged_database_never_gives_games_that_were_not_played() {
    let image = image().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("games.db");
    fs::write(&path, &image).expect("a file");
    let (truth, sound) = content(&path, WHOLE).await.expect("a sound database");
    assert_eq!((truth.games.len(), sound), (6, true));
    assert_eq!(content(&path, BESIDE).await.expect("a sound database"), (truth.clone(), true));
    let (damages, seed) = (number("SIMULTAN_DAMAGES", 300), number("SIMULTAN_SEED", 2026));
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for case in 0..damages {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(case);
        let (what, bytes) = damage(&image, &mut chance);
        let what = format!("case {case}, {what}");
        let path = folder.path().join(format!("{case}.db"));
        let mut unseen = Vec::new();
        for (size, small) in [("small", WHOLE), ("large", BESIDE)] {
            fs::write(&path, &bytes).expect("a file");
            let outcome = match content(&path, small).await {
                Err(error) => {
                    assert!(error.to_string().contains(path.to_str().expect("a plain path")), "{error}");
                    let now = fs::read(&path).expect("a file");
                    assert!(now == bytes, "{what}: refused as a {size} file ({error}), and changed");
                    "refused and left alone"
                }
                Ok((found, sound)) => {
                    assert_played(&found, &truth, &bytes, &format!("{what}, as a {size} file"));
                    match (sound, found == truth) {
                        (false, _) => "found in use",
                        (true, true) => "without consequence",
                        (true, false) => "same games, another name or time",
                    }
                }
            };
            unseen.push(["without consequence", "same games, another name or time"].contains(&outcome));
            *counts.entry((size, outcome)).or_default() += 1;
            for ending in ["", "-wal", "-shm", ".lock"] {
                let _ = fs::remove_file(folder.path().join(format!("{case}.db{ending}")));
            }
        }
        assert!(unseen[0] || !unseen[1], "{what}, is seen in a small file and not in a large one");
    }
    println!("{damages} damaged databases of {} bytes, seed {seed}: {counts:?}", image.len());
}

/// Every game is the one that was played.
fn assert_played(found: &Content, truth: &Content, bytes: &[u8], what: &str) {
    for (place, game) in &truth.games {
        if found.games.get(place) != Some(game) {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("damaged.db");
            fs::write(&kept, bytes).expect("a file");
            let found = found.games.get(place);
            panic!(
                "{what}, gives another game than was played; it is kept as {}\n{found:?}\nfor {game:?}",
                kept.display()
            );
        }
    }
}
