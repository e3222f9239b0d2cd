//! A spectator who comes back after every crash and goes on where he was.

use std::net::SocketAddr;

use serde_json::Value;

use crate::{
    common::{Heard, Link},
    ledger::Finding,
    opponents::Table,
};

#[derive(Debug, Default)]
pub(crate) struct Watcher {
    /// What is watched, up to which event, and whether it is over.
    at: Option<(String, u64, bool)>,
}

impl Watcher {
    /// One who has missed everything.
    pub(crate) fn from_the_start(exhibition: &str) -> Watcher {
        Watcher { at: Some((exhibition.to_owned(), 0, false)) }
    }

    /// Watches until the connection ends.
    pub(crate) async fn live(&mut self, server: SocketAddr, table: &Table) {
        self.watch(server, table, |_, _| false).await;
    }

    /// Watches until the event `seq` has come.
    pub(crate) async fn until(&mut self, seq: u64, server: SocketAddr, table: &Table) {
        self.watch(server, table, |_, last| last >= seq).await;
    }

    async fn watch(&mut self, server: SocketAddr, table: &Table, enough: impl Fn(&str, u64) -> bool) {
        if self.at.as_ref().is_some_and(|(_, _, over)| *over) {
            self.at = None;
        }
        let path = match &self.at {
            Some((exhibition, seq, _)) => format!("/ws/{exhibition}/watch?since={seq}"),
            None => "/ws/current/watch".to_owned(),
        };
        let Some(mut link) = Link::try_connect(server, &path).await else { return };
        while let Heard::Text(text) = link.hear().await {
            let message: Value = serde_json::from_str(&text).expect("JSON");
            let seq = message["seq"].as_u64().expect("a number");
            let mut ledger = table.ledger.borrow_mut();
            if message["type"] == "exhibition" {
                let id = message["id"].as_str().expect("an id").to_owned();
                if let Some((_, before, _)) = self.at.as_ref().filter(|(_, before, _)| *before > seq) {
                    ledger.found(Finding::Lost(format!("exhibition {id}: event {before} was told, {seq} is the last")));
                }
                self.at = Some((id, seq, message["status"] == "finished"));
            } else if let Some((id, before, over)) = &mut self.at {
                if seq != *before + 1 {
                    ledger.found(Finding::Doubled(format!("exhibition {id}: event {seq} comes after {before}")));
                }
                *before = seq;
                *over = message["type"] == "finished";
            }
            let Some((id, seq, _)) = &self.at else { continue };
            ledger.hear(id, &text, &message);
            if enough(id, *seq) {
                return;
            }
        }
    }
}
