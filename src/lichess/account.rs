//! An account: who a token is, with the seats that it opens and the streams that are open for it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use super::{
    errand::{Claim, Invitation},
    events::Events,
    seat::{Seat, SeatHandle, Surroundings},
};
use crate::{
    base::secret::{Token, TokenHash},
    record::{event::ExhibitionId, lasting_bot::LastingBot},
    rules::PlayerName,
    wire::lichess::{GameId, LichessUser},
};

/// An account that nobody uses is let go after this time.
const UNUSED: Duration = Duration::from_secs(60);

/// Who a token is. It is made when the token is first shown, and let go when nobody uses it.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) token: Token,
    pub(super) user: LichessUser,
    /// A program that comes again.
    pub(super) lasting: Option<LastingBot>,
    pub(super) events: Arc<Events>,
    surroundings: Surroundings,
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
    /// When it was last seen that the token is good.
    checked: Instant,
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
    pub(super) fn new(
        token: Token,
        user: LichessUser,
        lasting: Option<LastingBot>,
        surroundings: Surroundings,
    ) -> Account {
        let state =
            State { seats: HashMap::new(), been: BTreeSet::new(), used: Instant::now(), checked: Instant::now() };
        Account {
            token,
            user,
            lasting,
            events: Arc::default(),
            surroundings,
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

    /// Whether it has to be seen again that the token is good, since that was so long ago; from now on it was seen.
    pub(super) fn is_to_be_checked(&self, good_for: Duration) -> bool {
        let mut state = self.state();
        let due = state.checked.elapsed() > good_for;
        if due {
            state.checked = Instant::now();
        }
        due
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

    /// Takes in what the token opens.
    pub(super) fn take(&self, claims: Vec<Claim>) {
        let mut state = self.state();
        state.seats.retain(|_, seat| seat.is_open());
        for Claim { exhibition, secret, board, .. } in claims {
            state.been.insert(exhibition.id);
            let key = (exhibition.id, secret.hash());
            let seat = state.seats.entry(key).or_insert_with(|| {
                let seat = Seat {
                    exhibition,
                    secret,
                    user: self.user.clone(),
                    events: self.events.clone(),
                    present: self.present.subscribe(),
                    surroundings: self.surroundings.clone(),
                };
                seat.spawn()
            });
            if let Some(board) = board {
                seat.is_at(board);
            }
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
}
