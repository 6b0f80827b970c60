//! What an existing installation of the document's entities brings: a file for each of the 23,
//! named and with columns as the document names them (`Loan.csv` with `loanId`) or as PostgreSQL
//! does (`loans.csv` with `loan_id`), and how what the document lacks follows from them.

use bizgraph_kernel::import::Spelling::{Email, FreeText, PasswordHash, Phone, Secret};
use bizgraph_kernel::import::{Import, ImportTable};

use crate::series;

/// The document's entities, and the tables whose rows are derived.
pub static IMPORT: Import = Import {
    tables: TABLES,
    derive: &[
        include_str!("import/people.sql"),
        include_str!("import/lending.sql"),
        include_str!("import/desk.sql"),
        include_str!("import/system.sql"),
        include_str!("import/trail.sql"),
    ],
    requirements: &[
        (
            "SELECT NOT EXISTS (SELECT FROM new_admin_roles) \
             OR EXISTS (SELECT FROM new_admin_users)",
            "roles come with the people who have them: AdminUser.csv is missing",
        ),
        (
            "SELECT NOT EXISTS (SELECT FROM new_admin_users) OR EXISTS (SELECT \
             FROM new_admin_users u JOIN (SELECT id, name FROM new_admin_roles \
               UNION ALL SELECT id, name FROM admin_roles) r ON r.id = u.role_id \
             WHERE r.name = 'super_admin' AND u.status = 'active' \
             AND u.password_hash IS NOT NULL)",
            "AdminUser.csv has no active super_admin with a passwordHash: nobody could set up \
             the lender. The role that may do everything is called super_admin here",
        ),
        (
            "SELECT count(*) <= 1 FROM new_backup_settings",
            "BackupSettings.csv has more than one row",
        ),
        (
            "SELECT count(*) <= 1 FROM new_security_settings",
            "SecuritySettings.csv has more than one row",
        ),
    ],
};

const fn file(table: &'static str, entity: &'static str, noun: &'static str) -> ImportTable {
    ImportTable { entity, ..ImportTable::new(table, noun) }
}

/// Rows that follow from those of files, beside what the tenant has already.
const fn derived(table: &'static str, noun: &'static str) -> ImportTable {
    ImportTable { has_file: false, seeded: true, ..ImportTable::new(table, noun) }
}

const OBJECT: (&str, &str) = (
    "n.metadata IS NOT NULL AND jsonb_typeof(n.metadata) <> 'object'",
    "metadata is no JSON object",
);

static TABLES: &[ImportTable] = &[
    ImportTable {
        seeded: true,
        refusals: &[(
            "jsonb_typeof(n.permissions) = 'array' AND jsonb_path_exists(n.permissions, \
             '$[*] ? (!exists(@.resource) || !exists(@.actions))')",
            "permissions is no list of resource and actions",
        )],
        ..file("admin_roles", "AdminRole", "admin_role")
    },
    ImportTable {
        seeded: true,
        extra: &[
            ("password_hash", "text"),
            ("last_login", "timestamp with time zone"),
            ("two_factor_enabled", "boolean"),
        ],
        spelled: &[("email", Email), ("phone", Phone), ("password_hash", PasswordHash)],
        password: Some("password_hash"),
        person: "adminUser:",
        ..file("admin_users", "AdminUser", "admin_user")
    },
    ImportTable {
        spelled: &[("email", Email), ("phone", Phone)],
        series: Some((&series::USER, "user_id")),
        ..file("users", "User", "user")
    },
    ImportTable {
        extra: &[("metadata", "jsonb")],
        spelled: &[("user_phone", Phone), ("user_email", Email), ("rejection_reason", FreeText)],
        refusals: &[
            OBJECT,
            (
                "n.outstanding_amount <> n.amount_due - n.amount_paid",
                "outstandingAmount is not amountDue less amountPaid",
            ),
            (
                "n.amount_paid > 0 AND n.status IN ('pending', 'approved', 'rejected')",
                "amountPaid is more than nothing on a loan that was not disbursed",
            ),
        ],
        series: Some((&series::LOAN, "loan_id")),
        ..file("loans", "Loan", "loan")
    },
    derived("reconciliation_batches", "reconciliation_batch"),
    ImportTable {
        extra: &[("metadata", "jsonb")],
        spelled: &[
            ("user_phone", Phone),
            ("user_email", Email),
            ("description", FreeText),
            ("reference", FreeText),
            ("notes", FreeText),
        ],
        refusals: &[OBJECT],
        series: Some((&series::TRANSACTION, "transaction_id")),
        ..file("transactions", "Transaction", "transaction")
    },
    derived("loan_repayments", "loan_repayment"),
    ImportTable { seeded: true, ..file("departments", "Department", "department") },
    ImportTable {
        extra: &[("desk", "text")],
        renamed: &[("department", "desk")],
        spelled: &[("email", Email), ("phone", Phone)],
        ..file("support_agents", "SupportAgent", "support_agent")
    },
    ImportTable {
        extra: &[("desk", "text"), ("assignee", "uuid"), ("escalated", "uuid")],
        renamed: &[
            ("department", "desk"),
            ("assigned_to", "assignee"),
            ("escalated_to", "escalated"),
        ],
        spelled: &[
            ("customer_phone", Phone),
            ("customer_email", Email),
            ("subject", FreeText),
            ("description", FreeText),
            ("resolution", FreeText),
        ],
        series: Some((&series::TICKET, "ticket_number")),
        ..file("tickets", "Ticket", "ticket")
    },
    ImportTable {
        extra: &[("sender_id", "text"), ("attachments", "jsonb")],
        spelled: &[("message", FreeText)],
        ..file("chat_messages", "ChatMessage", "chat_message")
    },
    derived("stored_files", "stored_file"),
    ImportTable {
        extra: &[("name", "text"), ("url", "text"), ("size", "bigint"), ("type", "text")],
        refusals: &[("n.name IS NULL OR n.size IS NULL OR n.size < 0", "name or size is missing")],
        ..file("attachments", "Attachment", "attachment")
    },
    ImportTable {
        extra: &[("performer", "text")],
        renamed: &[("performed_by", "performer"), ("timestamp", "created_at")],
        spelled: &[("details", FreeText)],
        ..file("ticket_histories", "TicketHistory", "ticket_history")
    },
    ImportTable { seeded: true, ..file("system_alerts", "SystemAlert", "system_alert") },
    file("broadcast_messages", "BroadcastMessage", "broadcast_message"),
    ImportTable {
        extra: &[("recipient", "text")],
        ..file("notification_histories", "NotificationHistory", "notification_history")
    },
    ImportTable {
        extra: &[("api_key", "text"), ("api_secret", "text")],
        spelled: &[("api_key", Secret), ("api_secret", Secret)],
        refusals: &[("n.base_url !~* '^https://'", "baseUrl is not https")],
        ..file("api_integrations", "ApiIntegration", "api_integration")
    },
    ImportTable {
        seeded: true,
        refusals: &[
            (
                "n.data_type = 'number' AND n.value !~ '^-?[0-9]{1,16}([.][0-9]{1,6})?$'",
                "value is no decimal number",
            ),
            (
                "n.data_type = 'boolean' AND n.value NOT IN ('true', 'false')",
                "value is neither true nor false",
            ),
            (
                "EXISTS (SELECT FROM system_configs k WHERE k.category = n.category \
                 AND k.key = n.key AND k.data_type <> n.data_type)",
                "the rules read this key as another dataType",
            ),
        ],
        ..file("system_configs", "SystemConfig", "system_config")
    },
    ImportTable { seeded: true, ..file("email_templates", "EmailTemplate", "email_template") },
    ImportTable { seeded: true, ..file("sms_templates", "SmsTemplate", "sms_template") },
    ImportTable {
        seeded: true,
        extra: &[
            ("former_id", "text"),
            ("two_factor_required", "boolean"),
            ("two_factor_method", "text"),
            ("ip_whitelist", "text[]"),
            ("ip_blacklist", "text[]"),
        ],
        renamed: &[("id", "former_id")],
        ..file("security_settings", "SecuritySettings", "security_settings")
    },
    ImportTable {
        extra: &[("download_url", "text")],
        refusals: &[(
            "n.type = 'incremental' AND NOT EXISTS (SELECT FROM new_backups f \
             WHERE f.type = 'full' AND f.status = 'success' AND f.created_at <= n.created_at)",
            "there is no full backup before this incremental one",
        )],
        ..file("backups", "Backup", "backup")
    },
    ImportTable { seeded: true, ..file("backup_settings", "BackupSettings", "backup_settings") },
    derived("audit_entries", "audit_entry"),
    ImportTable {
        staged: true,
        extra: &[
            ("id", "text"),
            ("action", "text"),
            ("entity", "text"),
            ("entity_id", "text"),
            ("user_id", "uuid"),
            ("user_name", "text"),
            ("user_role", "text"),
            ("changes", "jsonb"),
            ("ip_address", "text"),
            ("user_agent", "text"),
            ("timestamp", "timestamp with time zone"),
        ],
        refusals: &[
            (
                "n.action IS NULL OR n.entity IS NULL OR n.entity_id IS NULL OR n.timestamp IS NULL",
                "action, entity, entityId or timestamp is missing",
            ),
            ("NOT EXISTS (SELECT FROM new_admin_users u WHERE u.id = n.user_id)", NO_ADMIN),
            (
                "n.changes IS NOT NULL AND jsonb_typeof(n.changes) <> 'object'",
                "changes is no JSON object",
            ),
        ],
        ..file("audit_logs", "AuditLog", "audit_log")
    },
    ImportTable {
        staged: true,
        extra: &[
            ("id", "text"),
            ("admin_id", "uuid"),
            ("admin_name", "text"),
            ("action", "text"),
            ("resource", "text"),
            ("resource_id", "text"),
            ("details", "jsonb"),
            ("ip_address", "text"),
            ("timestamp", "timestamp with time zone"),
        ],
        refusals: &[
            (
                "n.action IS NULL OR n.resource IS NULL OR n.timestamp IS NULL",
                "action, resource or timestamp is missing",
            ),
            ("NOT EXISTS (SELECT FROM new_admin_users u WHERE u.id = n.admin_id)", NO_ADMIN),
        ],
        ..file("admin_activity_logs", "AdminActivityLog", "admin_activity_log")
    },
];

const NO_ADMIN: &str = "there is no such admin user in AdminUser.csv";
