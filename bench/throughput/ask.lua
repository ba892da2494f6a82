-- Run by wrk. Its argument: a file of whole requests, one JSON-free block each, parted by a line « ---- ». They are sent
-- in turn; KEY in a body is another hexadecimal key each time.
local asked, turn = {}, 0

function init(arguments)
  math.randomseed(os.time())
  local block = {}
  for line in io.lines(arguments[1]) do
    if line == "----" then
      asked[#asked + 1] = table.concat(block, "\r\n")
      block = {}
    else
      block[#block + 1] = line
    end
  end
end

local function key()
  return string.format("%08x-0000-4000-8000-%06x%06x", math.random(0, 2 ^ 31 - 1), math.random(0, 2 ^ 24 - 1), math.random(0, 2 ^ 24 - 1))
end

function request()
  turn = turn % #asked + 1
  local one = asked[turn]
  if one:find("KEY", 1, true) then
    one = one:gsub("KEY", key)
  end
  return one
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format("TOLD %d %d %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), failed.connect + failed.read + failed.write + failed.timeout, failed.status))
end
