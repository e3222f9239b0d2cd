//! Bots: opponents that play over the same WebSocket as everybody else.

use std::{ops::RangeInclusive, str::FromStr, sync::Arc, time::Duration};

use futures_util::{
    FutureExt, SinkExt, StreamExt,
    future::{FusedFuture, OptionFuture},
};
use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde_json::{Value, json};
use shakmaty::{CastlingMode, Chess, Color, Position, fen::Fen, uci::UciMove};
use tokio::{net::TcpStream, sync::Mutex, time::sleep};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, ClientRequestBuilder, Message},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{
    engine::{EngineError, OnDemand, Question},
    rules::{color_from_name, uci_of},
    wire::SUBPROTOCOL,
};

/// How long a bot takes before it sends a move, beside its thinking: between the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace(RangeInclusive<Duration>);

/// Why a text is no pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pace is written like `3s`, or `1s..8s` for anything in between, up to an hour")]
pub struct ParsePaceError;

impl FromStr for Pace {
    type Err = ParsePaceError;

    fn from_str(text: &str) -> Result<Pace, ParsePaceError> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let duration = |text: &str| humantime::parse_duration(text.trim()).map_err(|_| ParsePaceError);
        let (least, most) = (duration(least)?, duration(most)?);
        if least <= most && most <= Duration::from_secs(3600) { Ok(Pace(least..=most)) } else { Err(ParsePaceError) }
    }
}

/// What decides a bot's moves. Bots that share one take turns.
#[derive(Debug, Clone)]
pub struct Brain(Arc<Mutex<Thinker>>);

#[derive(Debug)]
enum Thinker {
    Engine(Box<OnDemand>, Duration),
    Random(Box<ChaCha8Rng>),
}

impl Brain {
    /// A UCI engine that thinks for `think` about a move.
    #[must_use]
    pub fn engine(engine: OnDemand, think: Duration) -> Brain {
        Brain(Arc::new(Mutex::new(Thinker::Engine(Box::new(engine), think))))
    }

    /// Any legal move, the same ones for the same seed.
    #[must_use]
    pub fn random(seed: u64) -> Brain {
        Brain(Arc::new(Mutex::new(Thinker::Random(Box::new(ChaCha8Rng::seed_from_u64(seed))))))
    }

    async fn choose(&self, game: &Following) -> Result<UciMove, EngineError> {
        match &mut *self.0.lock().await {
            Thinker::Engine(engine, think) => {
                let question = Question::new(game.initial.clone(), &game.moves, *think);
                let question = question.expect("a bot asks about legal games");
                let mv = engine.choose(&question).await?.mv;
                Ok(uci_of(&game.position, mv))
            }
            Thinker::Random(chance) => {
                let legal = game.position.legal_moves();
                Ok(uci_of(&game.position, legal[chance.random_range(..legal.len())]))
            }
        }
    }
}

/// How a bot gets its seat.
#[derive(Debug, Clone)]
pub enum Ticket {
    /// Takes a free one under this name.
    Join(String),
    /// Has one.
    Resume(String),
}

/// Why a bot gave up.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    /// The server would not have it.
    #[error("the server said {code}: {message}")]
    Refused {
        /// The contract's code.
        code: String,
        /// The server's sentence.
        message: String,
    },
    /// There is no such server.
    #[error("{url} can't be reached: {error}")]
    Unreachable {
        /// The address.
        url: String,
        /// Why.
        error: Box<tungstenite::Error>,
    },
    /// The address is none.
    #[error("{0:?} is not an address like ws://127.0.0.1:8000/ws/current/play")]
    BadAddress(String),
}

impl BotError {
    /// Whether there is a server, and it has no room at the moment.
    fn is_for_now(&self) -> bool {
        match self {
            BotError::Unreachable { error, .. } => match &**error {
                tungstenite::Error::Http(answer) => matches!(answer.status().as_u16(), 429 | 503),
                _ => false,
            },
            _ => false,
        }
    }
}

/// What a bot plays with.
#[derive(Debug, Clone)]
pub struct Bot {
    /// Where to.
    pub url: String,
    /// What decides.
    pub brain: Brain,
    /// How long it takes over a move.
    pub pace: Pace,
    /// When to stop.
    pub stop: CancellationToken,
}

/// A game as a bot follows it.
#[derive(Debug, Clone)]
struct Following {
    color: Color,
    initial: Chess,
    moves: Vec<UciMove>,
    position: Chess,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a connection came to its end.
enum Parting {
    /// The game is over, with this result.
    Over(String),
    /// It broke; try again.
    Lost,
}

/// How often the first connection is tried before a bot gives up, and how long it waits between tries at most.
const FIRST_TRIES: u32 = 5;
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl Bot {
    /// Plays one game to its end, through lost connections and restarts of the server. Gives the result, or nothing when
    /// it was stopped.
    pub async fn play(&self, ticket: Ticket) -> Result<Option<String>, BotError> {
        let stop = self.stop.clone();
        tokio::select! {
            biased;
            () = stop.cancelled() => Ok(None),
            result = self.play_on(ticket) => result.map(Some),
        }
    }

    async fn play_on(&self, mut ticket: Ticket) -> Result<String, BotError> {
        let mut failures = 0;
        loop {
            match self.connect().await {
                Ok(socket) => {
                    match self.sit(socket, &mut ticket).await? {
                        Parting::Over(result) => return Ok(result),
                        Parting::Lost => debug!("the connection was lost; coming back"),
                    }
                    // Who has no seat yet was told that too many want one at once.
                    if matches!(ticket, Ticket::Resume(_)) {
                        failures = 0;
                    }
                }
                Err(error @ BotError::BadAddress(_)) => return Err(error),
                Err(error) if error.is_for_now() => debug!(%error, "trying again"),
                Err(error) if failures >= FIRST_TRIES && matches!(ticket, Ticket::Join(_)) => return Err(error),
                Err(error) => debug!(%error, "trying again"),
            }
            failures += 1;
            let pause = (Duration::from_millis(100) * 2u32.saturating_pow(failures.min(8))).min(LONGEST_PAUSE);
            sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
        }
    }

    async fn connect(&self) -> Result<Socket, BotError> {
        let uri = self.url.parse().map_err(|_| BotError::BadAddress(self.url.clone()))?;
        let request = ClientRequestBuilder::new(uri).with_sub_protocol(SUBPROTOCOL);
        match connect_async(request).await {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::Error::Url(_)) => Err(BotError::BadAddress(self.url.clone())),
            Err(error) => Err(BotError::Unreachable { url: self.url.clone(), error: Box::new(error) }),
        }
    }

    /// Plays over one connection.
    async fn sit(&self, mut socket: Socket, ticket: &mut Ticket) -> Result<Parting, BotError> {
        let hello = match ticket {
            Ticket::Join(name) => json!({ "type": "join", "name": name, "bot": true }),
            Ticket::Resume(token) => json!({ "type": "resume", "token": token }),
        };
        if say(&mut socket, &hello).await.is_err() {
            return Ok(Parting::Lost);
        }
        let mut game = Game { color: Color::Black, following: None };
        // The bot goes on listening while it thinks.
        let mut thinking = OptionFuture::default();
        loop {
            tokio::select! {
                biased;
                answer = &mut thinking, if !thinking.is_terminated() => {
                    let Some(answer) = answer else { continue };
                    if say(&mut socket, &answer).await.is_err() {
                        return Ok(Parting::Lost);
                    }
                }
                message = socket.next() => {
                    let Some(Ok(message)) = message else { return Ok(Parting::Lost) };
                    let Some(message) = read(&message) else { continue };
                    match game.take(&message, ticket)? {
                        Next::Wait => {}
                        Next::Think(following) => thinking = Some(Box::pin(self.answer(*following).fuse())).into(),
                        Next::Say(answer) => {
                            if say(&mut socket, &answer).await.is_err() {
                                return Ok(Parting::Lost);
                            }
                        }
                        Next::Leave(parting) => {
                            // The game is stored; whether the goodbye arrives does not matter.
                            let _ = socket.close(None).await;
                            return Ok(parting);
                        }
                    }
                }
            }
        }
    }

    /// The bot's move.
    async fn answer(&self, game: Following) -> Value {
        sleep(rand::random_range(self.pace.0.clone())).await;
        loop {
            match self.brain.choose(&game).await {
                Ok(uci) => return json!({ "type": "move", "ply": game.moves.len() + 1, "uci": uci.to_string() }),
                Err(error) => {
                    warn!("a bot can't think: {error}");
                    sleep(Duration::from_secs(5)).await;
                }
            }
        }
    }
}

/// What to do after a message.
enum Next {
    Wait,
    Think(Box<Following>),
    Say(Value),
    Leave(Parting),
}

struct Game {
    color: Color,
    following: Option<Following>,
}

impl Game {
    fn take(&mut self, message: &Value, ticket: &mut Ticket) -> Result<Next, BotError> {
        let word = |key: &str| message[key].as_str();
        Ok(match word("type") {
            Some("seated") => {
                self.color = word("color").and_then(color_from_name).unwrap_or(self.color);
                *ticket = Ticket::Resume(text_of(&message["token"]));
                info!(board = %message["board"], name = %message["name"], "seated");
                Next::Wait
            }
            Some("ended") => Next::Leave(Parting::Over(text_of(&message["result"]))),
            Some("game") if word("status") == Some("ended") => Next::Leave(Parting::Over(text_of(&message["result"]))),
            Some("game") => {
                self.following = Following::read(message, self.color);
                if word("status") == Some("playing") { self.turn() } else { Next::Wait }
            }
            Some("started") => self.turn(),
            Some("moved") => {
                self.following = self.following.take().and_then(|game| game.after(message));
                // Out of step: the whole game comes with the next connection.
                if self.following.is_some() { self.turn() } else { Next::Leave(Parting::Lost) }
            }
            Some("draw_offered") if word("by").and_then(color_from_name) != Some(self.color) => {
                Next::Say(json!({ "type": "decline_draw" }))
            }
            Some("error") => trouble(message)?,
            _ => Next::Wait,
        })
    }

    fn turn(&self) -> Next {
        let own = |game: &&Following| game.position.turn() == game.color && !game.position.is_game_over();
        self.following.as_ref().filter(own).cloned().map_or(Next::Wait, |game| Next::Think(Box::new(game)))
    }
}

impl Following {
    fn read(message: &Value, color: Color) -> Option<Following> {
        let fen: Fen = message["initial_fen"].as_str()?.parse().ok()?;
        // A server that does not say it plays usual chess.
        let mode = CastlingMode::from_chess960(message["variant"] == "chess960");
        let initial: Chess = fen.into_position(mode).ok()?;
        let mut game = Following { color, position: initial.clone(), initial, moves: Vec::new() };
        for uci in message["moves"].as_array()? {
            game = game.with(uci)?;
        }
        Some(game)
    }

    fn after(self, moved: &Value) -> Option<Following> {
        let ply = moved["ply"].as_u64()?;
        match ply.cmp(&(self.moves.len() as u64 + 1)) {
            std::cmp::Ordering::Less => Some(self),
            std::cmp::Ordering::Equal => self.with(&moved["uci"]),
            std::cmp::Ordering::Greater => None,
        }
    }

    fn with(mut self, uci: &Value) -> Option<Following> {
        let uci: UciMove = uci.as_str()?.parse().ok()?;
        let legal = uci.to_move(&self.position).ok()?;
        self.position.play_unchecked(legal);
        self.moves.push(uci);
        Some(self)
    }
}

async fn say(socket: &mut Socket, message: &Value) -> Result<(), tungstenite::Error> {
    socket.send(Message::text(message.to_string())).await
}

fn read(message: &Message) -> Option<Value> {
    match message {
        Message::Text(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}

/// What an error means: it ends a bot, or a fresh look at the game mends it.
fn trouble(message: &Value) -> Result<Next, BotError> {
    let (code, sentence) = (text_of(&message["code"]), text_of(&message["message"]));
    debug!(code, sentence, "the server refused something");
    match &*code {
        "game_over" | "not_allowed" => Ok(Next::Wait),
        "internal" | "stale_ply" | "not_your_turn" | "illegal_move" | "rate_limited" => Ok(Next::Leave(Parting::Lost)),
        _ => Err(BotError::Refused { code, message: sentence }),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
