//! Settings as a request's body has them: what is missing is not to be changed.

use serde::Deserialize;
use serde_json::error::Category;

use super::{settings_error::SettingsError, setup_choices::SeatWishes};
use crate::{base::present::present, record::program::MasterSeat};

/// Settings as the organiser's page sends them; what is missing stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    pub(super) name: Option<String>,
    pub(super) text: Option<String>,
    pub(super) boards: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    pub(super) clock: Option<Option<String>>,
    pub(super) master: Option<MasterWishes>,
    pub(super) master_extra: Option<String>,
    pub(super) master_extra_per_board: Option<String>,
    pub(super) color: Option<String>,
    pub(super) start: Option<String>,
    pub(super) seats: Option<Vec<SeatWishes>>,
    pub(super) walk: Option<String>,
    pub(super) late_rounds: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    pub(super) passes: Option<Option<u32>>,
    pub(super) grace: Option<String>,
    pub(super) retract: Option<bool>,
    pub(super) think: Option<String>,
    pub(super) house_bots: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    pub(super) code: Option<Option<CodeWish>>,
    pub(super) admission: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) starts_at: Option<Option<u64>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) closes_after: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) absent_after: Option<Option<String>>,
    pub(super) delay: Option<String>,
    pub(super) chat: Option<bool>,
}

/// Who the master is to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MasterWishes {
    pub(super) kind: String,
    pub(super) name: Option<String>,
    pub(super) elo: Option<u32>,
}

/// `true` for a code that is made up, or the code.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum CodeWish {
    MadeUp(bool),
    Own(String),
}

/// Why a body holds no wishes.
#[derive(Debug, thiserror::Error)]
pub enum WishesError {
    /// It is no JSON object.
    #[error("the body is a JSON object of settings: {0}")]
    Json(serde_json::Error),
    /// Something in it is no setting, or is of a wrong type.
    #[error("{sentence}")]
    Setting {
        /// The setting, if it is one.
        field: Option<&'static str>,
        /// What is wrong, or what it takes.
        sentence: String,
    },
}

impl Wishes {
    /// Reads a JSON object; nothing at all wishes for nothing.
    pub fn read(body: &[u8]) -> Result<Wishes, WishesError> {
        if body.is_empty() {
            return Ok(Wishes::default());
        }
        // A struct could be read from a JSON array too.
        if body.trim_ascii_start().first() != Some(&b'{') {
            let error = serde::de::Error::custom("it begins with something else than `{`");
            return Err(WishesError::Json(error));
        }
        let mut json = serde_json::Deserializer::from_slice(body);
        let wishes = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            unreadable(&path, error.into_inner())
        })?;
        json.end().map_err(WishesError::Json)?;
        Ok(wishes)
    }

    /// Checks that they wish for nothing that is settled once the games have begun.
    ///
    /// # Errors
    ///
    /// The name of a field that can't be changed any more.
    pub fn only_late(&self) -> Result<(), &'static str> {
        // Every field stands here, so that a new one is thought about.
        let Wishes {
            name: _,
            text: _,
            late_rounds: _,
            code: _,
            admission: _,
            closes_after: _,
            delay: _,
            chat: _,
            passes: _,
            grace: _,
            boards,
            clock,
            master,
            master_extra,
            master_extra_per_board,
            color,
            start,
            seats,
            walk,
            retract,
            think,
            house_bots,
            starts_at,
            absent_after,
        } = self;
        let settled = [
            ("boards", boards.is_some()),
            ("clock", clock.is_some()),
            ("master", master.is_some()),
            ("master_extra", master_extra.is_some()),
            ("master_extra_per_board", master_extra_per_board.is_some()),
            ("color", color.is_some()),
            ("start", start.is_some()),
            ("seats", seats.is_some()),
            ("walk", walk.is_some()),
            ("retract", retract.is_some()),
            ("think", think.is_some()),
            ("house_bots", house_bots.is_some()),
            ("starts_at", starts_at.is_some()),
            ("absent_after", absent_after.is_some()),
        ];
        settled.into_iter().find(|(_, wished)| *wished).map_or(Ok(()), |(field, _)| Err(field))
    }

    /// Whether they wish for a person where an engine is the master, or the other way round.
    #[must_use]
    pub fn changes_kind(&self, seat: MasterSeat) -> bool {
        let kind = match seat {
            MasterSeat::Engine => "engine",
            MasterSeat::Human(_) => "human",
        };
        // What is neither is told as such.
        self.master.as_ref().is_some_and(|master| ["engine", "human"].contains(&&*master.kind) && master.kind != kind)
    }
}

/// What is told of a body that could not be read at `path`.
fn unreadable(path: &str, error: serde_json::Error) -> WishesError {
    if error.classify() != Category::Data {
        return WishesError::Json(error);
    }
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let setting = SettingsError::of_field(name);
    let field = setting.as_ref().map(SettingsError::field);
    // Where it was, a person sees by the field.
    let why = error.to_string();
    let why = why.rsplit_once(" at line ").map_or(&*why, |(why, _)| why);
    let sentence = match setting {
        Some(setting) if path == name => setting.to_string(),
        Some(_) => format!("{path}: {why}"),
        None => why.to_owned(),
    };
    WishesError::Setting { field, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_one_json_object() {
        for body in
            [r#"["Ada",1,null,"1h","in-turn",0,"2s",0]"#, "[]", "null", "7", "{} {}", "{", r#"{"boards":}"#, "{}x"]
        {
            assert!(matches!(Wishes::read(body.as_bytes()), Err(WishesError::Json(_))), "{body}");
        }
        for body in ["", "{}", " \n{\"boards\": 3}"] {
            assert!(Wishes::read(body.as_bytes()).is_ok(), "{body}");
        }
    }

    #[test]
    fn what_has_a_wrong_type_is_told_by_its_field() {
        for (body, named, part) in [
            (r#"{"boards":"2"}"#, Some("boards"), "1 to 10000 boards"),
            (r#"{"boards":1,"boards":2}"#, None, "duplicate field `boards`"),
            (r#"{"code":1234}"#, Some("code"), "4 to 12 letters"),
            (r#"{"retract":"yes"}"#, Some("retract"), "`true` or `false`"),
            (r#"{"chat":"off"}"#, Some("chat"), "`true` or `false`"),
            (r#"{"starts_at":-1}"#, Some("starts_at"), "Unix milliseconds"),
            (r#"{"seats":[{"board":1},{"board":"b"}]}"#, Some("seats"), "seats[1].board: invalid type"),
            (r#"{"seats":{}}"#, Some("seats"), "a list like [{\"board\":3"),
            (r#"{"master":{"kind":"engine","elo":"high"}}"#, Some("master"), "master.elo: invalid type"),
            (r#"{"master":"human"}"#, Some("master"), "`engine`, or `human`"),
            (r#"{"bards":2}"#, None, "unknown field `bards`"),
        ] {
            match Wishes::read(body.as_bytes()) {
                Err(WishesError::Setting { field, sentence }) => {
                    assert_eq!(field, named, "{body}: {sentence}");
                    assert!(sentence.contains(part) && !sentence.contains(" line "), "{body}: {sentence}");
                }
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn once_the_games_have_begun_some_things_are_settled() {
        let late = r#"{"name":"a","text":"b","late_rounds":1,"code":null,"admission":"open","closes_after":null,
                       "delay":"0s","chat":false,"passes":null,"grace":"1s"}"#;
        assert_eq!(Wishes::read(late.as_bytes()).expect("wishes").only_late(), Ok(()));
        for (body, field) in [
            (r#"{"name":"a","clock":null}"#, "clock"),
            (r#"{"starts_at":null}"#, "starts_at"),
            (r#"{"seats":[]}"#, "seats"),
            (r#"{"absent_after":null}"#, "absent_after"),
        ] {
            assert_eq!(Wishes::read(body.as_bytes()).expect("wishes").only_late(), Err(field));
        }
    }
}
