/**
 * The first part of every script of the budget.
 *
 * A tenant's whole state is ONE hash, `{<prefix>:<tenant>}`, so that it can only be lost as a whole:
 *
 * | Field            | Holds                                                                                       |
 * |------------------|---------------------------------------------------------------------------------------------|
 * | gen              | random name of this state; absent while it has to be rebuilt from the ledger                |
 * | run              | the Redis process that it was built in: after a restart or failover it may be an old copy   |
 * | windows          | ids `<length>/<width>` (ms) of all windows that are charged, separated by a space           |
 * | <id>:sum         | requests that count in this window now: the sum of its buckets from tail on                 |
 * | <id>:tail        | the oldest bucket that still counts                                                         |
 * | <id>:<bucket>    | requests whose latest possible end is in this bucket, which may lie in the future           |
 * | pause            | nobody is charged before (epoch ms)                                                         |
 * | slow             | half pace before (epoch ms)                                                                 |
 * | ticket:<token>   | a rebuild that began in this (still missing) state                                          |
 *
 * Bucket b holds the times [b * width, (b + 1) * width). It counts in full until its last moment is `length` ago, so
 * it leaves at (b + 1) * width + length. Every bucket is read, subtracted and removed once.
 *
 * A clock may step, so two are asked: Redis's and the caller's (input.caller, read when the call was sent). What leaves,
 * leaves by the earlier one (`now`); what comes is dated by the later one (`latest`).
 */
export const layout = `
local key = KEYS[1]
local input = cjson.decode(ARGV[1])

local meta = redis.call('HMGET', key, 'gen', 'run', 'windows', 'pause', 'slow')
local gen, listed = meta[1], meta[3] or ''
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local fresh = meta[2] == run
local time = clock()
local now, latest = math.min(time, input.caller), math.max(time, input.caller)
local pause, slow = tonumber(meta[4] or 0), tonumber(meta[5] or 0)

local function ids() return string.gmatch(listed, '%S+') end
local function lists(id) return string.find(' ' .. listed .. ' ', ' ' .. id .. ' ', 1, true) ~= nil end

local function ready()
  if not gen or not fresh then return false end
  for _, id in ipairs(input.windows or {}) do
    if not lists(id) then return false end
  end
  return true
end

local function lengthOf(id) return tonumber(string.match(id, '^(%d+)/')) end

local function longest()
  local found = 0
  for id in ids() do found = math.max(found, lengthOf(id)) end
  return found
end

local function shape(id)
  local length, width = string.match(id, '^(%d+)/(%d+)$')
  return { id = id, length = tonumber(length), width = tonumber(width), sum = 0 }
end

local function bucketOf(w, time) return math.floor(time / w.width) end
local function oldest(w) return math.floor((now - w.length) / w.width) end

-- Names and counts of the buckets from..to (false where empty).
local function buckets(w, from, to)
  local names = {}
  for b = from, to do names[#names + 1] = w.id .. ':' .. b end
  return names, redis.call('HMGET', key, unpack(names))
end

-- The window as of now: what has left is subtracted.
local function open(id)
  local w = shape(id)
  local saved = redis.call('HMGET', key, id .. ':sum', id .. ':tail')
  w.sum, w.tail = tonumber(saved[1]), tonumber(saved[2])
  local first = oldest(w)
  while w.tail < first and w.sum > 0 do
    local last = math.min(first - 1, w.tail + 99)
    local names, counts = buckets(w, w.tail, last)
    local gone = {}
    for i, count in ipairs(counts) do
      if count then
        w.sum = w.sum - tonumber(count)
        gone[#gone + 1] = names[i]
      end
    end
    if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
    w.tail = last + 1
  end
  w.tail = math.max(w.tail, first)
  return w
end

local function openAll()
  local all, byId = {}, {}
  for id in ids() do
    byId[id] = open(id)
    all[#all + 1] = byId[id]
  end
  return all, byId
end

-- A bucket that still counts. If both clocks step back by a window, the right one has left, and would never leave again.
local function openBucket(w, time) return math.max(bucketOf(w, time), w.tail) end

local function place(w, time, count)
  redis.call('HINCRBY', key, w.id .. ':' .. openBucket(w, time), count)
  w.sum = w.sum + count
end

-- Moves counts between two buckets that both count.
local function move(w, from, to, count)
  if from == to then return end
  if redis.call('HINCRBY', key, w.id .. ':' .. from, -count) <= 0 then redis.call('HDEL', key, w.id .. ':' .. from) end
  redis.call('HINCRBY', key, w.id .. ':' .. to, count)
end

local function save(all)
  redis.call('HSET', key, 'pause', pause, 'slow', slow)
  for _, w in ipairs(all) do redis.call('HSET', key, w.id .. ':sum', w.sum, w.id .. ':tail', w.tail) end
  -- Longer than any count lasts: an idle tenant's state goes away, and the ledger has it all.
  redis.call('PEXPIRE', key, math.max(longest() + input.hold + 300000, slow - now + 300000))
end

local function pauseUntil(time)
  if time <= 0 then return end
  pause = math.max(pause, time)
  slow = math.max(slow, time + input.slowFor)
end
`;

/** Redis's clock. Tests put a clock of their own in its place. */
export const redisClock = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;
