//! Who is there: the accounts whose tokens were shown, and those who come again by themselves.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{http::HeaderMap, response::Response};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{
    account::Account,
    chat::Said,
    errand::{Claim, Errand},
    refusal::Refusal,
    seat::{SeatHandle, Surroundings},
    stream::stream,
};
use crate::{
    base::{
        metrics::Metrics,
        secret::{Token, TokenHash},
    },
    doors::{
        limits::{Client, Lock},
        request::bearer,
    },
    journal::Bots,
    record::{event::ExhibitionId, lasting_bot::LastingBot},
    wire::lichess::{GameId, LichessUser},
};

/// How many lines of chat may wait for who shows them.
const CHAT: usize = 64;
/// How long it is taken for granted that a token was not taken back.
const GOOD_FOR: Duration = Duration::from_secs(2);
/// How many event streams an account may have: a client has one, and more while it comes back.
const MOST_STREAMS: usize = 8;

/// Who is there. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub struct Lobby(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    errands: mpsc::Sender<Errand>,
    bots: Bots,
    /// Held for a look or a change, never while waiting.
    accounts: Mutex<HashMap<TokenHash, Arc<Account>>>,
    surroundings: Surroundings,
}

impl Lobby {
    /// Nobody is there yet. `errands` leads to the games' thread, `bots` are those who come again.
    #[must_use]
    pub fn new(errands: mpsc::Sender<Errand>, bots: Bots, metrics: Metrics, stop: CancellationToken) -> Lobby {
        let chat = broadcast::Sender::new(CHAT);
        let surroundings = Surroundings { chat, metrics, stop };
        Lobby(Arc::new(Shared { errands, bots, accounts: Mutex::default(), surroundings }))
    }

    /// The programs that come again.
    #[must_use]
    pub fn bots(&self) -> &Bots {
        &self.0.bots
    }

    /// Follows what is said at all boards.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Said> {
        self.0.surroundings.chat.subscribe()
    }

    /// Seats those who come again in each exhibition that opens, until the server stops.
    pub async fn seat_who_comes_again(&self, mut newest: watch::Receiver<Option<ExhibitionId>>) {
        loop {
            tokio::select! {
                biased;
                () = self.0.surroundings.stop.cancelled() => return,
                changed = newest.changed() => if changed.is_err() { return },
            }
            let here: Vec<_> = self.accounts().values().filter(|account| account.is_here()).cloned().collect();
            for account in here {
                self.invite(&account).await;
            }
        }
    }

    /// From now on a secret opens nothing: whoever has shown it is gone.
    pub fn revoke(&self, key: TokenHash) {
        if let Some(account) = self.accounts().remove(&key) {
            account.close();
        }
    }

    pub(super) fn stop(&self) -> CancellationToken {
        self.0.surroundings.stop.clone()
    }

    /// Whoever makes a request.
    pub(super) async fn account(&self, client: &Client, headers: &HeaderMap) -> Result<Arc<Account>, Refusal> {
        let token = bearer(headers).ok_or(Refusal::NoSuchToken)?;
        if self.0.surroundings.stop.is_cancelled() {
            // A client repeats this, and would take a seat that is gone already for a game that is over.
            return Err(Refusal::restarting());
        }
        self.account_of(client, token).await?.ok_or(Refusal::NoSuchToken)
    }

    /// Who a token is, if it is anybody's; an error where this client has shown too many that are nobody's.
    pub(super) async fn account_of(&self, client: &Client, token: &str) -> Result<Option<Arc<Account>>, Refusal> {
        let token = Token::from(token.to_owned());
        let key = token.hash();
        let known = self.accounts().get(&key).cloned();
        if let Some(account) = known
            && self.is_good(&account).await?
        {
            account.touch();
            return Ok(Some(account));
        }
        let Some(account) = self.find(token).await? else {
            // Nobody guesses 128 random bits: whoever tries all the same must not keep out who comes from the same address.
            client.may_show_token(Lock::Seat)?;
            client.showed_bad_token(Lock::Seat);
            return Ok(None);
        };
        let mut accounts = self.accounts();
        accounts.retain(|_, other| !other.is_unused());
        Ok(Some(accounts.entry(key).or_insert(account).clone()))
    }

    /// Whose a token is that is good for more than one exhibition.
    async fn lasting(&self, token: &Token) -> Result<Option<LastingBot>, Refusal> {
        if !is_lasting(token) {
            return Ok(None);
        }
        self.0.bots.known_by(token.hash()).await.map_err(|error| {
            warn!(%error, "it can't be read which bots come again");
            Refusal::Unavailable("The database can't be read at the moment, please repeat".to_owned())
        })
    }

    /// Whether an account's token is still good: another process may have taken it back.
    async fn is_good(&self, account: &Account) -> Result<bool, Refusal> {
        if account.lasting.is_none() || !account.is_to_be_checked(GOOD_FOR) {
            return Ok(true);
        }
        let good = self.lasting(&account.token).await?.is_some();
        if !good {
            self.revoke(account.token.hash());
        }
        Ok(good)
    }

    async fn find(&self, token: Token) -> Result<Option<Arc<Account>>, Refusal> {
        let claims = self.claims(token.clone()).await?;
        let lasting = self.lasting(&token).await?;
        if lasting.is_none() && is_lasting(&token) {
            // Its token was taken back, and with it the seats that it has opened.
            return Ok(None);
        }
        let (name, bot) = match (&lasting, claims.first()) {
            (Some(bot), _) => (bot.name.as_str(), true),
            (None, Some(claim)) => (claim.guest.name.as_str(), claim.guest.bot),
            (None, None) => return Ok(None),
        };
        let user = LichessUser { name: sendable(name, token.hash()), bot };
        let account = Arc::new(Account::new(token, user, lasting, self.0.surroundings.clone()));
        account.take(claims);
        Ok(Some(account))
    }

    /// Opens an event stream: of every game that is on it is told at once.
    pub(super) async fn open_events(&self, account: &Arc<Account>) -> Response {
        let (lines, response) = stream(account.come(), self.stop());
        let number = account.events.open(lines, MOST_STREAMS);
        self.refresh(account).await;
        for seat in account.seats() {
            seat.greet(number).await;
        }
        response
    }

    /// The game that an address names, where one of the account's seats is.
    pub(super) async fn seat_of(&self, account: &Arc<Account>, game: &str) -> Result<SeatHandle, Refusal> {
        let game = GameId::parse(game).ok_or(Refusal::NoSuchGame)?;
        if let Some(seat) = account.seat(game) {
            return Ok(seat);
        }
        // It may be new, or at another board now.
        self.refresh(account).await;
        account.seat(game).ok_or(Refusal::NoSuchGame)
    }

    /// Looks again at what an account's token opens, and seats who comes again.
    pub(super) async fn refresh(&self, account: &Arc<Account>) {
        if let Ok(claims) = self.claims(account.token.clone()).await {
            account.take(claims);
        }
        self.invite(account).await;
    }

    async fn invite(&self, account: &Arc<Account>) {
        if account.lasting.as_ref().is_none_or(|bot| bot.on_request) {
            return;
        }
        if !matches!(self.is_good(account).await, Ok(true)) {
            return;
        }
        let Some(invitation) = account.invitation() else { return };
        if let Ok(claims) = self.run(|reply| Errand::Invite { invitation, reply }).await {
            account.take(claims);
        }
    }

    /// The exhibition that is called so.
    pub(super) async fn exhibition_of(&self, name: &str) -> Result<ExhibitionId, Refusal> {
        let found = self.run(|reply| Errand::Find { name: name.to_owned(), reply }).await?;
        found.ok_or_else(|| Refusal::NotFound("No exhibition is called so, nor any exhibition's master".to_owned()))
    }

    /// Asks for a seat, where the organiser has asked them in for good.
    pub(super) async fn ask_for_seat(&self, account: &Arc<Account>, exhibition: ExhibitionId) -> Result<(), Refusal> {
        let Some(invitation) = account.invitation() else { return Ok(()) };
        let claim = self.run(|reply| Errand::Ask { invitation, exhibition, reply }).await??;
        account.take(vec![claim]);
        Ok(())
    }

    async fn claims(&self, token: Token) -> Result<Vec<Claim>, Refusal> {
        self.run(|reply| Errand::Claim { token, reply }).await
    }

    async fn run<T>(&self, errand: impl FnOnce(oneshot::Sender<T>) -> Errand) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.0.errands.send(errand(reply)).await.map_err(|_| Refusal::restarting())?;
        answer.await.map_err(|_| Refusal::restarting())
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<TokenHash, Arc<Account>>> {
        self.0.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name as a client can repeat it in a header, which is Latin-1: another one where that can't be, and always the same.
fn sendable(name: &str, key: TokenHash) -> String {
    if name.chars().all(|c| c <= '\u{ff}') {
        return name.to_owned();
    }
    let [first, second, third, ..] = key.0;
    format!("Bot-{first:02x}{second:02x}{third:02x}")
}

/// What the secrets of those begin with who come again.
pub const LASTING: &str = "sb_";

fn is_lasting(token: &Token) -> bool {
    token.reveal().starts_with(LASTING)
}
