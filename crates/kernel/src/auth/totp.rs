//! What an authenticator app shows: a code of six digits for every thirty seconds (RFC 6238).

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use url::form_urlencoded::byte_serialize;

use crate::db::Fault;

/// Seconds for which a code is shown.
const STEP_SECONDS: i64 = 30;

/// Steps by which an app's clock may be off, either way.
const STEPS_OFF: i64 = 1;

/// Random bytes of a key: as many as the hash has.
const SECRET_BYTES: usize = 20;

/// A key that an app and this server share.
pub(crate) struct TotpSecret(Vec<u8>);

impl TotpSecret {
    /// A key that nobody has.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn fresh() -> Result<Self, Fault> {
        let mut bytes = vec![0; SECRET_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Fault::internal(error.to_string()))?;
        Ok(TotpSecret(bytes))
    }

    /// As it is written down.
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The key that is written so.
    pub fn of_text(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok().map(TotpSecret)
    }

    /// The address that an app takes, most often as a QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let encoded = |text: &str| {
            let text: String = byte_serialize(text.as_bytes()).collect();
            text.replace('+', "%20")
        };
        let (issuer, account) = (encoded(issuer), encoded(account));
        let secret = self.text();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
             &algorithm=SHA1&digits=6&period={STEP_SECONDS}"
        )
    }

    /// The step that a code of six digits belongs to: now or a step beside it, and behind the
    /// last one that was used.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>, last: Option<i64>) -> Option<i64> {
        let current = now.timestamp().div_euclid(STEP_SECONDS);
        let mut found = None;
        for step in current - STEPS_OFF..=current + STEPS_OFF {
            if self.code(step).as_deref() == Some(code) && last.is_none_or(|last| step > last) {
                found = found.or(Some(step));
            }
        }
        found
    }

    /// The code of a step (RFC 4226).
    fn code(&self, step: i64) -> Option<String> {
        let mut mac = <Hmac<Sha1> as Mac>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest.last()? & 0x0f);
        let bytes = digest.get(offset..offset + 4)?.try_into().ok()?;
        let number = u32::from_be_bytes(bytes) & 0x7fff_ffff;
        Some(format!("{:06}", number % 1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc() -> TotpSecret {
        TotpSecret(b"12345678901234567890".to_vec())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// The last six digits of the eight that RFC 6238 prints in appendix B.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().step_of(code, at(seconds), None), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_off_by_a_step_and_a_step_counts_once() {
        assert_eq!(rfc().step_of("287082", at(89), None), Some(1));
        assert_eq!(rfc().step_of("287082", at(0), None), Some(1));
        assert_eq!(rfc().step_of("287082", at(90), None), None);
        assert_eq!(rfc().step_of("287082", at(59), Some(1)), None);
        assert_eq!(rfc().step_of("287082", at(59), Some(0)), Some(1));
        assert_eq!(rfc().step_of("287083", at(59), None), None);
        assert_eq!(rfc().step_of("", at(59), None), None);
    }

    #[test]
    fn the_uri_says_all_that_an_app_needs() {
        assert_eq!(
            rfc().uri("Lender & Co", "ama@lender"),
            "otpauth://totp/Lender%20%26%20Co:ama%40lender\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lender%20%26%20Co\
             &algorithm=SHA1&digits=6&period=30"
        );
        let again = TotpSecret::of_text(&rfc().text()).unwrap();
        assert_eq!(again.0, rfc().0);
        assert!(TotpSecret::of_text("not base32!").is_none());
        assert_ne!(TotpSecret::fresh().unwrap().0, TotpSecret::fresh().unwrap().0);
    }
}
