//! Twenty-four honest games, played to their end while strangers do every kind of harm.

use std::{collections::BTreeMap, time::Duration};

use tokio::{task::JoinSet, time::Instant};

use crate::{
    TURN,
    attack::{Attack, Attackers},
    common::TestServer,
    honest::{Receipts, patiently, percentile, play_out, ratio, seat},
    usage::{figure, files_go_back, size, usage},
};

const BOARDS: u32 = 24;
/// How long an opponent thinks.
const PACE: Duration = Duration::from_millis(100);
/// What the server may need beyond what it needs anyway, in KiB: a few thousand connections' worth.
const MORE_MEMORY: u64 = 128 * 1024;

/// How often each attack comes, at least.
const CYCLES: usize = 4;

/// The same games are their own measure: the attacks come and go, each kind in its turn and several times, and the
/// receipts of moves sent during an attack are held against those of the time between. So what else happens on the
/// machine happens to both.
#[tokio::test]
async fn honest_games_hardly_feel_an_attack() {
    let _turn = TURN.lock().await;
    patiently(siege).await;
}

/// One siege; `Err` where the games have felt it.
async fn siege() -> Result<(), String> {
    let slice = Duration::from_millis(size("SIMULTAN_ATTACK_MS", 400).into());
    let server = TestServer::with(BOARDS, &["--engine", "random", "--seed", "7"]).await;
    let attackers = Attackers::against(server.address);
    let receipts = Receipts::default();
    let mut slices: Vec<(Instant, Option<Attack>)> = vec![(Instant::now(), None)];
    let cycle = Attack::ALL.into_iter().flat_map(|attack| [Some(attack), None]);
    let mut orders = std::iter::repeat_n(cycle, CYCLES).flatten();
    let before = usage(&server);
    // What has been done of an attack.
    let done = |attack: Attack| attackers.tally.lock().expect("no panic").get(&attack).copied().unwrap_or(0);
    let mut done_before = 0;
    let (mut games, mut most) = (0, before);
    let mut over = false;
    // An exhibition after the other, until every attack was there often enough; the last one goes on to its end.
    while !over {
        if games > 0 {
            assert_eq!(server.post("/api/exhibitions", "").await.status, 201);
        }
        let mut playing = JoinSet::new();
        for player in seat(&server, BOARDS).await {
            playing.spawn(play_out(player, PACE, receipts.clone()));
        }
        let mut tick = tokio::time::interval(slice);
        loop {
            tokio::select! {
                biased;
                _ = tick.tick() => {
                    let now = usage(&server);
                    most.memory = most.memory.max(now.memory);
                    most.files = most.files.max(now.files);
                    // An attack stays until it has begun: its thread is the last to get the processor, and may get
                    // none for as long as a slice where the machine is busy.
                    if slices.last().and_then(|(_, attack)| *attack).is_some_and(|attack| done(attack) == done_before) {
                        continue;
                    }
                    let order = orders.next();
                    done_before = order.flatten().map_or(0, done);
                    over |= order.is_none();
                    attackers.order(order.flatten());
                    slices.push((Instant::now(), order.flatten()));
                }
                game = playing.join_next() => match game {
                    Some(end) => {
                        let (result, termination) = end.expect("no game breaks");
                        assert!(["1-0", "0-1", "1/2-1/2"].contains(&&*result), "{result} by {termination}");
                        games += 1;
                    }
                    None => break,
                },
            }
        }
        server.finished().await;
    }
    attackers.order(None);

    let during = |sent: Instant| {
        let place = slices.partition_point(|(from, _)| *from <= sent);
        slices[place.saturating_sub(1)].1
    };
    let calm = receipts.sorted(|sent| during(sent).is_none());
    let attacked = receipts.sorted(|sent| during(sent).is_some());
    let figures = |times: &[Duration]| {
        let [p50, p99] = [50, 99].map(|percent| percentile(times, percent));
        format!(
            "{:5} moves, p50 {p50:.1?} ({:.2}), p99 {p99:.1?} ({:.2})",
            times.len(),
            ratio(p50, percentile(&calm, 50)),
            ratio(p99, percentile(&calm, 99))
        )
    };
    let tally: BTreeMap<_, _> = attackers.tally.lock().expect("no panic").clone();
    eprintln!("siege: {games} games; without an attack {}\n  with any   {}", figures(&calm), figures(&attacked));
    for attack in Attack::ALL {
        let times = receipts.sorted(|sent| during(sent) == Some(attack));
        let done = tally.get(&attack).copied().unwrap_or(0);
        eprintln!("  {attack:?}: {done} times; {}", figures(&times));
        // The fault was injected, and is not what happens to go by.
        assert!(done > 0, "{attack:?}");
        let each = typical(&receipts, &slices, attack);
        if each >= 4.0 {
            return Err(format!("{attack:?}: {each:.1} times as long as just before; {}", figures(&times)));
        }
    }
    let felt = [50, 99].map(|percent| ratio(percentile(&attacked, percent), percentile(&calm, percent)));
    if felt[0] >= 3.0 || felt[1] >= 8.0 {
        return Err(figures(&attacked));
    }

    for reason in ["messages", "bytes", "bad_tokens"] {
        let refused = figure(&server, &format!("simultan_refusals_total{{reason=\"{reason}\"}}")).await;
        if refused == 0 {
            return Err(format!("so weak an attack that nobody was refused anything for {reason}"));
        }
        eprintln!("  refused for {reason}: {refused}");
    }
    files_go_back(&server, before).await;
    let after = usage(&server);
    eprintln!("  before {before:?}, at most {most:?}, after {after:?}");
    assert!(most.memory < before.memory + MORE_MEMORY, "{before:?}, {most:?}");
    assert!(!server.log().contains("panicked"), "{}", server.log());
    Ok(())
}

/// How many times as long a receipt takes during an attack as just before it: the median of the times that it came.
fn typical(receipts: &Receipts, slices: &[(Instant, Option<Attack>)], attack: Attack) -> f64 {
    let median = |from: Instant, to: Instant| {
        let times = receipts.sorted(|sent| (from..to).contains(&sent));
        (!times.is_empty()).then(|| percentile(&times, 50))
    };
    let mut ratios: Vec<_> = slices
        .windows(3)
        .filter(|around| around[1].1 == Some(attack))
        .filter_map(|around| Some(ratio(median(around[1].0, around[2].0)?, median(around[0].0, around[1].0)?)))
        .collect();
    ratios.sort_by(f64::total_cmp);
    assert!(ratios.len() > CYCLES / 2, "too few moves were played during {attack:?}");
    ratios[ratios.len() / 2]
}
