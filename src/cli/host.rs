//! The games' side of the organiser's requests.

use super::house_bots::HouseBots;
use crate::{
    base::{secret::Token, time::wall_clock},
    doors::players::{self, Entrance},
    exhibition::{
        counter::Counter,
        handle::{Application, ExhibitionHandle, Outcome, SeatError},
        registry::Registry,
        settings::{MasterChoice, Settings},
        setup_choices::Lots,
    },
    gallery::{Desk, RekeyError},
    journal::StorageError,
    record::{
        event::Stage,
        program::{MasterSeat, Program},
        seat_key::SeatKey,
    },
    rules::PlayerName,
};
use tokio_util::task::TaskTracker;
use tracing::warn;

/// The games' side of the organiser's requests.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) registry: Registry,
    pub(super) house: HouseBots,
    pub(super) master: String,
}

/// An exhibition that was just opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) exhibition: ExhibitionHandle,
    pub(super) program: Program,
    /// The secret of a human master.
    pub(super) master: Option<Token>,
}

impl Host {
    /// Does what the gallery asks for.
    pub(super) fn answer(&self, request: Desk, entrance: &Entrance, tasks: &TaskTracker) {
        let host = self.clone();
        match request {
            Desk::Player { upgraded, which } => {
                tasks.spawn(players::serve(entrance.clone(), upgraded, which));
            }
            Desk::Find { which, reply } => {
                let _ = reply.send(self.registry.find(which).map(Counter::of));
            }
            Desk::Open { settings, reply } => {
                tasks.spawn(async move {
                    let opened = host.open(&settings).await;
                    if let Ok(opened) = &opened {
                        host.seat_first(&opened.exhibition, settings.house_bots).await;
                    }
                    let _ = reply.send(opened.map(|opened| (opened.exhibition.id, opened.master)));
                });
            }
            Desk::Rekey { exhibition, reply } => {
                tasks.spawn(async move {
                    let _ = reply.send(host.rekey(&exhibition.into_exhibition()).await);
                });
            }
            Desk::Fill { exhibition, bots, level, reply } => {
                tasks.spawn(async move {
                    let _ = reply.send(host.seat(&exhibition.into_exhibition(), bots, level).await);
                });
            }
            Desk::Forget { id, forgotten, renamed, reply } => {
                tasks.spawn(async move {
                    let _ = reply.send(host.registry.forget(id, forgotten, renamed).await);
                });
            }
        }
    }

    async fn rekey(&self, exhibition: &ExhibitionHandle) -> Result<Token, RekeyError> {
        let seat = exhibition.human.as_ref().ok_or(RekeyError::Program)?;
        let token = self.registry.master_token();
        seat.rekey(&token).await?;
        Ok(token)
    }

    /// Opens an exhibition; its house bots are not seated yet.
    pub(super) async fn open(&self, settings: &Settings) -> Result<Opened, StorageError> {
        let (name, seat, master) = match &settings.master {
            MasterChoice::Engine { .. } => (self.master.as_str(), MasterSeat::Engine, None),
            MasterChoice::Human(name) => {
                let token = self.registry.master_token();
                (name.as_str(), MasterSeat::Human(token.hash().0), Some(token))
            }
        };
        let program = settings.program(Lots::draw(), seat, name, wall_clock());
        let exhibition = self.registry.open(program.clone()).await?;
        Ok(Opened { exhibition, program, master })
    }

    /// Gives `count` seats to the server's own bots, of a strength from 0 to 20.
    pub(super) async fn seat(&self, exhibition: &ExhibitionHandle, count: u32, level: u8) -> Result<(), SeatError> {
        let name = PlayerName::parse("House bot").expect("it is a name");
        for _ in 0..count {
            let application = Application { bot: true, house: Some(level), ..Application::of(name.clone()) };
            match exhibition.apply(application).await? {
                Outcome::Seat(seated) => self.house.play(exhibition.id, &seated.token, level),
                // They do not ask to wait.
                Outcome::Queue(_) => return Err(SeatError::Full),
            }
        }
        Ok(())
    }

    /// Gives seats of a new exhibition to the server's own bots.
    pub(super) async fn seat_first(&self, exhibition: &ExhibitionHandle, count: u32) {
        if let Err(error) = self.seat(exhibition, count, SeatKey::STRONGEST).await {
            warn!("a house bot gets no seat: {error}");
        }
    }

    /// Seats the bots again that were there before the server stopped.
    pub(super) async fn seat_again(&self, exhibition: &ExhibitionHandle) {
        if exhibition.stage() != Stage::Finished {
            for (token, level) in exhibition.reissue().await {
                self.house.play(exhibition.id, &token, level);
            }
        }
    }
}
