//! Timelines that stand still and go on.

use super::*;

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn time_that_stood_still_has_not_passed() {
    let brake = Brake::new();
    let timeline = Timeline::from(Millis(500), &brake.pace());
    pass(2).await;
    brake.stop();
    let stopped = Instant::now();
    pass(7).await;
    assert_eq!((timeline.now(), timeline.runs(), timeline.instant(Millis(9000))), (Millis(2500), false, None));
    let later = Timeline::from(Millis(0), &brake.pace());
    brake.stop();
    pass(1).await;
    brake.release();
    brake.release();
    pass(3).await;
    assert_eq!((timeline.now(), later.now()), (Millis(5500), Millis(3000)));
    assert_eq!(timeline.at(stopped + Duration::from_secs(4)), Millis(2500), "what came in meanwhile");
    assert_eq!(timeline.at(stopped - Duration::from_secs(1)), Millis(1500), "what came in before");
    assert_eq!(timeline.instant(Millis(6500)), Some(Instant::now() + Duration::from_secs(1)));
}

/// The clock jumps without a step of anybody's, as when the process was stopped.
fn jump(stills: &Watched<Stills>, seconds: u64) {
    stills.modify(|stills| {
        let (last, wall) = stills.looked.expect("it is watched");
        let earlier = last.checked_sub(Duration::from_secs(seconds)).expect("it has run for longer");
        stills.looked = Some((earlier, wall));
        false
    });
}

#[tokio::test(start_paused = true)]
async fn time_in_which_the_server_did_not_run_is_nobodys() {
    let brake = Brake::new();
    let (timeline, mut pace) = (Timeline::from(Millis::ZERO, &brake.pace()), brake.pace());
    let _watching = tokio::spawn(brake.pace().watch_for_gaps());
    sleep(Duration::from_secs(20)).await;
    assert_eq!(timeline.now(), Millis(20_000), "what passes while it runs counts");
    jump(&brake.0, 12);
    assert_eq!(timeline.now(), Millis(8_000), "whoever reads first already finds it counted");
    pace.changed().await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(timeline.now(), Millis(9_000));
    jump(&brake.0, 5);
    brake.stop();
    assert_eq!(timeline.now(), Millis(4_000), "what stops time finds it counted too");
    jump(&brake.0, 3);
    sleep(Duration::from_secs(2)).await;
    brake.release();
    assert_eq!(timeline.now(), Millis(4_000), "it stood still anyway");
}

#[tokio::test(start_paused = true)]
async fn a_busy_loop_is_no_gap() {
    let brake = Brake::new();
    let timeline = Timeline::from(Millis::ZERO, &brake.pace());
    let _watching = tokio::spawn(brake.pace().watch_for_gaps());
    sleep(Duration::from_secs(5)).await;
    pass(0).await;
    tokio::time::advance(Duration::from_millis(900)).await;
    assert_eq!(timeline.now(), Millis(5_900));
    tokio::time::advance(Duration::from_millis(1_500)).await;
    assert_eq!(timeline.now(), Millis(5_900), "a jump of tokio's own clock is one");
}

#[tokio::test(start_paused = true)]
async fn however_often_it_stood_still() {
    let brake = Brake::new();
    let timeline = Timeline::from(Millis::ZERO, &brake.pace());
    for _ in 0..3 * REMEMBERED {
        pass(1).await;
        brake.stop();
        pass(1).await;
        brake.release();
    }
    assert_eq!(timeline.now(), Millis(3 * REMEMBERED as u64 * 1000));
}
