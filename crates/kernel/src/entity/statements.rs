//! How many statements a plan takes at most, known before the first of them is sent.

use crate::entity::plan::{ConnectionField, ConnectionPlan, EdgeField, Plan, RowsPlan, What};

impl RowsPlan {
    /// Statements of the rows and of everything below them.
    pub fn statements(&self) -> usize {
        1 + self.plan.statements()
    }
}

impl Plan {
    /// Statements of what is related to rows that are there.
    pub fn statements(&self) -> usize {
        self.fields.iter().map(|field| field.what.statements()).sum()
    }
}

impl What {
    /// Statements of what follows one key of an object.
    pub fn statements(&self) -> usize {
        match self {
            What::One { plan, .. } => plan.statements(),
            What::Many { connection, .. } => connection.statements(),
            What::TypeName
            | What::Null
            | What::Column { .. }
            | What::Currency
            | What::Actions(_)
            | What::Changes(_)
            | What::Subject { .. }
            | What::FileLink { .. }
            | What::BackupLink { .. } => 0,
        }
    }

    /// Those of them that need the rows of the first.
    pub fn statements_below(&self) -> usize {
        match self {
            What::One { plan, .. } => plan.plan.statements(),
            What::Many { connection, .. } => connection.statements_below(),
            _ => 0,
        }
    }
}

impl ConnectionPlan {
    /// Statements of the page, of its count and of everything below.
    pub fn statements(&self) -> usize {
        usize::from(self.rows_needed) + usize::from(self.counted) + self.statements_below()
    }

    fn statements_below(&self) -> usize {
        let below = self.fields.iter().map(|(_, field)| match field {
            ConnectionField::Nodes(plan) => plan.statements(),
            ConnectionField::Edges(edges) => {
                let nodes = edges.iter().map(|(_, edge)| match edge {
                    EdgeField::Node(plan) => plan.statements(),
                    EdgeField::TypeName | EdgeField::Cursor => 0,
                });
                nodes.sum()
            }
            ConnectionField::TypeName
            | ConnectionField::PageInfo(_)
            | ConnectionField::TotalCount
            | ConnectionField::TotalCountCapped => 0,
        });
        below.sum()
    }
}
