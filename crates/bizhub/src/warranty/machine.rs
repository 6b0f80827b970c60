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
        UPGRADE "upgrade": [Active] => [Void] by ["Manager", "Sales"] unless NOT_UPGRADABLE;
        /// Withdraws it, with a reason.
        VOID "void": [Active, Claimed] => [Void] by ["Manager"];
        /// The device came back: refunded, replaced, or its sale undone.
        LAPSE "lapse": [Active, Claimed] => [Void], auto;
    }
}

/// That there is nothing higher, or nothing left of it.
const NOT_UPGRADABLE: &str = "CASE WHEN {t}.status = 'Active' THEN CASE \
    WHEN {t}.warranty_tier = 'Premium 1-Year' \
    THEN {t}.warranty_number || ' is Premium 1-Year already.' \
    WHEN {t}.end_date < {today} \
    THEN {t}.warranty_number || ' ended on ' || to_char({t}.end_date, 'YYYY-MM-DD') || ', so there \
      is nothing to upgrade.' \
    ELSE (SELECT c.claim_number || ' is open on ' || {t}.warranty_number || '. Decide it first.' \
      FROM warranty_claims c \
      WHERE c.warranty_id = {t}.id AND c.status IN ('Submitted', 'Approved')) END END";
