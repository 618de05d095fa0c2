//! The designs, each with what makes it one.

use super::world::{Anchoring, Design, Issuer};

/// Online: keyed, bound, never returned, the board is read, the anchor moves before the number leaves.
pub(crate) const S1: Design = Design {
    name: "S1",
    issuer: Issuer::Ledger,
    anchoring: Anchoring::Whole,
    local: false,
    stations: 2,
    two_keys: false,
    person: false,
    guard: true,
    bound: true,
    begin: false,
    joined: true,
    unflushed: false,
    witness: false,
    timeout: false,
    keep: false,
    freely: false,
    journal: false,
    strict: true,
};
/// S1, with a step between the check of the keys and the write; what counts is what leaves.
pub(crate) const S1W: Design = Design { name: "S1w", joined: false, strict: false, ..S1 };
/// S1, a blank board does not get the open ticket of one key.
pub(crate) const S1X: Design = Design { name: "S1x", person: true, ..S1 };
/// S1 with the barcode as a second key.
pub(crate) const S1K: Design = Design { name: "S1k", two_keys: true, ..S1 };
/// S1k, with a step between check and write.
pub(crate) const S1KW: Design = Design { name: "S1kw", joined: false, strict: false, ..S1K };
/// S1kw, and the begin is recorded.
pub(crate) const S1KB: Design = Design { name: "S1kb", begin: true, ..S1KW };
/// Offline: the ledger on the station, the anchor by single file operations.
pub(crate) const S2: Design = Design { name: "S2", local: true, stations: 1, anchoring: Anchoring::Files, ..S1 };
/// S2 with a second key.
pub(crate) const S2K: Design = Design { name: "S2k", two_keys: true, ..S2 };
/// S1 and S2k, with the journal of the PC, which a recovery reads or not.
pub(crate) const S1J: Design = Design { name: "S1j", journal: true, ..S1 };
pub(crate) const S2J: Design = Design { name: "S2j", journal: true, ..S2K };
/// Two processes, or two copies, each with the journal of the other.
pub(crate) const PJ: Design = Design { name: "Pj", journal: true, ..P };
/// Two processes on one folder, or on two copies of it.
pub(crate) const P: Design = Design { name: "P", stations: 2, ..S2 };
/// Two processes on one folder, and one on its copy.
pub(crate) const P3: Design = Design { name: "P3", stations: 3, ..P };

pub(crate) const N1: Design =
    Design { name: "N1", issuer: Issuer::Clock, anchoring: Anchoring::None, guard: false, ..S1 };
pub(crate) const N2: Design = Design { name: "N2", issuer: Issuer::AfterSuccess, local: true, stations: 1, ..N1 };
pub(crate) const N3: Design = Design { name: "N3", issuer: Issuer::Central(true), bound: false, ..N1 };
pub(crate) const N4: Design = Design { name: "N4", issuer: Issuer::Central(false), ..N3 };
pub(crate) const N5: Design = Design { name: "N5", anchoring: Anchoring::None, guard: false, bound: false, ..S1 };
pub(crate) const N6: Design = Design { name: "N6", bound: true, ..N5 };
pub(crate) const N7: Design = Design { name: "N7", unflushed: true, ..N6 };
pub(crate) const N8: Design = Design { name: "N8", guard: true, witness: true, ..N6 };
pub(crate) const N9: Design = Design { name: "N9", guard: true, anchoring: Anchoring::After, ..N6 };
pub(crate) const N10: Design = Design { name: "N10", timeout: true, strict: false, ..S1 };
pub(crate) const N11: Design = Design { name: "N11", guard: false, ..S1 };
pub(crate) const L1: Design = Design { name: "L1", issuer: Issuer::Lease(true), bound: false, ..N2 };
pub(crate) const L2: Design = Design { name: "L2", issuer: Issuer::Lease(false), bound: true, guard: true, ..N2 };
pub(crate) const L3: Design = Design { name: "L3", anchoring: Anchoring::Ahead, ..S2 };
pub(crate) const L4: Design = Design { name: "L4", anchoring: Anchoring::Overwrite, ..S2 };
pub(crate) const L5: Design = Design { name: "L5", anchoring: Anchoring::OnlyNew, ..S2 };
pub(crate) const L6: Design = Design { name: "L6", keep: true, ..S2 };
pub(crate) const BY_EVENTS: Design = Design { name: "anchor by events", anchoring: Anchoring::ByEvents, ..P };
pub(crate) const SIZE_ONLY: Design = Design { name: "size alone", anchoring: Anchoring::SizeOnly, ..P };
pub(crate) const PASSED_OVER: Design = Design { name: "cut file passed over", anchoring: Anchoring::PassedOver, ..P };
pub(crate) const FREELY: Design = Design { name: "keys added freely", freely: true, stations: 1, ..S1KW };
