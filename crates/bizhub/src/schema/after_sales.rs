// @generated from the migrations of this module, in the form of `diesel print-schema`.

diesel::table! {
    customer_credits (id) {
        id -> Int4,
        customer_id -> Int4,
        amount -> Numeric,
        used -> Numeric,
        source_kind -> Varchar,
        preorder_id -> Nullable<Int4>,
        refund_id -> Nullable<Int4>,
        voided_at -> Nullable<Timestamptz>,
        void_reason -> Nullable<Text>,
        issued_date -> Date,
        issued_by -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    preorder_events (id) {
        id -> Int4,
        preorder_id -> Int4,
        event_type -> Varchar,
        from_status -> Nullable<Varchar>,
        to_status -> Nullable<Varchar>,
        notes -> Nullable<Text>,
        created_by -> Nullable<Int4>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    preorder_payments (id) {
        id -> Int4,
        preorder_id -> Int4,
        payment_kind -> Varchar,
        payment_date -> Date,
        payment_method -> Varchar,
        amount -> Numeric,
        reference -> Nullable<Varchar>,
        customer_credit_id -> Nullable<Int4>,
        recorded_by -> Nullable<Int4>,
        created_at -> Timestamptz,
        cash_drawer_session_id -> Nullable<Int4>,
    }
}

diesel::table! {
    preorders (id) {
        id -> Int4,
        preorder_number -> Varchar,
        customer_id -> Int4,
        requested_specs -> Text,
        requested_category -> Nullable<Varchar>,
        target_price_min -> Nullable<Numeric>,
        target_price_max -> Nullable<Numeric>,
        agreed_price -> Nullable<Numeric>,
        deposit_amount -> Numeric,
        deposit_paid -> Bool,
        deposit_date -> Nullable<Date>,
        deposit_payment_method -> Nullable<Varchar>,
        deposit_refunded -> Bool,
        status -> Varchar,
        order_date -> Nullable<Date>,
        sla_date -> Nullable<Date>,
        arrival_date -> Nullable<Date>,
        customer_notified_date -> Nullable<Date>,
        asset_id -> Nullable<Int4>,
        pickup_invoice_id -> Nullable<Int4>,
        rejected_date -> Nullable<Date>,
        rejection_reason -> Nullable<Text>,
        resale_recovery_amount -> Nullable<Numeric>,
        resale_invoice_id -> Nullable<Int4>,
        shortfall -> Nullable<Numeric>,
        refund_due -> Nullable<Numeric>,
        notes -> Nullable<Text>,
        policy_terms -> Nullable<Text>,
        assigned_to -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    repair_events (id) {
        id -> Int4,
        repair_ticket_id -> Int4,
        event_type -> Varchar,
        from_status -> Nullable<Varchar>,
        to_status -> Nullable<Varchar>,
        notes -> Nullable<Text>,
        created_by -> Nullable<Int4>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    repair_parts (id) {
        id -> Int4,
        repair_ticket_id -> Int4,
        bulk_stock_id -> Int4,
        quantity -> Int4,
        unit_cost -> Numeric,
        unit_price -> Nullable<Numeric>,
        used_at -> Nullable<Timestamptz>,
        added_by -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    repair_tickets (id) {
        id -> Int4,
        ticket_number -> Varchar,
        customer_id -> Nullable<Int4>,
        asset_id -> Nullable<Int4>,
        issue_type -> Varchar,
        issue_description -> Text,
        status -> Varchar,
        assigned_to -> Nullable<Int4>,
        opened_date -> Date,
        closed_date -> Nullable<Date>,
        outcome -> Nullable<Varchar>,
        resolution_notes -> Nullable<Text>,
        labor_cost -> Numeric,
        parts_cost -> Numeric,
        total_cost -> Numeric,
        billable -> Bool,
        invoice_id -> Nullable<Int4>,
        warranty_claim_id -> Nullable<Int4>,
        notes -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    warranties (id) {
        id -> Int4,
        warranty_number -> Varchar,
        invoice_id -> Int4,
        asset_id -> Nullable<Int4>,
        customer_id -> Int4,
        warranty_tier -> Varchar,
        start_date -> Date,
        end_date -> Date,
        coverage_details -> Nullable<Text>,
        exclusions -> Nullable<Text>,
        includes_accessories -> Bool,
        includes_certificate -> Bool,
        includes_premium_boxing -> Bool,
        status -> Varchar,
        void_reason -> Nullable<Text>,
        previous_warranty_id -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    warranty_claims (id) {
        id -> Int4,
        claim_number -> Varchar,
        warranty_id -> Int4,
        customer_id -> Int4,
        issue_description -> Text,
        claim_date -> Date,
        status -> Varchar,
        denial_reason -> Nullable<Text>,
        repair_ticket_id -> Nullable<Int4>,
        outcome -> Nullable<Varchar>,
        outcome_date -> Nullable<Date>,
        replacement_asset_id -> Nullable<Int4>,
        replacement_invoice_id -> Nullable<Int4>,
        refund_id -> Nullable<Int4>,
        labor_cost -> Numeric,
        parts_cost -> Numeric,
        total_cost -> Numeric,
        notes -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        replaced_before_import -> Bool,
    }
}

diesel::joinable!(customer_credits -> preorders (preorder_id));
diesel::joinable!(preorder_events -> preorders (preorder_id));
diesel::joinable!(preorder_payments -> customer_credits (customer_credit_id));
diesel::joinable!(preorder_payments -> preorders (preorder_id));
diesel::joinable!(repair_events -> repair_tickets (repair_ticket_id));
diesel::joinable!(repair_parts -> repair_tickets (repair_ticket_id));
diesel::joinable!(warranty_claims -> warranties (warranty_id));

diesel::allow_tables_to_appear_in_same_query!(
    customer_credits,
    preorder_events,
    preorder_payments,
    preorders,
    repair_events,
    repair_parts,
    repair_tickets,
    warranties,
    warranty_claims,
);
