//! Who looks at an exhibition.

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody, who may see all a while later.
    Public,
    /// The organiser and the master, who see it as it is.
    Insiders,
}
