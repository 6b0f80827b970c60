//! Load by `wrk`: requests from a file, one after the other, on kept-open connections.

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
    /// Answered with a status that is no success.
    pub refused: f64,
}

/// A body may hold `{key}`, which is another one in each request.
const SCRIPT: &str = r#"
local requests, n, run, threads = {}, 0, "RUN", {}
wrong = 0
function setup(thread) threads[#threads + 1] = thread end
for line in io.lines("REQUESTS") do
  local token, body = line:match("^(%S+) (.*)$")
  requests[#requests + 1] = { token = "Bearer " .. token, body = body }
end
wrk.method = "POST"
keyed = requests[1].body:find("{key}", 1, true) ~= nil
function made(request, body)
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = request.token }
  return wrk.format(nil, nil, headers, body)
end
function init(args)
  if not keyed then
    for _, request in ipairs(requests) do request.made = made(request, request.body) end
  end
end
function request()
  n = n + 1
  local request = requests[n % #requests + 1]
  if not keyed then return request.made end
  return made(request, (request.body:gsub("{key}", run .. "-" .. n)))
end
function done(summary, latency)
  local errors, all = summary.errors, 0
  for _, thread in ipairs(threads) do all = all + thread:get("wrong") end
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout + all))
end
"#;

/// GraphQL tells most errors with the status of a success, at the beginning of the answer.
const LOOK: &str = r#"
function response(status, headers, body)
  local told = body:sub(1, 10) == '{"errors":' or keyed and body:find('"userErrors":[{', 1, true)
  if status == 200 and told then wrong = wrong + 1 end
end
"#;

/// One request as a line of the file.
pub fn line(token: &str, body: &str) -> String {
    format!("{token} {body}")
}

/// Sends these requests for so many seconds and looks into every answer, which costs the client
/// more than a server that is timed should have to share its cores with.
pub fn warm_up(
    folder: &Path,
    requests: &[String],
    connections: usize,
    seconds: u64,
    name: &str,
) -> anyhow::Result<()> {
    let script = SCRIPT.to_owned() + LOOK;
    let load = send(folder, requests, connections, seconds, (name, &script))?;
    ensure!(load.refused == 0.0, "{} of {} of {name} failed", load.refused, load.requests);
    Ok(())
}

/// Sends these requests for so many seconds; every one has to be answered.
pub fn run(
    folder: &Path,
    requests: &[String],
    connections: usize,
    seconds: u64,
    name: &str,
) -> anyhow::Result<Load> {
    let load = run_refusing(folder, requests, connections, seconds, name)?;
    ensure!(load.refused == 0.0, "{} of {} of {name} failed", load.refused, load.requests);
    Ok(load)
}

/// Sends these requests for so many seconds to a server that may refuse some.
pub fn run_refusing(
    folder: &Path,
    requests: &[String],
    connections: usize,
    seconds: u64,
    name: &str,
) -> anyhow::Result<Load> {
    send(folder, requests, connections, seconds, (name, SCRIPT))
}

fn send(
    folder: &Path,
    requests: &[String],
    connections: usize,
    seconds: u64,
    (name, script): (&str, &str),
) -> anyhow::Result<Load> {
    let text = script;
    let (list, script) = (folder.join("requests.txt"), folder.join("load.lua"));
    fs::write(&list, requests.join("\n"))?;
    let text = text.replace("RUN", name).replace("REQUESTS", &list.to_string_lossy());
    fs::write(&script, text)?;
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
    let [requests, microseconds, p50, p99, refused, broken] = numbers[..] else {
        anyhow::bail!("wrk said {line}");
    };
    ensure!(broken == 0.0, "{broken} of {requests} requests of {name} were cut off");
    Ok(Load {
        requests,
        per_second: requests * 1e6 / microseconds,
        p50: p50 / 1000.0,
        p99: p99 / 1000.0,
        refused,
    })
}
