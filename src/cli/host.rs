//! The games' side of the organiser's requests.

use super::house_bots::HouseBots;
use crate::{
    base::{secret::Token, time::wall_clock},
    doors::players::{self, Entrance},
    exhibition::{
        handle::ExhibitionHandle,
        registry::{Registry, Which},
        settings::{MasterChoice, Settings},
        setup_choices::Lots,
    },
    gallery::{Desk, RekeyError, StartError},
    journal::StorageError,
    record::{
        event::{ExhibitionId, Stage},
        program::{MasterSeat, Program},
    },
    rules::{CHESS960_POSITIONS, PlayerName},
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
        match request {
            Desk::Player { upgraded, which } => {
                tasks.spawn(players::serve(entrance.clone(), upgraded, which));
            }
            Desk::Master { which, reply } => {
                let seat = self.registry.find(which).map(|found| found.human.map(|seat| (found.id, seat)));
                let _ = reply.send(seat);
            }
            Desk::Open { settings, reply } => {
                let host = self.clone();
                tasks.spawn(async move {
                    let opened = host.open(&settings).await;
                    if let Ok(opened) = &opened {
                        host.seat(&opened.exhibition, settings.house_bots).await;
                    }
                    let _ = reply.send(opened.map(|opened| (opened.exhibition.id, opened.master)));
                });
            }
            Desk::Rekey { which, reply } => {
                let host = self.clone();
                tasks.spawn(async move {
                    let _ = reply.send(host.rekey(which).await);
                });
            }
            Desk::Start { which, reply } => {
                let found = self.registry.find(which);
                tasks.spawn(async move {
                    let started = async {
                        let exhibition = found?;
                        exhibition.start().await?;
                        Ok::<ExhibitionId, StartError>(exhibition.id)
                    };
                    let _ = reply.send(started.await);
                });
            }
        }
    }

    async fn rekey(&self, which: Which) -> Result<Token, RekeyError> {
        let exhibition = self.registry.find(which)?;
        let seat = exhibition.human.ok_or(RekeyError::Program)?;
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
        let lots =
            Lots { colors: rand::random(), start: rand::random_range(..CHESS960_POSITIONS), code: rand::random() };
        let program = settings.program(lots, seat, name, wall_clock());
        let exhibition = self.registry.open(program.clone()).await?;
        Ok(Opened { exhibition, program, master })
    }

    /// Gives `count` seats to the server's own bots.
    pub(super) async fn seat(&self, exhibition: &ExhibitionHandle, count: u32) {
        let name = PlayerName::parse("House bot").expect("it is a name");
        for _ in 0..count {
            match exhibition.join(None, name.clone(), true, true).await {
                Ok(seated) => self.house.play(exhibition.id, &seated.token),
                Err(error) => {
                    warn!("a house bot gets no seat: {error}");
                    return;
                }
            }
        }
    }

    /// Seats the bots again that were there before the server stopped.
    pub(super) async fn seat_again(&self, exhibition: &ExhibitionHandle) {
        if exhibition.stage() != Stage::Finished {
            for token in exhibition.reissue().await {
                self.house.play(exhibition.id, &token);
            }
        }
    }
}
