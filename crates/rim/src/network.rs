//! The telecom networks that airtime is lent for.

use bizgraph_kernel::Words;

/// A telecom network.
#[derive(Words, Clone, Copy, Debug, PartialEq, Eq)]
#[words(name = "RimNetwork")]
pub enum Network {
    /// `MTN`.
    #[word("MTN")]
    Mtn,
    /// `Airtel`.
    #[word("Airtel")]
    Airtel,
    /// `Glo`.
    #[word("Glo")]
    Glo,
    /// `9mobile`.
    #[word("9mobile")]
    NineMobile,
}
