//! The command line, and the same settings from the environment.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    bot::Pace,
    planning::PlanArgs,
    relay_args::{GalleryArgs, LogCommand, PublishArgs},
};
use crate::{
    exhibition::{
        setting_values::{
            CodeChoice, Description, MasterChoice, PassLimit, TimeLimit, Title, parse_absent_after, parse_admission,
            parse_closes_after, parse_delay, parse_extra, parse_grace, parse_think,
        },
        settings::Settings,
        settings_error::SettingsError,
        setup_choices::{ColorChoice, StartChoice, TimeControl},
    },
    gallery::MetricsFor,
    record::program::Admission,
    rules::{PlayerName, WalkMode},
    webhook::Receiver,
};

pub use super::{
    engine_args::{EngineArgs, EngineChoice},
    limit_args::LimitArgs,
};

/// Simultaneous chess exhibitions: one master, many boards, one thread.
#[derive(Debug, Parser)]
#[command(name = "simultan", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How log lines on stderr look
    #[arg(long, global = true, env = "SIMULTAN_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// A JSON object a line, for programs
    Json,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Host an exhibition: pages, boards, the master and the database
    Serve(Box<ServeArgs>),
    /// Show an exhibition at once: a server whose seats but one are taken by bots
    Demo(DemoArgs),
    /// Sit down with bots at a server, here or elsewhere
    Bot(BotArgs),
    /// Find out how long an exhibition will take, by holding it on a clock that jumps
    Plan(PlanArgs),
    /// Copy the database while a server uses it
    Backup(BackupArgs),
    /// See whether a database or a backup is sound, also while a server uses it
    Check(CheckArgs),
    /// Give a bot that comes again its token, which clients of Lichess's API sit down with
    BotToken(BotTokenArgs),
    /// Show the halls of a log, read-only: as many machines may do so as there are spectators for
    Gallery(Box<GalleryArgs>),
    /// Prepare NATS for keeping the log
    #[command(subcommand)]
    Log(LogCommand),
    /// Be the house engine: a UCI engine on stdin and stdout
    Engine,
}

/// How to host.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Where to listen; 0.0.0.0:8000 lets other machines in, port 0 takes any free port
    #[arg(long, env = "SIMULTAN_BIND", default_value = "127.0.0.1:8000")]
    pub bind: SocketAddr,
    /// Where the games are kept; made if it is missing
    #[arg(long, env = "SIMULTAN_DATABASE", value_name = "FILE", default_value = "simultan.db")]
    pub database: PathBuf,
    /// How many boards, 1 to 10000
    #[arg(long, env = "SIMULTAN_BOARDS", value_name = "N", default_value = "24", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub boards: u32,
    /// The exhibition's name
    #[arg(long, env = "SIMULTAN_NAME", default_value = "Simultaneous exhibition")]
    pub name: Title,
    /// What everybody is told about it: up to 2000 characters
    #[arg(long, env = "SIMULTAN_TEXT", value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub text: Description,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub engine: EngineArgs,
    /// Who plays as the master: the engine, or a person, for whom a link is printed
    #[arg(long, env = "SIMULTAN_MASTER", value_name = "WHO", default_value = "engine", value_parser = ["engine", "human"])]
    pub master: String,
    /// A human master's name
    #[arg(long, env = "SIMULTAN_MASTER_NAME", value_name = "NAME", requires = "master")]
    pub master_name: Option<String>,
    /// How long an engine master thinks about a move
    #[arg(long, env = "SIMULTAN_THINK", value_name = "TIME", default_value = "2s", value_parser = parse_think)]
    pub think: Duration,
    /// Time for each game and increment for each move, like 30m+20s, or none
    #[arg(long, env = "SIMULTAN_CLOCK", value_name = "CLOCK", default_value = "none")]
    pub clock: TimeControl,
    /// What the master has on every clock beyond the others
    #[arg(long, env = "SIMULTAN_MASTER_EXTRA", value_name = "TIME", default_value = "0s", value_parser = parse_extra)]
    pub master_extra: Duration,
    /// And what the master has there beyond that for each opponent seated at the start
    #[arg(long, env = "SIMULTAN_MASTER_EXTRA_PER_BOARD", value_name = "TIME", default_value = "0s", value_parser = parse_extra)]
    pub master_extra_per_board: Duration,
    /// The master's colour: white, black, alternating (White on board 1) or random (a lot for each board)
    #[arg(long, env = "SIMULTAN_COLOR", value_name = "COLOUR", default_value = "white")]
    pub color: ColorChoice,
    /// How games begin: standard, chess960 (one draw for all boards) or a FEN
    #[arg(long, env = "SIMULTAN_START", value_name = "POSITION", default_value = "standard")]
    pub start: StartChoice,
    /// The order of the master's visits: in-turn, ready-first, urgent-first or one-at-a-time
    #[arg(long, env = "SIMULTAN_WALK", value_name = "WALK", default_value = "in-turn")]
    pub walk: WalkMode,
    /// Until the end of which round a free seat can be taken after the start; 0: not at all
    #[arg(long, env = "SIMULTAN_LATE_ROUNDS", value_name = "N", default_value_t = 0)]
    pub late_rounds: u32,
    /// How often an opponent who has not moved is left until the next round, 0 to 9, or none for no limit
    #[arg(long, env = "SIMULTAN_PASSES", value_name = "N", default_value = "none")]
    pub passes: PassLimit,
    /// How long the master waits at a board whose opponent has not moved and has no pass left
    #[arg(long, env = "SIMULTAN_GRACE", value_name = "TIME", default_value = "15s", value_parser = parse_grace)]
    pub grace: Duration,
    /// Whether a human master may take a move back until they have moved at another board
    #[arg(long, env = "SIMULTAN_RETRACT", value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub retract: bool,
    /// What has to be said to sit down: 4 to 12 letters and digits, drawn (four letters are made up), or none
    #[arg(long, env = "SIMULTAN_CODE", value_name = "CODE", default_value = "none")]
    pub code: CodeChoice,
    /// Whether who asks for a seat has it: open (at once), or approval (once the organiser lets them in)
    #[arg(long, env = "SIMULTAN_ADMISSION", value_name = "WHOM", default_value = "open", value_parser = parse_admission)]
    pub admission: Admission,
    /// After how much play no visit begins any more, like 2h30m, or none
    #[arg(long, env = "SIMULTAN_CLOSES_AFTER", value_name = "TIME", default_value = "none", value_parser = parse_closes_after)]
    pub closes_after: TimeLimit,
    /// An opponent gone for so long whose turn it is has lost, unless the organiser settles it; none: never
    #[arg(long, env = "SIMULTAN_ABSENT_AFTER", value_name = "TIME", default_value = "30m", value_parser = parse_absent_after)]
    pub absent_after: TimeLimit,
    /// So much later do spectators see everything, up to 30m
    #[arg(long, env = "SIMULTAN_DELAY", value_name = "TIME", default_value = "0s", value_parser = parse_delay)]
    pub delay: Duration,
    /// Whether the lines that bots write are shown to a human master
    #[arg(long, env = "SIMULTAN_CHAT", value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub chat: bool,
    /// How many seats the server's own bots take
    #[arg(long, env = "SIMULTAN_HOUSE_BOTS", value_name = "N", default_value_t = 0)]
    pub house_bots: u32,
    /// How long a house bot takes over a move: 3s, or 2s..9s for anything in between
    #[arg(long, env = "SIMULTAN_BOT_PACE", value_name = "TIME", default_value = "2s..9s")]
    pub bot_pace: Pace,
    /// The secret of the organiser's link; made anew at each start if it is not set
    #[arg(long, env = "SIMULTAN_ORGANISER_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub organiser_token: Option<String>,
    /// Who may see the figures at /metrics
    #[arg(long, env = "SIMULTAN_METRICS_FOR", value_enum, value_name = "WHOM", default_value = "everybody")]
    pub metrics_for: MetricsFor,
    /// An address that is told when an exhibition starts, a game ends and all is over; can be given again
    #[arg(
        long = "webhook",
        env = "SIMULTAN_WEBHOOK",
        value_name = "URL",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub webhooks: Vec<Receiver>,
    /// The secret that webhooks are signed with, which their receivers know too
    #[arg(long, env = "SIMULTAN_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub webhook_secret: Option<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub limits: LimitArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub publish: PublishArgs,
    /// How long after the server's start the exhibition begins by itself, as a demonstration does
    #[arg(skip)]
    pub begins_after: Option<Duration>,
}

impl ServeArgs {
    /// The exhibition that these arguments describe.
    pub fn settings(&self) -> Result<Settings, SettingsError> {
        let settings = Settings {
            name: self.name.clone(),
            text: self.text.clone(),
            boards: self.boards,
            clock: self.clock,
            master: MasterChoice::new(&self.master, self.master_name.as_deref(), None)?,
            master_extra: self.master_extra,
            extra_per_board: self.master_extra_per_board,
            color: self.color,
            start: self.start.clone(),
            seats: BTreeMap::new(),
            walk: self.walk,
            late_rounds: self.late_rounds,
            passes: self.passes,
            grace: self.grace,
            retract: self.retract,
            think: self.think,
            house_bots: self.house_bots,
            code: self.code.clone(),
            admission: self.admission,
            starts_at: None,
            closes_after: self.closes_after,
            absent_after: self.absent_after,
            delay: self.delay,
            chat: self.chat,
        };
        settings.check()
    }
}

/// What to copy, and where to.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The backup; a file that is there already is not written over
    #[arg(value_name = "FILE")]
    pub target: PathBuf,
    /// Where the games are kept
    #[arg(long, env = "SIMULTAN_DATABASE", value_name = "FILE", default_value = "simultan.db")]
    pub database: PathBuf,
}

/// Whose token.
#[derive(Debug, Clone, Args)]
pub struct BotTokenArgs {
    /// What the bot is called: 1 to 32 visible characters
    #[arg(value_name = "NAME", required_unless_present = "list", value_parser = PlayerName::parse)]
    pub name: Option<PlayerName>,
    /// Seat it where it asks for a seat; otherwise in each exhibition that opens while it is connected
    #[arg(long)]
    pub on_request: bool,
    /// Take its token back
    #[arg(long, conflicts_with = "on_request")]
    pub revoke: bool,
    /// Name all bots that have one
    #[arg(long, conflicts_with_all = ["name", "on_request", "revoke"])]
    pub list: bool,
    /// Where the games are kept
    #[arg(long, env = "SIMULTAN_DATABASE", value_name = "FILE", default_value = "simultan.db")]
    pub database: PathBuf,
}

/// What to look at.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// A database or a backup of one; it stays as it is
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// How to show.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Where to listen; 0.0.0.0:8000 lets other machines in, port 0 takes any free port
    #[arg(long, env = "SIMULTAN_BIND", default_value = "127.0.0.1:8000")]
    pub bind: SocketAddr,
    /// Where the games are kept; without it they go when the show is over
    #[arg(long, env = "SIMULTAN_DATABASE", value_name = "FILE")]
    pub database: Option<PathBuf>,
    /// How many boards, one of them for you
    #[arg(long, env = "SIMULTAN_BOARDS", value_name = "N", default_value = "24", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub boards: u32,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub engine: EngineArgs,
    /// How long the master thinks about a move
    #[arg(long, env = "SIMULTAN_THINK", value_name = "TIME", default_value = "700ms", value_parser = parse_think)]
    pub think: Duration,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub limits: LimitArgs,
}

/// How to sit down with bots.
#[derive(Debug, Clone, Args)]
pub struct BotArgs {
    /// The play address, like ws://127.0.0.1:8000/ws/current/play
    pub url: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub engine: EngineArgs,
    /// How long a bot thinks about a move; bots of one command take turns at one engine
    #[arg(long, value_name = "TIME", default_value = "100ms", value_parser = parse_think)]
    pub think: Duration,
    /// The token of a seat that was taken on the page “Connect a bot” or over HTTP: comes to that seat and takes no other
    #[arg(long, env = "SIMULTAN_BOT_TOKEN", value_name = "TOKEN", hide_env_values = true, conflicts_with_all = ["seats", "name"])]
    pub token: Option<String>,
    /// How many seats to take
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub seats: u32,
    /// The bots' name; the server puts numbers behind it
    #[arg(long, default_value = "Bot")]
    pub name: String,
    /// How long a bot waits before it sends a move: 3s, or 1s..8s for anything in between
    #[arg(long, value_name = "TIME", default_value = "0s")]
    pub pace: Pace,
}
