/** Empties the state but for what no ledger knows. */
const wipe = `
local function wipe()
  redis.call('DEL', key)
  redis.call('HSET', key, 'run', run, 'windows', listed, 'pause', pause, 'slow', slow)
end
`;

/**
 * The first half of a rebuild leaves a ticket in the missing state. State that can't be trusted (another process's, or
 * without one of our windows) goes, with everybody's tickets; windows that only other replicas know are kept.
 *
 * In: windows (ids), token, hold. Out: 'ready' (somebody else was faster), or 'ticket', now, longest window (ms).
 */
export const begin = `${wipe}
if ready() then return { 'ready' } end
local incomplete = false
for _, id in ipairs(input.windows) do
  if not lists(id) then
    listed = listed == '' and id or listed .. ' ' .. id
    incomplete = true
  end
end
if incomplete or not fresh then wipe() end
redis.call('HSET', key, 'ticket:' .. input.token, 1)
redis.call('PEXPIRE', key, math.max(longest(), slow - now) + input.hold + 300000)
return { 'ticket', now, longest() }
`;

/**
 * The second half writes what the ledger said, if the ticket is still there: then the state has been missing since
 * before the ledger was read, and every request that was let go on older state is in that reading.
 *
 * In: token, gen (the new name), minutes [[time, count]], hold. Out: 1 if written.
 */
export const commit = `${wipe}
if gen or not fresh or redis.call('HEXISTS', key, 'ticket:' .. input.token) == 0 then return 0 end
wipe()
redis.call('HSET', key, 'gen', input.gen)
local all = {}
for id in ids() do
  local w = shape(id)
  w.tail = oldest(w)
  for _, minute in ipairs(input.minutes) do
    if bucketOf(w, minute[1]) >= w.tail then place(w, minute[1], minute[2]) end
  end
  all[#all + 1] = w
end
save(all)
return 1
`;
