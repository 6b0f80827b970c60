//! Cursors of a stream: the place of an event in its tenant's outbox, opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::refusal::{Code, Refusal, Rule};

/// The cursor of a place.
pub fn encode(tenant: i32, place: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("e{tenant}.{place}"))
}

/// The place behind a cursor of this tenant.
///
/// # Errors
/// `BAD_FORMAT` for anything else.
pub fn decode(tenant: i32, text: &str) -> Rule<i64> {
    let place = || {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (whose, place) = text.strip_prefix('e')?.split_once('.')?;
        let place: i64 = place.parse().ok()?;
        (whose.parse() == Ok(tenant) && place >= 0).then_some(place)
    };
    place().ok_or_else(|| {
        let message = "This is not the cursor of an event. Send the last cursor that you got.";
        Refusal::new(Code::BadFormat, "after", message).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place_in_its_own_tenant_only() {
        let cursor = encode(3, 4_711);
        assert_eq!(decode(3, &cursor).unwrap(), 4_711);
        assert!(decode(4, &cursor).is_err());
        for text in ["", "e3.1", "!", &URL_SAFE_NO_PAD.encode("e3.-1")] {
            assert!(decode(3, text).is_err(), "{text}");
        }
    }
}
