// @generated from the migrations of this module, in the form of `diesel print-schema`.

diesel::table! {
    cash_drawer_counts (id) {
        id -> Int4,
        cash_drawer_session_id -> Int4,
        payment_method -> Varchar,
        expected -> Numeric,
        counted -> Numeric,
        difference -> Numeric,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    cash_drawer_sessions (id) {
        id -> Int4,
        user_id -> Int4,
        status -> Varchar,
        opening_float -> Numeric,
        opened_date -> Date,
        opened_at -> Timestamptz,
        closed_date -> Nullable<Date>,
        closed_at -> Nullable<Timestamptz>,
        closed_by -> Nullable<Int4>,
        closing_notes -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    invoice_lines (id) {
        id -> Int4,
        invoice_id -> Int4,
        line_number -> Int4,
        line_kind -> Varchar,
        asset_id -> Nullable<Int4>,
        bulk_stock_id -> Nullable<Int4>,
        item_description -> Varchar,
        quantity -> Int4,
        unit_price -> Numeric,
        discount -> Numeric,
        tax_amount -> Numeric,
        line_total -> Numeric,
        unit_cost -> Nullable<Numeric>,
        refunded_quantity -> Int4,
        refunded_amount -> Numeric,
        released_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        warranty_tier -> Nullable<Varchar>,
        repair_part_id -> Nullable<Int4>,
        repair_ticket_id -> Nullable<Int4>,
    }
}

diesel::table! {
    invoices (id) {
        id -> Int4,
        invoice_number -> Varchar,
        customer_id -> Nullable<Int4>,
        customer_type -> Varchar,
        invoice_date -> Date,
        due_date -> Nullable<Date>,
        status -> Varchar,
        subtotal -> Numeric,
        tax_amount -> Numeric,
        total_amount -> Numeric,
        amount_paid -> Numeric,
        refunded_amount -> Numeric,
        lead_source_id -> Nullable<Int4>,
        lead_source -> Nullable<Varchar>,
        sales_rep_id -> Nullable<Int4>,
        notes -> Nullable<Text>,
        sent_at -> Nullable<Timestamptz>,
        paid_at -> Nullable<Timestamptz>,
        paid_date -> Nullable<Date>,
        cancelled_reason -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    payments (id) {
        id -> Int4,
        invoice_id -> Int4,
        payment_date -> Date,
        payment_method -> Varchar,
        amount -> Numeric,
        tendered -> Nullable<Numeric>,
        change_given -> Nullable<Numeric>,
        reference -> Nullable<Varchar>,
        reference_kind -> Nullable<Varchar>,
        notes -> Nullable<Text>,
        received_by -> Nullable<Int4>,
        voided_at -> Nullable<Timestamptz>,
        voided_by -> Nullable<Int4>,
        void_reason -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        preorder_id -> Nullable<Int4>,
        customer_credit_id -> Nullable<Int4>,
        cash_drawer_session_id -> Nullable<Int4>,
    }
}

diesel::table! {
    refund_lines (id) {
        id -> Int4,
        refund_id -> Int4,
        invoice_line_id -> Int4,
        quantity -> Int4,
        amount -> Numeric,
        restock -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    refund_tenders (id) {
        id -> Int4,
        refund_id -> Int4,
        payment_method -> Varchar,
        amount -> Numeric,
        payment_id -> Nullable<Int4>,
        reference -> Nullable<Varchar>,
        paid_by -> Int4,
        created_at -> Timestamptz,
        customer_credit_id -> Nullable<Int4>,
        cash_drawer_session_id -> Nullable<Int4>,
    }
}

diesel::table! {
    refunds (id) {
        id -> Int4,
        invoice_id -> Int4,
        status -> Varchar,
        reason -> Text,
        rejection_reason -> Nullable<Text>,
        payments_only -> Bool,
        restocking_fee -> Numeric,
        total_amount -> Numeric,
        refund_date -> Nullable<Date>,
        requested_by -> Int4,
        requested_at -> Timestamptz,
        approved_by -> Nullable<Int4>,
        approved_at -> Nullable<Timestamptz>,
        rejected_by -> Nullable<Int4>,
        rejected_at -> Nullable<Timestamptz>,
        completed_by -> Nullable<Int4>,
        completed_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(cash_drawer_counts -> cash_drawer_sessions (cash_drawer_session_id));
diesel::joinable!(invoice_lines -> invoices (invoice_id));
diesel::joinable!(payments -> cash_drawer_sessions (cash_drawer_session_id));
diesel::joinable!(payments -> invoices (invoice_id));
diesel::joinable!(refund_lines -> invoice_lines (invoice_line_id));
diesel::joinable!(refund_lines -> refunds (refund_id));
diesel::joinable!(refund_tenders -> cash_drawer_sessions (cash_drawer_session_id));
diesel::joinable!(refund_tenders -> payments (payment_id));
diesel::joinable!(refund_tenders -> refunds (refund_id));
diesel::joinable!(refunds -> invoices (invoice_id));

diesel::allow_tables_to_appear_in_same_query!(
    cash_drawer_counts,
    cash_drawer_sessions,
    invoice_lines,
    invoices,
    payments,
    refund_lines,
    refund_tenders,
    refunds,
);
