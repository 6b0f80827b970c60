//! Seals: they chain the entries of the trail by hash, so that nobody can change, remove, swap
//! or slip in one of them unseen (spec 1.8.1). A background task adds them, and writers neither
//! wait for it nor know of it.
//!
//! A writer draws the id of an entry before it commits, so a higher id can be seen before a
//! lower one. Whoever may still bring a lower one holds the table for writing: the sealer notes
//! the highest id that it sees and then who holds the table, and seals up to that id at a later
//! turn, once all of those have ended. Writers of another tenant hold another table.
//!
//! A seal keeps the hash of each of its entries, so that a changed one can be named; the hash of
//! those and of the seal before it; and a signature of that hash by a key that is not in the
//! database, which whoever makes the chain anew does not have. The last seals can be cut off with
//! their entries and nothing in the database tells: the head that `bizgraph audit verify` prints
//! is what to compare with then.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::actor::Origin;
use crate::audit::Cipher;
use crate::db::{Fault, Session, Tx, writers};
use crate::entity::decode;
use crate::entity::sql::{Bind, Sql};
use crate::kernel::Kernel;
use crate::tenant::Tenant;
use crate::verify::Finding;

/// Entries that one seal covers at most.
const MOST_ENTRIES: i64 = 1_000;

/// The hash of an entry `e`, every column in one text that can be read in one way only and
/// depends on no setting.
macro_rules! entry_hash {
    () => {
        "sha256(convert_to(jsonb_build_array(e.id, extract(epoch FROM e.occurred_at), \
         e.business_date - DATE '2000-01-01', e.actor, e.actor_name, e.actor_role, e.action, \
         e.entity, e.entity_id, e.old_values, e.new_values, e.reason, e.operation, e.request_id, \
         e.address, e.user_agent)::text, 'UTF8'))"
    };
}

/// The hash of a seal `s` over its entries and the seal before it.
macro_rules! seal_hash {
    () => {
        "sha256(s.previous_hash || convert_to(s.entry_ids::text, 'UTF8') || s.entry_hashes)"
    };
}

/// Breaks of the chain: entries that are not as they were sealed, missing, or slipped in, and
/// seals that do not follow from those before them. Answers what a check answers.
pub(crate) const CHAIN: &str = concat!(
    "WITH sealed AS (SELECT u.id, substring(s.entry_hashes FROM 32 * u.place::integer - 31 FOR 32) AS hash \
       FROM audit_seals s CROSS JOIN unnest(s.entry_ids) WITH ORDINALITY u(id, place)) \
     SELECT 'audit_entry', coalesce(k.id, e.id)::text, \
       CASE WHEN k.id IS NULL THEN 'no entry here' ELSE encode(k.hash, 'hex') END, \
       CASE WHEN e.id IS NULL THEN 'no entry' ELSE encode(",
    entry_hash!(),
    ", 'hex') END \
     FROM sealed k FULL JOIN (SELECT * FROM audit_entries \
       WHERE id <= (SELECT max(last_entry) FROM audit_seals)) e ON e.id = k.id \
     WHERE k.id IS NULL OR e.id IS NULL OR k.hash <> ",
    entry_hash!(),
    " UNION ALL \
     SELECT 'audit_seal', s.id::text, encode(",
    seal_hash!(),
    ", 'hex') || ' behind ' || encode(s.before, 'hex'), \
       encode(s.hash, 'hex') || ' behind ' || encode(s.previous_hash, 'hex') \
     FROM (SELECT *, lag(hash, 1, ''::bytea) OVER w AS before, lag(id, 1, 0::bigint) OVER w AS id_before \
       FROM audit_seals WINDOW w AS (ORDER BY id)) s \
     WHERE s.hash <> ",
    seal_hash!(),
    " OR s.previous_hash <> s.before OR s.id <> s.id_before + 1 \
       OR s.first_entry <> s.entry_ids[1] OR s.last_entry <> s.entry_ids[cardinality(s.entry_ids)]"
);

/// Up to where a tenant's trail can be sealed once some writers have ended.
struct Candidate {
    last_entry: i64,
    writers: HashSet<String>,
}

/// Seals the trails of all tenants, turn by turn.
#[derive(Default)]
pub struct Sealer {
    candidates: HashMap<String, Candidate>,
}

impl Sealer {
    /// One turn: seals what is settled in a tenant's trail, and answers how many entries.
    ///
    /// # Errors
    /// When the database cannot be read or written; the next turn goes on.
    pub async fn seal(&mut self, kernel: &Kernel, tenant: &Tenant) -> Result<usize, Fault> {
        let shared = kernel.tenant(&tenant.slug);
        let Some(actor) = shared.and_then(|tenant| kernel.system_actor(tenant)) else {
            return Ok(0);
        };
        let origin = Origin { operation: "seal".to_owned(), ..Origin::default() };
        let mut tx = kernel.begin(actor, origin).await?;
        let sealed = self.turn(&mut tx, &tenant.slug).await;
        match sealed {
            Ok(0) => tx.rollback().await,
            Ok(_) => tx.commit().await?,
            Err(fault) => {
                tx.rollback().await;
                return Err(fault);
            }
        }
        sealed
    }

    async fn turn(&mut self, tx: &mut Tx, slug: &str) -> Result<usize, Fault> {
        let (last_entry, unsealed) = unsealed(tx).await?;
        if !unsealed {
            self.candidates.remove(slug);
            return Ok(0);
        }
        let writers = writers_now(tx).await?;
        let settled = match self.candidates.get(slug) {
            Some(candidate) if candidate.writers.is_disjoint(&writers) => candidate.last_entry,
            Some(_) => return Ok(0),
            None if writers.is_empty() => last_entry,
            None => 0,
        };
        self.candidates.insert(slug.to_owned(), Candidate { last_entry, writers });
        if settled == 0 || !alone(tx).await? {
            return Ok(0);
        }
        let mut entries = 0;
        loop {
            let added = add_seal(tx, settled).await?;
            entries += added;
            if (added as i64) < MOST_ENTRIES {
                return Ok(entries);
            }
        }
    }
}

/// The highest id that is seen, and whether it is behind the last seal.
async fn unsealed(tx: &mut Tx) -> Result<(i64, bool), Fault> {
    let sql = "SELECT e.last, e.last > s.last \
               FROM (SELECT coalesce(max(id), 0) AS last FROM audit_entries) e, \
                 (SELECT coalesce(max(last_entry), 0) AS last FROM audit_seals) s";
    let rows = tx.load(Sql::new(sql)).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a trail without an end"))?;
    Ok((decode(row, 0)?, decode(row, 1)?))
}

/// Who holds the trail for writing now. Each of them did so before it drew the id of an entry.
async fn writers_now(tx: &mut Tx) -> Result<HashSet<String>, Fault> {
    writers::named(&tx.load(writers::of("audit_entries")).await?)
}

/// Whether no other server seals this trail at the moment.
async fn alone(tx: &mut Tx) -> Result<bool, Fault> {
    let sql = "SELECT pg_try_advisory_xact_lock(hashtext('bizgraph seals'), \
               'audit_seals'::regclass::oid::integer)";
    let rows = tx.load(Sql::new(sql)).await?;
    rows.first().map_or(Ok(false), |row| decode(row, 0))
}

/// Adds the next seal, and answers how many entries it covers.
async fn add_seal(tx: &mut Tx, through: i64) -> Result<usize, Fault> {
    let mut sql = Sql::new(
        "WITH before AS (SELECT id, last_entry, hash FROM audit_seals ORDER BY id DESC LIMIT 1), \
         entries AS (SELECT * FROM audit_entries WHERE id > coalesce((SELECT last_entry FROM before), 0) AND id <= ",
    );
    sql.bind(Bind::Big(Some(through))).push(" ORDER BY id LIMIT ");
    sql.bind(Bind::Big(Some(MOST_ENTRIES))).push(concat!(
        "), s AS (SELECT coalesce((SELECT hash FROM before), ''::bytea) AS previous_hash, \
           array_agg(e.id ORDER BY e.id) AS entry_ids, \
           string_agg(",
        entry_hash!(),
        ", ''::bytea ORDER BY e.id) AS entry_hashes FROM entries e) \
         SELECT coalesce((SELECT id FROM before), 0) + 1, coalesce(cardinality(s.entry_ids), 0), \
           s.entry_ids::text, encode(s.previous_hash, 'base64'), encode(s.entry_hashes, 'base64'), \
           encode(",
        seal_hash!(),
        ", 'base64') FROM s"
    ));
    let rows = tx.load(sql).await?;
    let row = rows.first().ok_or_else(|| Fault::internal("a seal without a row"))?;
    let count: i32 = decode(row, 1)?;
    if count == 0 {
        return Ok(0);
    }
    let id: i64 = decode(row, 0)?;
    let (ids, previous, hashes, hash): (String, String, String, String) =
        (decode(row, 2)?, decode(row, 3)?, decode(row, 4)?, decode(row, 5)?);
    let signature = STANDARD.encode(tx.cipher.signature(&bytes(&hash)?));
    let mut sql = Sql::new(
        "INSERT INTO audit_seals (id, entry_ids, first_entry, last_entry, previous_hash, \
         entry_hashes, hash, signature, sealed_at) SELECT ",
    );
    sql.bind(Bind::Big(Some(id))).push(", i.ids, i.ids[1], i.ids[cardinality(i.ids)]");
    for part in [previous, hashes, hash, signature] {
        sql.push(", decode(").bind(Bind::Text(Some(part))).push(", 'base64')");
    }
    sql.push(", ").bind(Bind::Instant(Some(tx.now))).push(" FROM (SELECT ");
    sql.bind(Bind::Text(Some(ids))).push("::bigint[] AS ids) i");
    tx.execute(sql).await?;
    usize::try_from(count).map_err(|_| Fault::internal("a seal of fewer than no entries"))
}

/// PostgreSQL breaks the lines of base64.
fn bytes(text: &str) -> Result<Vec<u8>, Fault> {
    let plain: String = text.split_whitespace().collect();
    STANDARD.decode(plain).map_err(|error| Fault::decode(error.into()))
}

/// The last seal of a trail: its number and its hash.
pub struct Head {
    pub seal: i64,
    pub hash: String,
    pub last_entry: i64,
}

/// The last seal; none where nothing was sealed yet.
///
/// # Errors
/// When the database cannot be read.
pub async fn head(session: &Session) -> Result<Option<Head>, Fault> {
    let sql =
        "SELECT id, encode(hash, 'hex'), last_entry FROM audit_seals ORDER BY id DESC LIMIT 1";
    let rows = session.load(Sql::new(sql)).await?;
    let head = |row| {
        Ok(Head { seal: decode(row, 0)?, hash: decode(row, 1)?, last_entry: decode(row, 2)? })
    };
    rows.first().map(head).transpose()
}

/// Whether the chain has this seal with this hash, as somebody noted it earlier.
///
/// # Errors
/// When the database cannot be read.
pub async fn holds(session: &Session, seal: i64, hash: &str) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT 1 FROM audit_seals WHERE id = ");
    sql.bind(Bind::Big(Some(seal))).push(" AND encode(hash, 'hex') = ");
    sql.bind(Bind::Text(Some(hash.to_ascii_lowercase())));
    Ok(!session.load(sql).await?.is_empty())
}

/// Seals whose signature is of no key of this server, or of one that had been replaced when a
/// seal before it was made: somebody made them anew. The key in use signed the last one, as a
/// change of keys ends with a seal; so a key that was stolen before it was replaced makes nothing
/// anew.
///
/// # Errors
/// When the database cannot be read.
pub async fn signature_findings(session: &Session, cipher: &Cipher) -> Result<Vec<Finding>, Fault> {
    let sql = "SELECT id, encode(hash, 'base64'), encode(signature, 'base64') \
               FROM audit_seals ORDER BY id";
    let mut findings = Vec::new();
    let mut newest = 0;
    let mut last = None;
    for row in session.load_report(Sql::new(sql)).await? {
        let (hash, signature): (String, String) = (decode(&row, 1)?, decode(&row, 2)?);
        let id = decode::<i64>(&row, 0)?.to_string();
        let generation = cipher.generation_of(&bytes(&hash)?, &bytes(&signature)?);
        match generation.filter(|generation| *generation >= newest) {
            Some(generation) => newest = generation,
            None => findings.push(unsigned(&id, "a signature by the key of this server")),
        }
        last = Some((id, generation));
    }
    if let Some((id, Some(generation))) = last
        && generation < cipher.generation()
    {
        findings.push(unsigned(&id, "a seal by the key in use behind those of replaced keys"));
    }
    Ok(findings)
}

fn unsigned(id: &str, expected: &str) -> Finding {
    Finding {
        check: "P2",
        says: "Every seal was made by this server.",
        entity: "audit_seal".to_owned(),
        id: id.to_owned(),
        expected: expected.to_owned(),
        actual: "another".to_owned(),
        first_seen_at: None,
    }
}
