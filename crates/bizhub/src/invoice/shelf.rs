//! The goods behind the lines of an invoice, locked in one order: the preorders that wait for
//! them, assets, then bulk stock, each by id (spec 1.6.2). Each of the goods is kept as it
//! stands after the latest change.

use std::collections::{BTreeMap, BTreeSet};

use bizgraph_kernel::db::{Fault, Tx};
use bizgraph_kernel::refusal::Rule;

use crate::asset::Asset;
use crate::bulk_stock::BulkStock;
use crate::invoice_line::InvoiceLine;
use crate::preorder::{Preorder, sale};

/// Locked goods by id.
#[derive(Default)]
pub struct Shelf {
    preorders: Vec<Preorder>,
    assets: BTreeMap<i32, Asset>,
    bulk_stock: BTreeMap<i32, BulkStock>,
}

impl Shelf {
    /// Locks these assets and bulk items; ids without a row are simply not there.
    pub async fn lock(tx: &mut Tx, assets: BTreeSet<i32>, bulk: BTreeSet<i32>) -> Rule<Self> {
        let mut shelf = Shelf::default();
        if !assets.is_empty() {
            let keys: Vec<i32> = assets.into_iter().collect();
            shelf.preorders = sale::lock_concerned(tx, &keys).await?;
            let rows = tx.get_all_locked::<Asset>(&keys).await?;
            // One that came in for a preorder while its lock was waited for: that preorder has to
            // be locked before it, so the call begins anew.
            let known = |id: i32| shelf.preorders.iter().any(|preorder| preorder.id == id);
            if !rows.iter().filter_map(|asset| asset.preorder_id).all(known) {
                return Err(Fault::Retry.into());
            }
            shelf.assets = rows.into_iter().map(|row| (row.id, row)).collect();
        }
        if !bulk.is_empty() {
            let keys: Vec<i32> = bulk.into_iter().collect();
            let rows = tx.get_all_locked::<BulkStock>(&keys).await?;
            shelf.bulk_stock = rows.into_iter().map(|row| (row.id, row)).collect();
        }
        Ok(shelf)
    }

    /// Locks the goods of these lines, those aside that no longer hold any.
    pub async fn of_lines(tx: &mut Tx, lines: &[InvoiceLine]) -> Rule<Self> {
        let live = || lines.iter().filter(|line| line.released_at.is_none());
        let assets = live().filter_map(|line| line.asset_id).collect();
        let bulk = live().filter_map(|line| line.bulk_stock_id).collect();
        Self::lock(tx, assets, bulk).await
    }

    /// Preorders that a sale of these goods concerns, as they stood when they were locked.
    pub fn preorders(&self) -> &[Preorder] {
        &self.preorders
    }

    /// The preorder that an asset is held for, if any.
    pub fn held_for(&self, asset: &Asset) -> Option<&Preorder> {
        self.preorders.iter().find(|preorder| sale::waits(preorder, asset.preorder_id))
    }

    /// The asset with this id, if it exists.
    pub fn find_asset(&self, id: i32) -> Option<&Asset> {
        self.assets.get(&id)
    }

    /// The bulk item with this id, if it exists.
    pub fn find_bulk_stock(&self, id: i32) -> Option<&BulkStock> {
        self.bulk_stock.get(&id)
    }

    /// The asset that a line points to.
    ///
    /// # Errors
    /// A fault when it was not locked.
    pub fn asset(&self, id: i32) -> Rule<Asset> {
        let asset = self.assets.get(&id).cloned();
        asset.ok_or_else(|| Fault::internal("a line's asset was not locked").into())
    }

    /// The bulk item that a line points to.
    ///
    /// # Errors
    /// A fault when it was not locked.
    pub fn bulk_stock(&self, id: i32) -> Rule<BulkStock> {
        let stock = self.bulk_stock.get(&id).cloned();
        stock.ok_or_else(|| Fault::internal("a line's bulk stock was not locked").into())
    }

    /// Keeps an asset as it stands now.
    pub fn keep_asset(&mut self, asset: Asset) {
        self.assets.insert(asset.id, asset);
    }

    /// Keeps a bulk item as it stands now.
    pub fn keep_bulk_stock(&mut self, stock: BulkStock) {
        self.bulk_stock.insert(stock.id, stock);
    }
}
