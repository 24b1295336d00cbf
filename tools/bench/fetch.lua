-- For wrk: each thread asks for its share of the paths in a file, one after the other and over again, and says what came.
--   wrk -t 2 -c 2 -d 4s -s fetch.lua http://127.0.0.1:PORT -- FILE 2

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  requests, at = {}, 0
  local line, shares = 0, tonumber(arguments[2])
  for path in io.lines(arguments[1]) do
    if line % shares == number then
      table.insert(requests, wrk.format("GET", path, {["Host"] = "bench", ["Accept-Encoding"] = "identity"}))
    end
    line = line + 1
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %.6f, "bytes": %d, "p50": %.6f, "p95": %.6f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e6, latency:percentile(95) / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
