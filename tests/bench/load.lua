-- The requests of one case, in turn; tests/bench/wrk.py runs it.
-- Arguments: a file with a request a line (method, path and body, tabs between), and an Authorization header.

local prepared, turn = {}, 0

function init(arguments)
  local headers = { ["Authorization"] = arguments[2], ["Content-Type"] = "application/json" }
  for line in io.lines(arguments[1]) do
    local method, path, body = line:match("^([^\t]+)\t([^\t]+)\t(.*)$")
    prepared[#prepared + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end

-- Times in microseconds.
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status, failed
  ))
end
