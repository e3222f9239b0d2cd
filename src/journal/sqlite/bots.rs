//! The programs that come again, and what their secrets are known by.

use std::path::{Path, PathBuf};

use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    OpenError,
    opening::{self, Version},
    rows::{int, uint},
};
use crate::{base::secret::TokenHash, record::lasting_bot::LastingBot};

/// The most there may be: a list that people read.
const MOST_BOTS: usize = 1000;

/// The programs that come again. Each question has a connection of its own, so that none waits for another.
#[derive(Debug, Clone)]
pub struct Bots {
    path: PathBuf,
}

/// Why a program gets no secret.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum BotError {
    #[error("there is a bot called {0} already; take its token back first, or choose another name")]
    Taken(String),
    #[error("{MOST_BOTS} bots have a token, which are the most there can be; take some back first")]
    TooMany,
    #[error("{} is no database of this version's: start the server with it once", .0.display())]
    Older(PathBuf),
    #[error(transparent)]
    Database(#[from] OpenError),
}

impl Bots {
    /// Those of the database at `path`.
    #[must_use]
    pub fn of(path: &Path) -> Bots {
        Bots { path: path.to_owned() }
    }

    /// Whose secret it is.
    pub async fn known_by(&self, key: TokenHash) -> Result<Option<LastingBot>, OpenError> {
        let mut connection = self.reading().await?;
        let found = sqlx::query("select * from bot where token_hash = ?").bind(key.0.to_vec());
        let found = found.fetch_optional(&mut connection).await.and_then(|row| row.as_ref().map(bot).transpose());
        self.closed(connection, found).await
    }

    /// All of them, by name.
    pub async fn all(&self) -> Result<Vec<LastingBot>, OpenError> {
        let mut connection = self.reading().await?;
        let rows = sqlx::query("select * from bot order by name").fetch_all(&mut connection).await;
        let all = rows.and_then(|rows| rows.iter().map(bot).collect());
        self.closed(connection, all).await
    }

    /// From now on `bot` comes with the secret that is known by `key`.
    pub async fn add(&self, bot: &LastingBot, key: TokenHash) -> Result<(), BotError> {
        let mut connection = self.writing().await?;
        let outcome = async {
            let all: i64 = sqlx::query_scalar("select count(*) from bot").fetch_one(&mut connection).await?;
            if usize::try_from(all).is_ok_and(|all| all >= MOST_BOTS) {
                return Ok(Err(BotError::TooMany));
            }
            let sql = "insert into bot (name, token_hash, created_ms, on_request) values (?, ?, ?, ?)";
            let query = sqlx::query(sql).bind(&bot.name).bind(key.0.to_vec()).bind(int(bot.created_at));
            match query.bind(bot.on_request).execute(&mut connection).await {
                Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                    Ok(Err(BotError::Taken(bot.name.clone())))
                }
                outcome => outcome.map(|_| Ok(())),
            }
        };
        let outcome = outcome.await;
        self.closed(connection, outcome).await?
    }

    /// Its secret opens nothing any more; what it was known by, if there was such a bot.
    pub async fn remove(&self, name: &str) -> Result<Option<TokenHash>, BotError> {
        let mut connection = self.writing().await?;
        let sql = "delete from bot where name = ? returning token_hash";
        let removed = sqlx::query_scalar::<_, Vec<u8>>(sql).bind(name).fetch_optional(&mut connection).await;
        let removed = self.closed(connection, removed).await?;
        Ok(removed.and_then(|hash| hash.try_into().ok()).map(TokenHash))
    }

    async fn reading(&self) -> Result<SqliteConnection, OpenError> {
        let opened = opening::options(&self.path).read_only(true).connect().await;
        opened.map_err(|error| self.unreadable(error))
    }

    /// A connection that writes beside the one that writes moves: for a moment, which that one waits.
    async fn writing(&self) -> Result<SqliteConnection, BotError> {
        match opening::for_reading(&self.path).await? {
            (connection, Version::Same) => self.closed(connection, Ok(())).await?,
            (_, Version::New | Version::Older) => return Err(BotError::Older(self.path.clone())),
        }
        let opened = opening::options(&self.path).pragma("secure_delete", "on").connect().await;
        Ok(opened.map_err(|error| self.unreadable(error))?)
    }

    async fn closed<T>(&self, connection: SqliteConnection, outcome: Result<T, sqlx::Error>) -> Result<T, OpenError> {
        let closed = connection.close().await;
        outcome.and_then(|value| closed.map(|()| value)).map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, error: sqlx::Error) -> OpenError {
        OpenError::Sql { path: self.path.clone(), error }
    }
}

fn bot(row: &SqliteRow) -> Result<LastingBot, sqlx::Error> {
    Ok(LastingBot {
        name: row.try_get("name")?,
        created_at: uint(row.try_get("created_ms")?),
        on_request: row.try_get("on_request")?,
    })
}
