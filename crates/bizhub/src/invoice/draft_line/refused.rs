//! The sentences by which a new line is refused (spec 6.5).

use bizgraph_kernel::Refusal;

/// Why a line is refused.
#[derive(Refusal)]
pub enum LineRefused {
    #[refusal(
        VALIDATION_FAILED,
        at = "{path}.bulkStockId",
        "A line sells an asset or a bulk item, not both. Make two lines."
    )]
    TwoKinds { path: String },
    #[refusal(
        NOT_UNIQUE,
        at = "{path}.assetId",
        "The asset {asset_tag} stands on another line already."
    )]
    Twice { path: String, asset_tag: String },
    #[refusal(
        ALREADY_DONE,
        at = "{path}.assetId",
        "The asset {asset_tag} is on {invoice_number} of {owner} already."
    )]
    Held { path: String, asset_tag: String, invoice_number: String, owner: String },
    #[refusal(
        ALREADY_DONE,
        at = "{path}.assetId",
        "The asset {asset_tag} is held for the preorder {preorder_number}. Only that customer \
         can buy it."
    )]
    Preordered { path: String, asset_tag: String, preorder_number: String },
    #[refusal(OUT_OF_RANGE, at = "{path}.quantity", "An asset is sold by itself: quantity 1.")]
    OneAsset { path: String },
    #[refusal(OUT_OF_RANGE, at = "{path}.quantity", "The quantity must be at least 1.")]
    NoQuantity { path: String },
    #[refusal(
        VALIDATION_FAILED,
        at = "{path}.warrantyTier",
        "Only an asset comes with a warranty. Leave the tier out."
    )]
    NoWarranty { path: String },
    #[refusal(REQUIRED, at = "{path}.unitPrice", "No price is set for this. Give one.")]
    NoPrice { path: String },
    #[refusal(REQUIRED, at = "{path}.itemDescription", "Say what the service is.")]
    NoDescription { path: String },
}
