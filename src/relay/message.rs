//! A message of a hall's log: lines of JSON, the first about the message, then each passage's head and its events. Pure.
//!
//! ```text
//! {"format":1,"instance":"9f…","epoch":3,"number":12,"address":"https://club7.example.org","told":{…}}
//! {"exhibition":5,"created_ms":1790000000000,"after":41,"last":[42,81250,1790000081250],"human":false,"seated_at_start":24}
//! [5,42,81250,1790000081250,"moved",3,17,"e2e4",null,null,-6917529027641081856]
//! ```
//!
//! A later version may add fields, and passages of a new kind under a new format; it changes none of these. The epoch is the
//! log's own order of publishers: whoever begins to publish takes the next one, in a message that nothing but the log's
//! last state lets in.

use std::io::{Read, Write};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde::{Deserialize, Serialize};

use super::told::Told;
use crate::journal::{Head, Passage};

/// The format that this version writes, and the only one it reads.
const FORMAT: u32 = 1;
/// What is longer is sent compressed, in bytes: JetStream takes a mebibyte at most, as it is set up usually.
const LONG: usize = 384 * 1024;
/// The longest message, in bytes, once it is taken apart: an exhibition of 10,000 boards, each with settings of its own, is
/// 3 MB of them.
const LONGEST: u64 = 8 * 1024 * 1024;
/// The most passages of one message.
pub(super) const PASSAGES: usize = 64;
/// A message that is compressed begins so; one that is not, with a brace.
const ZLIB: u8 = 0x78;

/// A message of a hall's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who says it, and how much has been said with it.
    pub opening: Opening,
    /// What has happened since the last one.
    pub passages: Vec<Passage>,
}

/// A message's first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    format: u32,
    /// Which run of a server has sent it: drawn at its start.
    pub instance: String,
    /// Which publisher of this hall it is, counted by the log.
    pub epoch: u64,
    /// The instance's messages, counted.
    pub number: u64,
    /// Where the hall itself is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// How much stands in the log with this message.
    pub told: Told,
}

impl Opening {
    /// Of a message that this version writes.
    #[must_use]
    pub fn new(instance: String, epoch: u64, number: u64, address: Option<String>, told: Told) -> Opening {
        Opening { format: FORMAT, instance, epoch, number, address, told }
    }
}

/// Why a message can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum MessageError {
    #[error("it was written by a newer version of Simultan (format {0}); run that one here too")]
    Newer(u32),
    #[error("it is longer than any message of Simultan's")]
    TooLong,
    #[error("it is no message of Simultan's: {0}")]
    Unreadable(&'static str),
}

impl Message {
    /// The message as it is sent.
    #[must_use]
    pub fn written(&self) -> Vec<u8> {
        let mut text = json(&self.opening);
        for Passage { head, lines } in &self.passages {
            text.push('\n');
            text.push_str(&json(head));
            if !lines.is_empty() {
                text.push('\n');
                text.push_str(lines);
            }
        }
        if text.len() <= LONG {
            return text.into_bytes();
        }
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        let packed = packed.write_all(text.as_bytes()).and_then(|()| packed.finish());
        packed.unwrap_or_else(|_| text.into_bytes())
    }

    /// Reads what may come from anybody.
    pub fn read(bytes: &[u8]) -> Result<Message, MessageError> {
        let unpacked;
        let bytes = if bytes.first() == Some(&ZLIB) {
            let mut text = Vec::new();
            let read = ZlibDecoder::new(bytes).take(LONGEST + 1).read_to_end(&mut text);
            read.map_err(|_| MessageError::Unreadable("it can't be unpacked"))?;
            unpacked = text;
            &unpacked
        } else {
            bytes
        };
        if bytes.len() as u64 > LONGEST {
            return Err(MessageError::TooLong);
        }
        let text = str::from_utf8(bytes).map_err(|_| MessageError::Unreadable("it is no text"))?;
        let mut lines = text.split('\n');
        let opening = opening(lines.next().unwrap_or_default())?;
        let mut passages = Vec::new();
        while let Some(line) = lines.next() {
            if passages.len() == PASSAGES {
                return Err(MessageError::Unreadable("it has too many passages"));
            }
            let head: Head =
                serde_json::from_str(line).map_err(|_| MessageError::Unreadable("a passage has no head"))?;
            let count = head.last.seq.checked_sub(head.after).filter(|&count| count > 0 || head.opening.is_some());
            let count = count.and_then(|count| usize::try_from(count).ok()).filter(|&count| count <= text.len());
            let count = count.ok_or(MessageError::Unreadable("a passage goes nowhere"))?;
            let mut events = String::new();
            for place in 0..count {
                let event = lines.next().ok_or(MessageError::Unreadable("a passage ends too soon"))?;
                if place > 0 {
                    events.push('\n');
                }
                events.push_str(event);
            }
            passages.push(Passage { head, lines: events });
        }
        Ok(Message { opening, passages })
    }
}

/// The first line; of a newer format it is said that it is one.
fn opening(line: &str) -> Result<Opening, MessageError> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let unreadable = |_| MessageError::Unreadable("its first line is not what it should be");
    let Format { format } = serde_json::from_str(line).map_err(unreadable)?;
    if format != FORMAT {
        return Err(MessageError::Newer(format));
    }
    serde_json::from_str(line).map_err(unreadable)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a value with string keys is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Place;

    fn message(lines: usize) -> Message {
        let last = Place { seq: 6 + lines as u64, at_ms: 2, wall_ms: 3 };
        let head = Head {
            exhibition: 1,
            created_ms: 9,
            after: 6,
            last,
            opening: None,
            human: false,
            seated_at_start: 2,
            guests: vec![(1, "Ada".to_owned(), false)],
        };
        let lines: Vec<_> = (7..7 + lines).map(|seq| format!(r#"[1,{seq},1,2,"visit",3,null,null,null]"#)).collect();
        let opening = Opening::new("ab".to_owned(), 3, 4, Some("https://example.org".to_owned()), Told::default());
        Message { opening, passages: vec![Passage { head, lines: lines.join("\n") }] }
    }

    #[test]
    fn what_was_written_is_read() {
        for lines in [1, 3, 20_000] {
            let message = message(lines);
            let written = message.written();
            assert_eq!(written[0] == ZLIB, lines > 1000, "long ones are packed");
            assert_eq!(Message::read(&written), Ok(message.clone()));
            let events = message.passages[0].events().expect("names");
            assert_eq!(events.filter(Result::is_ok).count(), lines);
        }
        let mut opened = message(1);
        let Passage { head, lines } = &mut opened.passages[0];
        (head.after, head.last.seq, head.opening) = (0, 0, Some("{}".to_owned()));
        lines.clear();
        assert_eq!(Message::read(&opened.written()), Ok(opened), "nothing has happened there yet");
        let claim = Message { passages: Vec::new(), ..message(1) };
        assert_eq!(Message::read(&claim.written()), Ok(claim));
    }

    #[test]
    fn what_was_never_written_is_not() {
        let whole = String::from_utf8(message(2).written()).expect("text");
        for (bad, why) in [
            (String::new(), "first line"),
            ("{}".to_owned(), "first line"),
            ("x\u{9c}".to_owned(), "unpacked"),
            (whole.replace("\"format\":1", "\"format\":2"), "newer version"),
            (whole.replace("\"last\":[8,", "\"last\":[9,"), "ends too soon"),
            (whole.replace("\"last\":[8,", "\"last\":[7,"), "no head"),
            (whole.replace("\"last\":[8,", "\"last\":[6,"), "goes nowhere"),
            (whole.replace("\"last\":[8,", "\"last\":[18446744073709551615,"), "goes nowhere"),
            (whole.replace("\"after\":6", "\"after\":-6"), "no head"),
            (format!("{whole}\n"), "no head"),
        ] {
            let error = Message::read(bad.as_bytes()).expect_err(&bad).to_string();
            assert!(error.contains(why), "{why}: {error}");
        }
        let mut bomb = ZlibEncoder::new(Vec::new(), Compression::best());
        bomb.write_all(&vec![b' '; 64 * 1024 * 1024]).expect("memory");
        let bomb = bomb.finish().expect("memory");
        assert_eq!(Message::read(&bomb), Err(MessageError::TooLong));
    }
}
