//! Where a hall's messages are found in NATS.

use crate::base::hall_name::HallName;

/// The stream that keeps all halls' logs.
pub(super) const STREAM: &str = "SIMULTAN";
/// What it keeps: a subject for each hall.
pub(super) const LOGS: &str = "sim.*.log";
/// Signs of life of all halls, which nobody keeps.
pub(super) const PULSES: &str = "sim.*.pulse";

/// Where a hall's log is.
pub(super) fn log_of(hall: &HallName) -> String {
    format!("sim.{hall}.log")
}

/// Where a hall gives signs of life.
pub(super) fn pulse_of(hall: &HallName) -> String {
    format!("sim.{hall}.pulse")
}

/// Whose subject it is, if it is a hall's.
pub(super) fn hall_in(subject: &str) -> Option<HallName> {
    let mut parts = subject.split('.');
    let (first, hall, _, end) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    if first != "sim" || end.is_some() {
        return None;
    }
    hall.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_says_whose_it_is() {
        let hall: HallName = "club7".parse().expect("a name");
        assert_eq!(hall_in(&log_of(&hall)), Some(hall.clone()));
        assert_eq!(hall_in(&pulse_of(&hall)), Some(hall));
        for subject in ["sim.club7", "sim.Club.log", "other.club7.log", "sim.club7.log.more", ""] {
            assert_eq!(hall_in(subject), None, "{subject}");
        }
    }
}
