//! Tells every opponent how far away the master is.

use std::{collections::HashMap, time::Duration};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{board::BoardHandle, shared_walk::SharedWalk};
use crate::rules::{BoardNo, Millis};

/// Distances change with every visit, all of them; on a thousand boards with a fast master nobody could read that, and
/// telling it would cost more than the games.
const PAUSE: Duration = Duration::from_secs(1);

/// Follows `walk`, and tells each board its distance when that has changed, at most once a second.
pub async fn run(walk: SharedWalk, boards: Vec<BoardHandle>, stop: CancellationToken) {
    let mut walk = walk.watch();
    let mut told: HashMap<BoardNo, (usize, bool)> = HashMap::new();
    loop {
        let (distances, pace, playing) = walk.read_and_update(|walk| (walk.distances(), walk.pace(), walk.playing()));
        if playing == 0 {
            return;
        }
        for (board, boards_away) in distances {
            let news = (boards_away, pace.is_some());
            if told.insert(board, news) != Some(news) {
                let eta = pace.map(|Millis(pace)| Millis(pace.saturating_mul(boards_away as u64)));
                boards[board.index()].queue(boards_away, eta);
            }
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sleep(PAUSE) => {}
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            changed = walk.changed() => if changed.is_err() { return },
        }
    }
}
