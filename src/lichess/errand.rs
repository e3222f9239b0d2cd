//! What is asked of the games' thread, where the exhibitions are.

use tokio::sync::oneshot;

use crate::{
    base::secret::Token,
    exhibition::{
        handle::{Application, ExhibitionHandle, Known, Outcome, SeatError},
        registry::{EntryError, NoSuchExhibition, Registry, Which},
    },
    record::event::{ExhibitionId, Guest, Stage},
    rules::{BoardNo, PlayerName},
};

/// How many seats one secret may hold in an exhibition.
pub const MOST_SEATS: u32 = 32;

/// The secret of the `number`th seat that the owner of `token` has in an exhibition. It follows from `token`, so that
/// nothing else has to be kept for the owner of several seats.
#[must_use]
pub fn seat_secret(token: &Token, exhibition: ExhibitionId, number: u32) -> Token {
    token.derived("sp_", &format!("exhibition {exhibition}, seat {number}"))
}

/// A seat that a secret opens, or a place in the queue for one.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Where.
    pub exhibition: ExhibitionHandle,
    /// What opens it.
    pub secret: Token,
    /// Whose it is.
    pub guest: Guest,
    /// The board; none for a place in the queue.
    pub board: Option<BoardNo>,
}

/// Somebody whom the organiser has asked in for good.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Their secret.
    pub token: Token,
    /// Their name.
    pub name: PlayerName,
    /// Where they are not to sit down.
    pub except: Vec<ExhibitionId>,
}

/// Why somebody has no seat who asks for one.
#[derive(Debug, thiserror::Error)]
pub enum NoSeat {
    /// There is no such exhibition.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// There is no seat.
    #[error(transparent)]
    Seat(#[from] SeatError),
}

/// What is asked of the games' thread.
#[derive(Debug)]
pub enum Errand {
    /// Everything that a secret opens.
    Claim {
        /// The secret.
        token: Token,
        /// What it opens.
        reply: oneshot::Sender<Vec<Claim>>,
    },
    /// A seat in every exhibition that has not begun, for who has none there.
    Invite {
        /// Who.
        invitation: Invitation,
        /// The seats.
        reply: oneshot::Sender<Vec<Claim>>,
    },
    /// The newest exhibition that is called so: by its number, as `current`, or by its master.
    Find {
        /// The name.
        name: String,
        /// The exhibition, if there is one.
        reply: oneshot::Sender<Option<ExhibitionId>>,
    },
    /// A seat in one exhibition.
    Ask {
        /// Who.
        invitation: Invitation,
        /// Which.
        exhibition: ExhibitionId,
        /// The seat, or why not.
        reply: oneshot::Sender<Result<Claim, NoSeat>>,
    },
}

impl Errand {
    /// Does it, on the games' thread.
    pub async fn run(self, registry: &Registry) {
        // Who does not wait for the answer any more does not need it.
        match self {
            Errand::Claim { token, reply } => {
                let mut claims = Vec::new();
                for exhibition in registry.all() {
                    claims.extend(claims_in(&exhibition, &token).await);
                }
                let _ = reply.send(claims);
            }
            Errand::Invite { invitation, reply } => {
                let mut claims = Vec::new();
                for exhibition in registry.all() {
                    if exhibition.stage() == Stage::Open && !invitation.except.contains(&exhibition.id) {
                        // Where there is no seat they play elsewhere.
                        claims.extend(seat(&exhibition, &invitation).await);
                    }
                }
                let _ = reply.send(claims);
            }
            Errand::Find { name, reply } => {
                let called =
                    |exhibition: &&ExhibitionHandle| exhibition.program().master.to_lowercase() == name.to_lowercase();
                let found = match name.parse::<Which>() {
                    Ok(which) => registry.find(which).ok(),
                    Err(NoSuchExhibition) => registry.all().iter().rev().find(called).cloned(),
                };
                let _ = reply.send(found.map(|exhibition| exhibition.id));
            }
            Errand::Ask { invitation, exhibition, reply } => {
                let asked = async { Ok(seat(&registry.find(Which::Id(exhibition))?, &invitation).await?) };
                let _ = reply.send(asked.await);
            }
        }
    }
}

async fn claims_in(exhibition: &ExhibitionHandle, token: &Token) -> Vec<Claim> {
    let more = (1..=MOST_SEATS).map(|number| seat_secret(token, exhibition.id, number));
    let known = exhibition.known(std::iter::once(token.clone()).chain(more).collect()).await;
    let claim = |Known { secret, guest, board }| Claim { exhibition: exhibition.clone(), secret, guest, board };
    known.into_iter().map(claim).collect()
}

async fn seat(exhibition: &ExhibitionHandle, invitation: &Invitation) -> Result<Claim, SeatError> {
    let secret = seat_secret(&invitation.token, exhibition.id, 1);
    let application = Application {
        bot: true,
        here: false,
        invited: true,
        secret: Some(secret.clone()),
        ..Application::of(invitation.name.clone())
    };
    let (board, number, name) = match exhibition.apply(application).await? {
        Outcome::Seat(seated) => (seated.board.number, seated.guest, seated.name),
        // They do not ask to wait, but may have waited before.
        Outcome::Queue(_) => return Err(SeatError::Full),
    };
    let guest = Guest { number, name, bot: true };
    Ok(Claim { exhibition: exhibition.clone(), secret, guest, board: Some(board) })
}
