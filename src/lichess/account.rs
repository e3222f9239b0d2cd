//! An account: who a token is, with the seats that it opens and the streams that are open for it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::response::Response;
use tokio::{sync::watch, time::Instant};

use super::{
    errand::{Claim, Invitation},
    events::Events,
    lobby::Lobby,
    refusal::Refusal,
    seat::{Seat, SeatHandle},
    stream::stream,
};
use crate::{
    base::secret::{Token, TokenHash},
    record::{event::ExhibitionId, lasting_bot::LastingBot},
    rules::PlayerName,
    wire::lichess::{GameId, LichessUser},
};

/// An account that nobody uses is let go after this time.
const UNUSED: Duration = Duration::from_secs(60);
/// How many event streams an account may have: a client has one, and more while it comes back.
const MOST_STREAMS: usize = 8;

/// Who a token is. It is made when the token is first shown, and let go when nobody uses it.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) token: Token,
    pub(super) user: LichessUser,
    /// A program that comes again.
    pub(super) lasting: Option<LastingBot>,
    pub(super) events: Arc<Events>,
    /// How many streams are open.
    present: watch::Sender<usize>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    seats: HashMap<(ExhibitionId, TokenHash), SeatHandle>,
    /// Where it has had a seat: who was sent away is not seated again.
    been: BTreeSet<ExhibitionId>,
    used: Instant,
}

/// A stream that is open, until it is dropped.
#[derive(Debug)]
pub(super) struct Presence(Arc<Account>);

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.present.send_modify(|streams| *streams -= 1);
        self.0.touch();
    }
}

impl Account {
    pub(super) fn new(token: Token, user: LichessUser, lasting: Option<LastingBot>) -> Account {
        let state = State { seats: HashMap::new(), been: BTreeSet::new(), used: Instant::now() };
        Account {
            token,
            user,
            lasting,
            events: Arc::default(),
            present: watch::Sender::new(0),
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody uses it.
    pub(super) fn touch(&self) {
        self.state().used = Instant::now();
    }

    /// Whether nobody does any more.
    pub(super) fn is_unused(&self) -> bool {
        *self.present.borrow() == 0 && self.state().used.elapsed() > UNUSED
    }

    /// Whether any stream is open.
    pub(super) fn is_here(&self) -> bool {
        *self.present.borrow() > 0
    }

    /// What it is asked in with, where it is to sit down by itself.
    pub(super) fn invitation(&self) -> Option<Invitation> {
        let name = PlayerName::parse(&self.lasting.as_ref()?.name).ok()?;
        let except = self.state().been.iter().copied().collect();
        Some(Invitation { token: self.token.clone(), name, except })
    }

    /// Takes in what the token opens. Those that are new are greeted as the streams that are open.
    pub(super) fn take(&self, lobby: &Lobby, claims: Vec<Claim>) {
        let mut state = self.state();
        state.seats.retain(|_, seat| seat.is_open());
        for Claim { exhibition, secret, .. } in claims {
            state.been.insert(exhibition.id);
            let key = (exhibition.id, secret.hash());
            state.seats.entry(key).or_insert_with(|| {
                let seat = Seat {
                    exhibition,
                    secret,
                    user: self.user.clone(),
                    events: self.events.clone(),
                    present: self.present.subscribe(),
                    chat: lobby.chat(),
                    metrics: lobby.metrics(),
                    stop: lobby.stop(),
                };
                seat.spawn()
            });
        }
    }

    /// Its seats.
    pub(super) fn seats(&self) -> Vec<SeatHandle> {
        self.state().seats.values().filter(|seat| seat.is_open()).cloned().collect()
    }

    /// The seat where this game is played.
    pub(super) fn seat(&self, game: GameId) -> Option<SeatHandle> {
        self.seats().into_iter().find(|seat| seat.game() == game)
    }

    /// Nothing is told any more: the token opens nothing.
    pub(super) fn close(&self) {
        self.events.break_off();
        self.state().seats.clear();
    }

    /// Counts a stream as long as it is held.
    pub(super) fn come(self: &Arc<Self>) -> Presence {
        self.present.send_modify(|streams| *streams += 1);
        Presence(self.clone())
    }

    /// Opens an event stream: of every game that is on it is told at once.
    pub(super) async fn open_events(self: &Arc<Self>, lobby: &Lobby) -> Response {
        let (lines, response) = stream(self.come(), lobby.stop());
        let number = self.events.open(lines, MOST_STREAMS);
        lobby.refresh(self).await;
        for seat in self.seats() {
            seat.greet(number).await;
        }
        response
    }
}

/// The game that an address names, where one of the account's seats is.
pub(super) async fn seat_of(lobby: &Lobby, account: &Arc<Account>, game: &str) -> Result<SeatHandle, Refusal> {
    let game = GameId::parse(game).ok_or(Refusal::NoSuchGame)?;
    if let Some(seat) = account.seat(game) {
        return Ok(seat);
    }
    // It may be new, or its board was not known yet.
    lobby.refresh(account).await;
    for seat in account.seats() {
        seat.settle().await;
    }
    account.seat(game).ok_or(Refusal::NoSuchGame)
}
