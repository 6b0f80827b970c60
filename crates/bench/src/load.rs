//! Load by `wrk`: bodies from a file, one after the other, on kept-open connections.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::server::ADDRESS;

/// What `wrk` measured.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub requests: f64,
    pub per_second: f64,
    /// Half of the requests were answered within so many milliseconds.
    pub p50: f64,
    /// All but one in a hundred were.
    pub p99: f64,
}

/// A body may hold `{key}`, which is another one in each request.
const SCRIPT: &str = r#"
local bodies, n, run = {}, 0, "RUN"
for line in io.lines("BODIES") do bodies[#bodies + 1] = line end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer TOKEN"
local made, keyed = {}, bodies[1]:find("{key}", 1, true) ~= nil
function init(args)
  if not keyed then
    for i, body in ipairs(bodies) do made[i] = wrk.format(nil, nil, nil, body) end
  end
end
function request()
  n = n + 1
  local i = n % #bodies + 1
  if not keyed then return made[i] end
  return wrk.format(nil, nil, nil, (bodies[i]:gsub("{key}", run .. "-" .. n)))
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"#;

/// Sends these bodies for so many seconds.
pub fn run(
    folder: &Path,
    token: &str,
    bodies: &[String],
    connections: usize,
    seconds: u64,
    name: &str,
) -> anyhow::Result<Load> {
    let (list, script) = (folder.join("bodies.txt"), folder.join("load.lua"));
    fs::write(&list, bodies.join("\n"))?;
    let text = SCRIPT.replace("RUN", name).replace("TOKEN", token);
    fs::write(&script, text.replace("BODIES", &list.to_string_lossy()))?;
    let output = Command::new("wrk")
        .args(["--threads", "1", "--timeout", "10s", "--connections", &connections.to_string()])
        .args(["--duration", &format!("{seconds}s"), "--script"])
        .arg(&script)
        .arg(format!("http://{ADDRESS}/graphql"))
        .output()
        .context("wrk is missing: install the package wrk")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let line = line.with_context(|| format!("wrk: {text}"))?;
    let numbers: Vec<f64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [requests, microseconds, p50, p99, errors] = numbers[..] else {
        anyhow::bail!("wrk said {line}");
    };
    ensure!(errors == 0.0, "{errors} of {requests} requests of {name} failed");
    Ok(Load {
        requests,
        per_second: requests * 1e6 / microseconds,
        p50: p50 / 1000.0,
        p99: p99 / 1000.0,
    })
}
