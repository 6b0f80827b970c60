//! What a developer waits for: the first build, the check after an edit in a module, and which
//! crates take the time. Measured on a copy of the tree, so that nothing of it is touched.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

/// The file that is edited: a mutation of a module.
const EDITED: &str = "crates/bizhub/src/customer/create.rs";

/// Edits, each followed by a check; the first also makes what later ones stand on.
const EDITS: usize = 4;

/// Crates that are named.
const SLOWEST: usize = 10;

/// Measures and prints.
pub fn measure() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copy = tempfile::Builder::new().prefix("bizgraph-build").tempdir()?;
    let listed = Command::new("git").arg("-C").arg(&root).args(["ls-files"]).output()?;
    ensure!(listed.status.success(), "only a checkout of git can be copied");
    for name in String::from_utf8(listed.stdout)?.lines() {
        let (from, to) = (root.join(name), copy.path().join(name));
        fs::create_dir_all(to.parent().context("a file without a folder")?)?;
        fs::copy(&from, to).with_context(|| format!("{} cannot be copied", from.display()))?;
    }
    let cargo = |words: &[&str]| -> anyhow::Result<Duration> {
        let started = Instant::now();
        let mut command = Command::new("cargo");
        command.current_dir(copy.path()).env("CARGO_TARGET_DIR", copy.path().join("target"));
        let status = command.args(words).stderr(Stdio::null()).status()?;
        ensure!(status.success(), "cargo {} failed", words.join(" "));
        Ok(started.elapsed())
    };
    let cold = cargo(&["build", "--locked", "--timings"])?;
    println!(
        "cold build: {:.0} s, 240 are allowed; of that, a core at a time:",
        cold.as_secs_f64()
    );
    let report = fs::read_to_string(copy.path().join("target/cargo-timings/cargo-timing.html"))?;
    for (name, seconds) in slowest(&report)? {
        println!("{seconds:>8.1} s  {name}");
    }
    cargo(&["check", "--locked", "--workspace"])?;
    let edited = copy.path().join(EDITED);
    let text = fs::read_to_string(&edited)?;
    for edit in 0..EDITS {
        fs::write(&edited, format!("{text}\nconst _: usize = {edit};\n"))?;
        let took = cargo(&["check", "--locked", "--workspace"])?;
        println!("check after an edit in {EDITED}: {:.1} s, 5 are allowed", took.as_secs_f64());
    }
    Ok(())
}

/// The crates that took longest, from cargo's report.
fn slowest(report: &str) -> anyhow::Result<Vec<(String, f64)>> {
    let (_, data) = report.split_once("const UNIT_DATA = ").context("a report without data")?;
    let (data, _) = data.split_once(";\n").context("a report without an end")?;
    let units: Vec<Value> = serde_json::from_str(data)?;
    let mut units: Vec<(String, f64)> = units
        .iter()
        .filter_map(|unit| {
            let (name, target) = (unit.get("name")?.as_str()?, unit.get("target")?.as_str()?);
            Some((format!("{name}{target}"), unit.get("duration")?.as_f64()?))
        })
        .collect();
    units.sort_by(|one, other| other.1.total_cmp(&one.1));
    units.truncate(SLOWEST);
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_crates_come_first() {
        let report = "<script>const UNIT_DATA = [\
            {\"name\": \"a\", \"target\": \"\", \"duration\": 1.5},\
            {\"name\": \"b\", \"target\": \" build script\", \"duration\": 20.0}];\n</script>";
        let wanted = [("b build script".to_owned(), 20.0), ("a".to_owned(), 1.5)];
        assert_eq!(slowest(report).unwrap(), wanted);
    }
}
