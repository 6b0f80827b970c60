// @generated from the migrations of this module, in the form of `diesel print-schema`.

diesel::table! {
    assets (id) {
        id -> Int4,
        asset_tag -> Varchar,
        serial_number -> Varchar,
        product_model_id -> Int4,
        supplier -> Nullable<Varchar>,
        purchase_cost -> Nullable<Numeric>,
        landed_cost -> Nullable<Numeric>,
        received_date -> Date,
        condition_grade -> Nullable<Varchar>,
        cosmetic_notes -> Nullable<Text>,
        battery_health_percent -> Nullable<Int4>,
        battery_cycle_count -> Nullable<Int4>,
        status -> Varchar,
        not_sellable_reason -> Nullable<Text>,
        location_id -> Nullable<Int4>,
        sale_price -> Nullable<Numeric>,
        sale_date -> Nullable<Date>,
        invoice_id -> Nullable<Int4>,
        preorder_id -> Nullable<Int4>,
        accessories_included -> Nullable<Text>,
        last_intake_at -> Nullable<Timestamptz>,
        diagnosed_by -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    bulk_stock (id) {
        id -> Int4,
        sku -> Varchar,
        item_name -> Varchar,
        category -> Varchar,
        description -> Nullable<Text>,
        unit_cost -> Nullable<Numeric>,
        unit_price -> Nullable<Numeric>,
        quantity -> Int4,
        reserved -> Int4,
        reorder_threshold -> Nullable<Int4>,
        low_stock_alerted -> Bool,
        supplier -> Nullable<Varchar>,
        location_id -> Nullable<Int4>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    bulk_stock_movements (id) {
        id -> Int4,
        bulk_stock_id -> Int4,
        movement_type -> Varchar,
        quantity_change -> Int4,
        quantity_after -> Int4,
        unit_cost -> Nullable<Numeric>,
        from_location_id -> Nullable<Int4>,
        to_location_id -> Nullable<Int4>,
        invoice_id -> Nullable<Int4>,
        reason -> Nullable<Text>,
        moved_by -> Nullable<Int4>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    customers (id) {
        id -> Int4,
        customer_type -> Varchar,
        full_name -> Varchar,
        business_name -> Nullable<Varchar>,
        email -> Nullable<Varchar>,
        phone -> Varchar,
        alternate_phone -> Nullable<Varchar>,
        address -> Nullable<Text>,
        city -> Nullable<Varchar>,
        region -> Nullable<Varchar>,
        notes -> Nullable<Text>,
        deleted_at -> Nullable<Timestamptz>,
        deleted_by -> Nullable<Int4>,
        delete_reason -> Nullable<Text>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    diagnostics_results (id) {
        id -> Int4,
        asset_id -> Int4,
        technician_id -> Int4,
        checklist_data -> Jsonb,
        overall_result -> Varchar,
        notes -> Nullable<Text>,
        diagnostic_date -> Date,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    inventory_movements (id) {
        id -> Int4,
        asset_id -> Int4,
        from_location_id -> Nullable<Int4>,
        to_location_id -> Nullable<Int4>,
        from_status -> Nullable<Varchar>,
        to_status -> Nullable<Varchar>,
        moved_by -> Nullable<Int4>,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
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
    lead_sources (id) {
        id -> Int4,
        source_name -> Varchar,
        description -> Nullable<Text>,
        is_active -> Bool,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    locations (id) {
        id -> Int4,
        location_name -> Varchar,
        description -> Nullable<Text>,
        meaning -> Nullable<Varchar>,
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
    }
}

diesel::table! {
    product_models (id) {
        id -> Int4,
        category -> Varchar,
        brand -> Varchar,
        model_name -> Varchar,
        cpu -> Nullable<Varchar>,
        ram -> Nullable<Varchar>,
        storage -> Nullable<Varchar>,
        screen_size -> Nullable<Varchar>,
        gpu -> Nullable<Varchar>,
        operating_system -> Nullable<Varchar>,
        description -> Nullable<Text>,
        default_price_grade_a -> Nullable<Numeric>,
        default_price_grade_b -> Nullable<Numeric>,
        default_price_grade_c -> Nullable<Numeric>,
        image_url -> Nullable<Varchar>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
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

diesel::table! {
    users (id) {
        id -> Int4,
        username -> Varchar,
        email -> Varchar,
        role -> Varchar,
        full_name -> Varchar,
        phone -> Nullable<Varchar>,
        is_active -> Bool,
        last_login -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    wipe_certificates (id) {
        id -> Int4,
        asset_id -> Int4,
        technician_id -> Int4,
        wipe_method -> Varchar,
        certificate_reference -> Nullable<Varchar>,
        wipe_date -> Date,
        notes -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(assets -> invoices (invoice_id));
diesel::joinable!(assets -> locations (location_id));
diesel::joinable!(assets -> product_models (product_model_id));
diesel::joinable!(assets -> users (diagnosed_by));
diesel::joinable!(bulk_stock -> locations (location_id));
diesel::joinable!(bulk_stock_movements -> bulk_stock (bulk_stock_id));
diesel::joinable!(bulk_stock_movements -> invoices (invoice_id));
diesel::joinable!(bulk_stock_movements -> users (moved_by));
diesel::joinable!(customers -> users (deleted_by));
diesel::joinable!(diagnostics_results -> assets (asset_id));
diesel::joinable!(diagnostics_results -> users (technician_id));
diesel::joinable!(inventory_movements -> assets (asset_id));
diesel::joinable!(inventory_movements -> users (moved_by));
diesel::joinable!(invoice_lines -> assets (asset_id));
diesel::joinable!(invoice_lines -> bulk_stock (bulk_stock_id));
diesel::joinable!(invoice_lines -> invoices (invoice_id));
diesel::joinable!(invoices -> customers (customer_id));
diesel::joinable!(invoices -> lead_sources (lead_source_id));
diesel::joinable!(invoices -> users (sales_rep_id));
diesel::joinable!(payments -> invoices (invoice_id));
diesel::joinable!(refund_lines -> invoice_lines (invoice_line_id));
diesel::joinable!(refund_lines -> refunds (refund_id));
diesel::joinable!(refund_tenders -> payments (payment_id));
diesel::joinable!(refund_tenders -> refunds (refund_id));
diesel::joinable!(refund_tenders -> users (paid_by));
diesel::joinable!(refunds -> invoices (invoice_id));
diesel::joinable!(wipe_certificates -> assets (asset_id));
diesel::joinable!(wipe_certificates -> users (technician_id));

diesel::allow_tables_to_appear_in_same_query!(
    assets,
    bulk_stock,
    bulk_stock_movements,
    customers,
    diagnostics_results,
    inventory_movements,
    invoice_lines,
    invoices,
    lead_sources,
    locations,
    payments,
    product_models,
    refund_lines,
    refund_tenders,
    refunds,
    users,
    wipe_certificates,
);
