//! What errors and ends are called on the wire, and how long a message may be.

/// The WebSocket subprotocol that is selected where it is offered.
pub const SUBPROTOCOL: &str = "simultan.v1";
/// The longest client frame that is read as a message, in bytes.
pub const LONGEST_FRAME: usize = 4096;
/// The longest client frame or message that is answered at all; beyond it the connection ends with 1009.
pub const LONGEST_ANSWERED: usize = 16 * 1024;

/// What an error is called on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's table explains them")]
pub enum Code {
    BadJson,
    UnknownType,
    TooLarge,
    NotJoined,
    BadToken,
    NotAllowed,
    BadName,
    BadCode,
    NoSuchExhibition,
    Closed,
    Full,
    SeatTaken,
    NotYourTurn,
    StalePly,
    IllegalMove,
    GameOver,
    RateLimited,
    Internal,
}

impl Code {
    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::BadJson => "bad_json",
            Code::UnknownType => "unknown_type",
            Code::TooLarge => "too_large",
            Code::NotJoined => "not_joined",
            Code::BadToken => "bad_token",
            Code::NotAllowed => "not_allowed",
            Code::BadName => "bad_name",
            Code::BadCode => "bad_code",
            Code::NoSuchExhibition => "no_such_exhibition",
            Code::Closed => "closed",
            Code::Full => "full",
            Code::SeatTaken => "seat_taken",
            Code::NotYourTurn => "not_your_turn",
            Code::StalePly => "stale_ply",
            Code::IllegalMove => "illegal_move",
            Code::GameOver => "game_over",
            Code::RateLimited => "rate_limited",
            Code::Internal => "internal",
        }
    }
}

/// Why the server closes a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// 1002: what came in is not WebSocket.
    ProtocolError,
    /// 1007: a text that is not UTF-8.
    NotUtf8,
    /// 1008: a first frame that seats nobody, or none; or too much, too fast.
    Policy,
    /// 1009: a frame that is too large.
    TooLarge,
    /// 1012: the server stops or restarts.
    Restart,
    /// 1013: the client does not read.
    TryAgainLater,
    /// 4001: the seat was taken up by a newer connection.
    Replaced,
}

impl Close {
    /// The close code.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Close::ProtocolError => 1002,
            Close::NotUtf8 => 1007,
            Close::Policy => 1008,
            Close::TooLarge => 1009,
            Close::Restart => 1012,
            Close::TryAgainLater => 1013,
            Close::Replaced => 4001,
        }
    }

    /// The reason that goes with it.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Close::ProtocolError => "protocol error",
            Close::NotUtf8 => "text that is not UTF-8",
            Close::Policy => "policy",
            Close::TooLarge => "a frame or message over 16 KiB, or over 4 KiB after being told",
            Close::Restart => "the server restarts: come back and resume",
            Close::TryAgainLater => "nothing was read for too long: come back and resume",
            Close::Replaced => "this seat was taken up by a newer connection",
        }
    }
}
