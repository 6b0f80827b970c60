//! Every state, every move, every role of the lender.

use crate::matrix::tests_of;
use crate::rim_machines::subject::LENDER;

tests_of! { LENDER =>
    each_allowed_role_makes_each_allowed_move,
    each_move_is_forbidden_to_every_other_role_and_changes_nothing,
    any_other_pair_of_state_and_move_is_an_invalid_transition_that_names_what_is_possible,
    no_rule_can_write_a_status_that_the_table_does_not_lead_to,
    available_actions_say_what_the_mutation_then_does,
    what_stands_against_a_move_is_told_in_the_words_with_which_it_is_refused,
    available_actions_agree_with_the_mutations_where_the_day_of_a_row_is_locked,
    a_move_that_is_sent_twice_with_one_key_is_made_once,
    a_move_that_was_made_is_not_made_again,
    a_row_of_another_tenant_is_not_found_and_stays_as_it_is,
}
