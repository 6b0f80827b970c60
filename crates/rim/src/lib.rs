//! RIM: airtime loans and the support of who takes them (spec 5). This page is the index: an
//! entity is a noun, its moves are the verbs in the folder beside it.

// --- customers, loans and money
pub mod credit_limit_change;
pub mod loan;
pub mod loan_product;
pub mod loan_repayment;
pub mod network;
pub mod reconciliation_batch;
pub mod transaction;
pub mod user;

// --- the support desk
pub mod attachment;
pub mod canned_reply;
pub mod chat_message;
pub mod department;
pub mod sla_policy;
pub mod support_agent;
pub mod ticket;
pub mod ticket_history;
pub mod ticket_presence;
pub mod ticket_sla_clock;

// --- people of the admin panel
pub mod admin_activity_log;
pub mod admin_role;
pub mod admin_user;
pub mod audit_log;
pub mod security_settings;

// --- alerts and messages
pub mod alert_firing;
pub mod broadcast_message;
pub mod broadcast_recipient;
pub mod delivery;
pub mod email_template;
pub mod message_template;
pub mod notification_history;
pub mod sms_template;
pub mod system_alert;

// --- the system
pub mod api_call;
pub mod api_integration;
pub mod backup;
pub mod backup_settings;
pub mod provider_callback;
pub mod system_config;
pub mod telecom;

// --- the module as a whole
pub mod import;
pub mod policy;
pub mod report;
pub mod series;
pub mod subscriptions;
pub mod verify;

use bizgraph_kernel::entity::{Entity, Meta};
use bizgraph_kernel::job::Job;
use bizgraph_kernel::module::Module;
use bizgraph_kernel::mutation::Mutation;
use diesel_migrations::embed_migrations;

/// The module as the kernel sees it.
pub static MODULE: Module = Module {
    name: "rim",
    doc: "Airtime loans and the support of who takes them.",
    entities: ENTITIES,
    mutations: MUTATIONS,
    subscriptions: subscriptions::SUBSCRIPTIONS,
    reports: report::REPORTS,
    roles: &[admin_role::SUPER_ADMIN, policy::CUSTOMER],
    kept_roles: Some(&policy::KEPT_ROLES),
    records_denials: true,
    administrator: admin_role::SUPER_ADMIN,
    policy: policy::POLICY,
    settings: &[],
    series: series::SERIES,
    documents: &[],
    jobs: JOBS,
    templates: &[],
    message_ended: Some(|tx, ending| Box::pin(notification_history::ended::ended(tx, ending))),
    checks: verify::CHECKS,
    projections: &[],
    callbacks: Some(&provider_callback::CALLBACKS),
    import: Some(&import::IMPORT),
    append_only: &["ticket_histories", "credit_limit_changes"],
    sealed: api_integration::SEALED,
    migrations: embed_migrations!("../../migrations/rim"),
    // Customers log in with their phone number. One who is suspended still pays back and asks
    // for help, so nobody but the deleted is kept out.
    people: "SELECT 'adminUser:' || id::text AS id, username::text AS username, \
             email::text AS email, username::text AS name, role::text AS role, \
             status = 'active' AS active, phone::text AS phone FROM admin_users \
             UNION ALL \
             SELECT 'user:' || id::text, phone::text, email::text, \
             COALESCE(NULLIF(concat_ws(' ', first_name, last_name), ''), phone)::text, \
             'customer'::text, TRUE, phone::text FROM users WHERE deleted_at IS NULL",
    code_login: Some(&user::seen::CODE_LOGIN),
    first_administrator: "WITH role AS (UPDATE admin_roles SET user_count = user_count + 1 \
                          WHERE name = 'super_admin' RETURNING id, name) \
                          INSERT INTO admin_users (id, username, email, role, role_id) \
                          SELECT $3, $1, $2, role.name, role.id FROM role \
                          RETURNING 'adminUser:' || id::text",
};

static JOBS: &[&Job] = &[
    &loan::jobs::CHARGE_LATE_FEES,
    &loan::jobs::DEFAULT_LOANS,
    &loan::jobs::REFRESH_OVERDUE,
    &loan::jobs::FAIL_STALE_REPAYMENTS,
    &loan::jobs::DEACTIVATE_IDLE_USERS,
    &telecom::jobs::ASK_TELECOMS,
    &telecom::jobs::PAY_OUT_LOANS,
    &ticket_sla_clock::tick::TICK_SLA_CLOCKS,
    &ticket::confirm::CLOSE_RESOLVED_TICKETS,
    &loan::messages::REMIND_BORROWERS,
    &loan::messages::TELL_OVERDUE,
    &system_alert::evaluate::EVALUATE_ALERTS,
    &broadcast_message::going_out::SEND_BROADCASTS,
    &notification_history::ended::SETTLE_NOTIFICATIONS,
    &backup::jobs::START_BACKUP,
    &backup::jobs::MAKE_BACKUPS,
    &backup::jobs::GIVE_UP_BACKUPS,
    &backup::jobs::REMOVE_BACKUPS,
    &support_agent::socket_loss::LOSE_SOCKETS,
    &ticket_presence::prune::PRUNE_TICKET_PRESENCES,
    &api_call::prune::PRUNE_API_CALLS,
    &provider_callback::prune::PRUNE_PROVIDER_CALLBACKS,
];

static ENTITIES: &[&Meta] = &[
    user::User::META,
    loan::Loan::META,
    transaction::Transaction::META,
    ticket::Ticket::META,
    chat_message::ChatMessage::META,
    attachment::Attachment::META,
    ticket_history::TicketHistory::META,
    support_agent::SupportAgent::META,
    department::Department::META,
    admin_user::AdminUser::META,
    admin_role::AdminRole::META,
    admin_activity_log::AdminActivityLog::META,
    system_alert::SystemAlert::META,
    broadcast_message::BroadcastMessage::META,
    notification_history::NotificationHistory::META,
    api_integration::ApiIntegration::META,
    system_config::SystemConfig::META,
    audit_log::AuditLog::META,
    email_template::EmailTemplate::META,
    sms_template::SmsTemplate::META,
    security_settings::SecuritySettings::META,
    backup::Backup::META,
    backup_settings::BackupSettings::META,
    loan_repayment::LoanRepayment::META,
    credit_limit_change::CreditLimitChange::META,
    broadcast_recipient::BroadcastRecipient::META,
    sla_policy::SlaPolicy::META,
    ticket_sla_clock::TicketSlaClock::META,
    canned_reply::CannedReply::META,
    loan_product::LoanProduct::META,
    reconciliation_batch::ReconciliationBatch::META,
    alert_firing::AlertFiring::META,
    api_call::ApiCall::META,
    ticket_presence::TicketPresence::META,
];

static MUTATIONS: &[&Mutation] = &[
    // customers, loans and money
    &user::create::CREATE,
    &user::update::UPDATE,
    &user::borrowing::ACTIVATE,
    &user::borrowing::DEACTIVATE,
    &user::borrowing::SUSPEND,
    &user::unlock::UNLOCK,
    &user::delete::DELETE,
    &user::restore::RESTORE,
    &loan_product::create::CREATE,
    &loan_product::update::UPDATE,
    &loan_product::delete::DELETE,
    &loan::request::REQUEST,
    &loan::approve::APPROVE,
    &loan::reject::REJECT,
    &loan::approve::UNDO_APPROVE,
    &loan::disburse::DISBURSE,
    &loan::default::DEFAULT,
    &loan::delete::DELETE,
    &loan::delete::RESTORE,
    &transaction::create::CREATE,
    &transaction::update::UPDATE,
    &transaction::confirm::CONFIRM,
    &transaction::fail::FAIL,
    &transaction::refund::REFUND,
    &transaction::delete::DELETE,
    &transaction::delete::RESTORE,
    &transaction::reconcile::RECONCILE,
    &transaction::reconcile::UNDO_RECONCILE,
    &reconciliation_batch::create::CREATE,
    &user::set_credit::SET_CREDIT,
    &api_integration::create::CREATE,
    &api_integration::update::UPDATE,
    &api_integration::test::TEST,
    &api_integration::switch::ACTIVATE,
    &api_integration::switch::DEACTIVATE,
    &api_integration::delete::DELETE,
    &api_integration::restore::RESTORE,
    // the support desk
    &department::create::CREATE,
    &department::update::UPDATE,
    &department::delete::DELETE,
    &support_agent::create::CREATE,
    &support_agent::update::UPDATE,
    &support_agent::delete::DELETE,
    &support_agent::presence::COME_BACK,
    &support_agent::presence::GO_AWAY,
    &canned_reply::create::CREATE,
    &canned_reply::update::UPDATE,
    &canned_reply::delete::DELETE,
    &sla_policy::update::UPDATE,
    &ticket::create::CREATE,
    &ticket::assign::ASSIGN,
    &ticket::take::TAKE,
    &ticket::escalate::ESCALATE,
    &ticket::accept::ACCEPT,
    &ticket::resolve::RESOLVE,
    &ticket::confirm::CONFIRM,
    &ticket::reopen::REOPEN,
    &ticket::close::CLOSE,
    &ticket::update::UPDATE,
    &chat_message::send::SEND,
    &chat_message::edit::EDIT,
    &chat_message::mark_read::MARK_READ,
    &attachment::link::LINK,
    &ticket_presence::view::VIEW,
    &ticket_presence::start_typing::START_TYPING,
    &ticket_presence::leave::STOP_TYPING,
    &ticket_presence::leave::LEAVE,
    // people of the admin panel
    &admin_user::invite::INVITE,
    &admin_user::update::UPDATE,
    &admin_user::set_role::SET_ROLE,
    &admin_user::access::ACTIVATE,
    &admin_user::access::DEACTIVATE,
    &admin_user::access::SUSPEND,
    &admin_user::credentials::RESET_PASSWORD,
    &admin_user::credentials::UNLOCK,
    &admin_user::reset_second_factor::RESET_SECOND_FACTOR,
    &admin_role::create::CREATE,
    &admin_role::update::UPDATE,
    &admin_role::delete::DELETE,
    &security_settings::update::UPDATE,
    // alerts and messages
    &system_alert::create::CREATE,
    &system_alert::update::UPDATE,
    &system_alert::enabled::ENABLE,
    &system_alert::enabled::DISABLE,
    &system_alert::delete::DELETE,
    &broadcast_message::create::CREATE,
    &broadcast_message::update::UPDATE,
    &broadcast_message::delete::DELETE,
    &broadcast_message::schedule::SCHEDULE,
    &broadcast_message::schedule::UNSCHEDULE,
    &broadcast_message::send::SEND,
    &broadcast_message::send::RETRY,
    &notification_history::retry::RETRY,
    &notification_history::receipt::RECORD_RECEIPT,
    &email_template::create::CREATE,
    &email_template::update::UPDATE,
    &email_template::enabled::ENABLE,
    &email_template::enabled::DISABLE,
    &email_template::delete::DELETE,
    &email_template::preview::PREVIEW,
    &sms_template::create::CREATE,
    &sms_template::update::UPDATE,
    &sms_template::enabled::ENABLE,
    &sms_template::enabled::DISABLE,
    &sms_template::delete::DELETE,
    &sms_template::preview::PREVIEW,
    // the system
    &system_config::create::CREATE,
    &system_config::update::UPDATE,
    &system_config::delete::DELETE,
    // the system
    &backup::start::START,
    &backup::download::DOWNLOAD,
    &backup_settings::update::UPDATE,
];
