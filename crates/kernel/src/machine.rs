//! Status machines as tables. From one table come the check of a move, the refusal with what
//! is allowed instead, `availableActions`, the rights of each role and the matrix test.

use crate::entity::metadata::EnumMeta;
use crate::policy::{Rights, Scope};
use crate::scalars::words_of;

/// Every move that a status can make; anything else is refused.
pub struct Machine {
    /// `asset`
    pub name: &'static str,
    /// The status column, which only [`crate::db::Tx::advance`] writes.
    pub column: &'static str,
    pub states: &'static EnumMeta,
    pub moves: &'static [&'static Move],
}

/// One row of the table.
pub struct Move {
    /// `startIntake`
    pub verb: &'static str,
    pub doc: &'static str,
    /// Stored spelling of the states it starts from; empty for the move that makes the row.
    pub from: &'static [&'static str],
    /// Stored spelling of the states it can lead to.
    pub to: &'static [&'static str],
    /// Roles that may make it besides the administrator. Where roles are rows, also the
    /// resources whose `write` carries it; nobody named there: the entity's own resource.
    pub by: &'static [(&'static str, Scope)],
    /// SQL over `{t}` for the sentence that stands against it for now, null where nothing does;
    /// people are told by `availableActions`, and its rule refuses for the same. `{person}` is the
    /// caller's whole id, `{today}` the business date, `{now}`, `{zone}` the tenant's zone,
    /// `{setting key}` a setting as JSON. What a period lock keeps needs no saying.
    pub unless: Option<&'static str>,
    /// Only ever made as the effect of another move.
    pub automatic: bool,
}

impl Move {
    /// Whether the move starts from this state.
    pub fn starts_from(&self, stored: &str) -> bool {
        self.from.contains(&stored)
    }
}

impl Machine {
    /// Verbs that people can use from a state, in the document's order.
    pub fn allowed_from(&self, stored: &str) -> Vec<&'static str> {
        let open = self.moves.iter().filter(|step| !step.automatic && step.starts_from(stored));
        open.map(|step| step.verb).collect()
    }

    /// Says of a row in this state what it would have to be for a move, and what can be done
    /// with it instead.
    pub fn refusal_words(&self, step: &Move, stored: &str) -> String {
        let allowed = self.allowed_from(stored);
        let instead = if !allowed.is_empty() {
            format!("Possible now: {}.", allowed.join(", "))
        } else if self.moves.iter().any(|other| other.starts_from(stored)) {
            "Only another step changes it now.".to_owned()
        } else {
            "This is final.".to_owned()
        };
        let verb = words_of(step.verb);
        let name = self.name;
        if step.starts_from(stored) {
            return format!("The {name} is {stored} and cannot {verb} to that. {instead}");
        }
        let wanted = step.from.join(" or ");
        format!("The {name} is {stored}; to {verb}, it has to be {wanted}. {instead}")
    }

    /// Why a caller cannot make a move from a state; `None` when it can.
    pub fn obstacle(
        &self,
        step: &Move,
        stored: &str,
        permission: &str,
        rights: &Rights,
    ) -> Option<String> {
        if !step.starts_from(stored) {
            return Some(format!("Not possible while the {} is {stored}.", self.name));
        }
        (!rights.may(permission)).then(|| "Your role does not allow it.".to_owned())
    }
}

/// Declares a machine as the document's table: `CONSTANT "verb": [From] => [To] by [Role] unless
/// SQL`, or `auto` for a move that is only ever an effect.
#[macro_export]
macro_rules! machine {
    (
        $(#[doc = $doc:literal])*
        $vis:vis $machine:ident = $name:literal, $column:literal of $status:ident {
            $(
                $(#[doc = $move_doc:literal])*
                $constant:ident $verb:literal: [$($from:ident),* $(,)?] => [$($to:ident),+ $(,)?]
                    $(by [$($role:literal $(in $scope:literal)?),+ $(,)?])?
                    $(unless $unless:path)? $(, $auto:ident)? ;
            )+
        }
    ) => {
        $(
            $(#[doc = $move_doc])*
            $vis static $constant: $crate::machine::Move = $crate::machine::Move {
                verb: $verb,
                doc: concat!($($move_doc),*),
                from: &[$($status::$from.spelling()),*],
                to: &[$($status::$to.spelling()),+],
                by: &[$($(($role, $crate::machine_scope!($($scope)?))),+)?],
                unless: $crate::machine_unless!($($unless)?),
                automatic: $crate::machine_auto!($($auto)?),
            };
        )+

        $(#[doc = $doc])*
        $vis static $machine: $crate::machine::Machine = $crate::machine::Machine {
            name: $name,
            column: $column,
            states: <$status as $crate::entity::cell::Words>::WORDS,
            moves: &[$(&$constant),+],
        };
    };
}

/// Part of [`machine!`]: a role's scope, every row unless named.
#[doc(hidden)]
#[macro_export]
macro_rules! machine_scope {
    () => {
        $crate::policy::Scope::All
    };
    ($scope:literal) => {
        $crate::policy::Scope::Only($scope)
    };
}

/// Part of [`machine!`]: what can stand against the move.
#[doc(hidden)]
#[macro_export]
macro_rules! machine_unless {
    () => {
        None
    };
    ($sql:path) => {
        Some($sql)
    };
}

/// Part of [`machine!`]: whether the word `auto` stands behind the move.
#[doc(hidden)]
#[macro_export]
macro_rules! machine_auto {
    () => {
        false
    };
    (auto) => {
        true
    };
}
