//! The moves of a warranty's status (spec 6.9).

use bizgraph_kernel::machine;

use crate::warranty::WarrantyStatus;

machine! {
    /// Promised, claimed, mended, and over in the end.
    pub MACHINE = "warranty", "status" of WarrantyStatus {
        /// The invoice is paid.
        ISSUE "issue": [] => [Active], auto;
        /// A claim was approved.
        CLAIM "claim": [Active] => [Claimed], auto;
        /// The claim was completed by a repair, and days are left.
        REINSTATE "reinstate": [Claimed] => [Active], auto;
        /// Its last day is over and no claim is open.
        EXPIRE "expire": [Active, Claimed] => [Expired], auto;
        /// Gives way to a warranty of a higher tier.
        UPGRADE "upgrade": [Active] => [Void] by ["Manager", "Sales"];
        /// Withdraws it, with a reason.
        VOID "void": [Active, Claimed] => [Void] by ["Manager"];
        /// The device came back: refunded, replaced, or its sale undone.
        LAPSE "lapse": [Active, Claimed] => [Void], auto;
    }
}
