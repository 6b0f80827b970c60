//! Parsed and guarded documents, kept for the next time within a bound of memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    guard::{CostModel, Guarded},
    refusal::Refusal,
};

/// Documents kept at one time.
const ENTRIES: usize = 1_000;
/// The memory that they may hold, in bytes.
const BYTES: usize = 32 * 1_024 * 1_024;

struct Entry {
    guarded: Arc<Guarded>,
    was_used: bool,
}

#[derive(Default)]
struct Kept {
    modules: HashMap<Option<&'static str>, HashMap<Box<str>, Entry>>,
    entries: usize,
    bytes: usize,
}

/// The documents of every module.
#[derive(Default)]
pub struct Documents {
    kept: Mutex<Kept>,
}

impl Documents {
    /// The guarded document of a text, parsed at the first call.
    ///
    /// # Errors
    /// Fails when the guard refuses it; refused documents are not kept.
    pub fn get(
        &self,
        module: Option<&'static str>,
        query: &str,
        model: &CostModel,
    ) -> Result<Arc<Guarded>, Refusal> {
        if let Some(entry) =
            self.lock().modules.get_mut(&module).and_then(|known| known.get_mut(query))
        {
            entry.was_used = true;
            return Ok(Arc::clone(&entry.guarded));
        }
        let guarded = Arc::new(Guarded::parse(query, model)?);
        self.lock().keep(module, query, &guarded);
        Ok(guarded)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, module: Option<&'static str>, query: &str, guarded: &Arc<Guarded>) {
        let bytes = guarded.memory();
        if self.entries >= ENTRIES || self.bytes.saturating_add(bytes) > BYTES {
            self.give_second_chance();
        }
        let entry = Entry { guarded: Arc::clone(guarded), was_used: false };
        if self.modules.entry(module).or_default().insert(query.into(), entry).is_none() {
            self.entries += 1;
            self.bytes = self.bytes.saturating_add(bytes);
        }
    }

    /// Drops what was not used since the last time, and everything where that is not
    /// half of it: a wave of new documents must not be paid for at every request.
    fn give_second_chance(&mut self) {
        let (mut entries, mut bytes) = (0, 0_usize);
        for known in self.modules.values_mut() {
            known.retain(|_, entry| {
                if entry.was_used {
                    entries += 1;
                    bytes = bytes.saturating_add(entry.guarded.memory());
                }
                std::mem::take(&mut entry.was_used)
            });
        }
        if entries > ENTRIES / 2 || bytes > BYTES / 2 {
            for known in self.modules.values_mut() {
                *known = HashMap::new();
            }
            (entries, bytes) = (0, 0);
        }
        (self.entries, self.bytes) = (entries, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDL: &str = "type Query { a: Int }";

    #[test]
    fn a_document_is_parsed_once_and_memory_is_bounded() {
        let documents = Documents::default();
        let model = CostModel::from_sdl(SDL).unwrap();
        let first = documents.get(None, "{ a }", &model).unwrap();
        for index in 0..(ENTRIES * 3) {
            let query = format!("{{ a{index}: a }}");
            assert!(documents.get(None, &query, &model).is_ok());
            let again = documents.get(None, "{ a }", &model).unwrap();
            assert!(Arc::ptr_eq(&first, &again));
        }
        let long = format!("{{ a }} #{}", "x".repeat(60_000));
        for index in 0..12 {
            assert!(documents.get(None, &format!("{long}{index}"), &model).is_ok());
        }
        let kept = documents.lock();
        assert!(kept.entries <= ENTRIES && kept.bytes <= BYTES);
    }

    #[test]
    fn a_refused_document_is_not_kept() {
        let documents = Documents::default();
        let model = CostModel::from_sdl(SDL).unwrap();
        assert!(documents.get(None, "{", &model).is_err());
        assert_eq!(documents.lock().entries, 0);
    }
}
