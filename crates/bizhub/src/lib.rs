//! BIZHUB: a refurbished electronics shop. Goods come in, are tested, wiped and graded, put on
//! a draft, sold and paid in several tenders (spec 6). This page is the index: an entity is a
//! noun, its moves are the verbs in the folder beside it.

// --- people and reference data
pub mod customer;
pub mod lead_source;
pub mod location;
pub mod price_change;
pub mod product_model;
pub mod user;

// --- stock
pub mod asset;
pub mod asset_cost;
pub mod asset_photo;
pub mod bulk_stock;
pub mod bulk_stock_movement;
pub mod diagnostics_result;
pub mod inventory_movement;
pub mod wipe_certificate;

// --- sales
pub mod cash_drawer_count;
pub mod cash_drawer_session;
pub mod invoice;
pub mod invoice_line;
pub mod payment;
pub mod refund;
pub mod refund_line;
pub mod refund_tender;

// --- after the sale, or before it
pub mod customer_credit;
pub mod preorder;
pub mod preorder_event;
pub mod preorder_payment;
pub mod repair_event;
pub mod repair_part;
pub mod repair_ticket;
pub mod warranty;
pub mod warranty_claim;

// --- views
pub mod aging_inventory;
pub mod inventory_summary;
pub mod preorder_sla;
pub mod sales_daily;

// --- the module as a whole
pub mod backup;
pub mod document;
pub mod import;
pub mod jobs;
pub mod policy;
pub mod report;
pub mod schema;
pub mod series;
pub mod settings;
pub mod subscriptions;
pub mod templates;
pub mod verify;

use bizgraph_kernel::entity::{Entity, Meta};
use bizgraph_kernel::module::Module;
use bizgraph_kernel::mutation::Mutation;
use diesel_migrations::embed_migrations;

/// The module as the kernel sees it.
pub static MODULE: Module = Module {
    name: "bizhub",
    doc: "The refurbished electronics shop.",
    entities: ENTITIES,
    mutations: MUTATIONS,
    subscriptions: subscriptions::SUBSCRIPTIONS,
    reports: report::REPORTS,
    roles: &["Admin", "Manager", "Sales", "Technician", "Warehouse"],
    kept_roles: None,
    records_denials: false,
    administrator: "Admin",
    policy: policy::POLICY,
    settings: settings::SETTINGS,
    series: series::SERIES,
    documents: document::DOCUMENTS,
    jobs: jobs::JOBS,
    templates: templates::TEMPLATES,
    message_ended: None,
    checks: verify::CHECKS,
    projections: verify::PROJECTIONS,
    import: Some(&import::IMPORT),
    callbacks: None,
    append_only: &["inventory_movements", "preorder_events", "repair_events", "price_changes"],
    sealed: &[],
    migrations: embed_migrations!("../../migrations/bizhub"),
    people: "SELECT id::text AS id, username, email, full_name AS name, role, \
             is_active AS active, phone FROM users",
    code_login: None,
    first_administrator: "INSERT INTO users (username, email, role, full_name) \
                          VALUES ($1, $2, 'Admin', 'Administrator') RETURNING id::text",
};

static ENTITIES: &[&Meta] = &[
    user::User::META,
    customer::Customer::META,
    product_model::ProductModel::META,
    price_change::PriceChange::META,
    asset::Asset::META,
    asset_cost::AssetCost::META,
    asset_photo::AssetPhoto::META,
    bulk_stock::BulkStock::META,
    bulk_stock_movement::BulkStockMovement::META,
    location::Location::META,
    inventory_movement::InventoryMovement::META,
    diagnostics_result::DiagnosticsResult::META,
    wipe_certificate::WipeCertificate::META,
    invoice::Invoice::META,
    invoice_line::InvoiceLine::META,
    payment::Payment::META,
    refund::Refund::META,
    refund_line::RefundLine::META,
    refund_tender::RefundTender::META,
    cash_drawer_session::CashDrawerSession::META,
    cash_drawer_count::CashDrawerCount::META,
    preorder::Preorder::META,
    preorder_event::PreorderEvent::META,
    preorder_payment::PreorderPayment::META,
    customer_credit::CustomerCredit::META,
    warranty::Warranty::META,
    warranty_claim::WarrantyClaim::META,
    repair_ticket::RepairTicket::META,
    repair_event::RepairEvent::META,
    repair_part::RepairPart::META,
    lead_source::LeadSource::META,
    inventory_summary::InventorySummary::META,
    sales_daily::SalesDaily::META,
    aging_inventory::AgingInventory::META,
    preorder_sla::PreorderSla::META,
];

static MUTATIONS: &[&Mutation] = &[
    // people and reference data
    &user::create::CREATE,
    &user::update::UPDATE,
    &user::set_role::SET_ROLE,
    &user::deactivate::DEACTIVATE,
    &user::activate::ACTIVATE,
    &user::set_password::SET_PASSWORD,
    &user::unlock::UNLOCK,
    &user::reset_second_factor::RESET_SECOND_FACTOR,
    &customer::create::CREATE,
    &customer::update::UPDATE,
    &customer::delete::DELETE,
    &customer::restore::RESTORE,
    &customer::erase::ERASE,
    &product_model::create::CREATE,
    &product_model::update::UPDATE,
    &product_model::delete::DELETE,
    &location::create::CREATE,
    &location::update::UPDATE,
    &location::delete::DELETE,
    &lead_source::create::CREATE,
    &lead_source::update::UPDATE,
    &lead_source::delete::DELETE,
    // stock
    &asset::receive::RECEIVE,
    &asset::update::UPDATE,
    &asset::update_cost::UPDATE_COST,
    &asset_cost::add::ADD,
    &asset_cost::void::VOID,
    &asset_photo::attach::ATTACH,
    &asset_photo::remove::REMOVE,
    &asset_photo::link::LINK,
    &asset::relocate::MOVE,
    &asset::intake::START_INTAKE,
    &asset::record_diagnostics::RECORD_DIAGNOSTICS,
    &asset::record_wipe::RECORD_WIPE,
    &asset::pass_qc::PASS_QC,
    &asset::fail_qc::FAIL_QC,
    &asset::hold::HOLD,
    &asset::hold::REPAIRED,
    &asset::block::BLOCK,
    &asset::block::UNBLOCK,
    &asset::scrap::SCRAP,
    &asset::intake::RE_INTAKE,
    &bulk_stock::create::CREATE,
    &bulk_stock::update::UPDATE,
    &bulk_stock::receive::RECEIVE,
    &bulk_stock::adjust::ADJUST,
    &bulk_stock::transfer::TRANSFER,
    // sales
    &invoice::create::CREATE,
    &invoice::update::UPDATE,
    &invoice::add_line::ADD_LINE,
    &invoice::remove_line::REMOVE_LINE,
    &invoice::reprice::REPRICE,
    &invoice::send::SEND,
    &invoice::checkout::CHECKOUT,
    &invoice::pay::PAY,
    &invoice::cancel::CANCEL,
    &payment::void::VOID,
    &refund::request::REQUEST,
    &refund::decide::APPROVE,
    &refund::decide::REJECT,
    &refund::complete::COMPLETE,
    // on paper
    &document::INVOICE_PRINT,
    &document::RECEIPT_PRINT,
    &document::WARRANTY_PRINT,
    &document::WIPE_CERTIFICATE_PRINT,
    &cash_drawer_session::open::OPEN,
    &cash_drawer_session::close::CLOSE,
    // preorders
    &preorder::create::CREATE,
    &preorder::update::UPDATE,
    &preorder::assign::ASSIGN,
    &preorder::deposit::PAY_DEPOSIT,
    &preorder::refund_deposit::REFUND_DEPOSIT,
    &preorder::order::ORDER,
    &preorder::ship::SHIP,
    &preorder::arrive::ARRIVE,
    &preorder::notify::NOTIFY,
    &preorder::reject::REJECT,
    &preorder::fail_to_source::FAIL_TO_SOURCE,
    &preorder::close::CLOSE,
    &preorder::settle::SETTLE,
    // warranties and repairs
    &warranty::upgrade::UPGRADE_TIER,
    &warranty::void::WITHDRAW,
    &warranty_claim::submit::SUBMIT_CLAIM,
    &warranty_claim::approve::APPROVE_CLAIM,
    &warranty_claim::deny::DENY_CLAIM,
    &warranty_claim::complete::COMPLETE_CLAIM,
    &repair_ticket::open::OPEN_TICKET,
    &repair_ticket::assign::ASSIGN_TICKET,
    &repair_ticket::work::DIAGNOSE,
    &repair_ticket::work::WAIT,
    &repair_ticket::work::REPAIR,
    &repair_ticket::finish::FINISH,
    &repair_ticket::resume::RESUME_REPAIR,
    &repair_ticket::close::CLOSE_TICKET,
    &repair_ticket::reopen::REOPEN_TICKET,
    &repair_part::add::ADD_PART,
    &repair_part::remove::REMOVE_PART,
    &repair_ticket::add_note::ADD_NOTE,
    &repair_ticket::set_labor::LABOR,
    &repair_ticket::bill::BILL,
];
