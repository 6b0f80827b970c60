//! An authenticator app as its owner has it, computing by the standards (RFC 6238, RFC 4226).

use bizgraph_kernel::clock::Clock;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac};
use sha1::Sha1;

use crate::world::World;

pub struct App {
    pub secret: String,
}

impl App {
    /// Takes in what the QR code says.
    pub fn scan(uri: &str) -> App {
        let (label, query) = uri.strip_prefix("otpauth://totp/").unwrap().split_once('?').unwrap();
        let (organisation, _) = label.split_once(':').unwrap();
        assert!(["Shop%20bizhub", "Lender%20rim"].contains(&organisation), "{label}");
        let mut secret = None;
        for pair in query.split('&') {
            match pair.split_once('=').unwrap() {
                ("secret", value) => secret = Some(value.to_owned()),
                ("issuer", value) => assert_eq!(value, organisation),
                ("algorithm", value) => assert_eq!(value, "SHA1"),
                ("digits", value) => assert_eq!(value, "6"),
                ("period", value) => assert_eq!(value, "30"),
                other => panic!("{other:?}"),
            }
        }
        App { secret: secret.unwrap() }
    }

    /// What it shows at this moment of a world.
    pub fn code(&self, world: &World) -> String {
        self.code_at(world.clock.now().timestamp())
    }

    /// What it shows so many seconds after 1970.
    pub fn code_at(&self, seconds: i64) -> String {
        let key = BASE32_NOPAD.decode(self.secret.as_bytes()).unwrap();
        let mut mac = <Hmac<Sha1> as Mac>::new_from_slice(&key).unwrap();
        mac.update(&(seconds / 30).to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = (digest[19] & 15) as usize;
        let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap());
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }

    /// A code that it does not show, now or nearby.
    pub fn wrong_code(&self, world: &World) -> String {
        let now = world.clock.now().timestamp();
        let near: Vec<String> = (-2..=2).map(|step| self.code_at(now + 30 * step)).collect();
        let mut codes = (0..10).map(|number| format!("00000{number}"));
        codes.find(|code| !near.contains(code)).unwrap()
    }
}
