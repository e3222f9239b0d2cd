//! `simultan demo`: a server whose seats but one are taken by bots.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    banner,
    config::{DemoArgs, ServeArgs},
    relay_args::PublishArgs,
    server,
};
use crate::{
    exhibition::{
        setting_values::{CodeChoice, Description, PassLimit, TimeLimit},
        settings_error::MOST_LATE_ROUNDS,
        setup_choices::{ColorChoice, StartChoice},
    },
    gallery::MetricsFor,
    record::program::Admission,
};

/// How long the free seat is waited for before the games begin: whoever comes later still gets it.
const OVERTURE: Duration = Duration::from_secs(15);

/// A server on a database that goes away with it, unless one is named.
pub(super) async fn demo(args: DemoArgs, stop: CancellationToken) -> Result<(), Box<dyn std::error::Error>> {
    let passing = args.database.is_none().then(passing_directory).transpose()?;
    let database = args.database.unwrap_or_else(|| passing.as_ref().map(|dir| dir.join("demo.db")).unwrap_or_default());
    let args = ServeArgs {
        bind: args.bind,
        database,
        boards: args.boards,
        name: "Demonstration".parse()?,
        text: Description::default(),
        engine: args.engine,
        think: args.think,
        master: "engine".to_owned(),
        master_name: None,
        clock: "none".parse()?,
        master_extra: Duration::ZERO,
        master_extra_per_board: Duration::ZERO,
        color: ColorChoice::default(),
        start: StartChoice::Standard,
        walk: "in-turn".parse()?,
        late_rounds: MOST_LATE_ROUNDS,
        passes: PassLimit(None),
        grace: Duration::ZERO,
        retract: true,
        code: CodeChoice::None,
        admission: Admission::Open,
        closes_after: TimeLimit(None),
        absent_after: TimeLimit(None),
        delay: Duration::ZERO,
        chat: true,
        house_bots: args.boards - 1,
        bot_pace: "3s..15s".parse()?,
        organiser_token: std::env::var("SIMULTAN_ORGANISER_TOKEN").ok(),
        metrics_for: MetricsFor::Everybody,
        webhooks: Vec::new(),
        webhook_secret: None,
        limits: args.limits,
        publish: PublishArgs::default(),
        begins_after: Some(OVERTURE),
    };
    let outcome = server::run(args, stop, banner::print).await;
    if let Some(directory) = passing {
        // Left behind, it would do no harm.
        let _ = std::fs::remove_dir_all(directory);
    }
    Ok(outcome?)
}

fn passing_directory() -> std::io::Result<std::path::PathBuf> {
    let directory = std::env::temp_dir().join(format!("simultan-demo-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    Ok(directory)
}
