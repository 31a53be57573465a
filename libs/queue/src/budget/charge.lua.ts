/**
 * Charges a batch: as many requests as fit, the most urgent lane first, each in every window or in none. They count as
 * ending `hold` ms from now until they are settled.
 *
 * In: windows (ids), lanes [{ count, full, half }] (caps per window at full and half pace), hold, pause, slowFor.
 * Out: 'unknown', or 'charged', gen, latest, and per lane how many were charged and when, by the caller's clock, to try
 * the others again.
 */
export const charge = `
if not ready() then return { 'unknown' } end
pauseUntil(input.pause)
local all, byId = openAll()
local reply = { 'charged', gen, latest }

local granted = 0
for l, lane in ipairs(input.lanes) do
  local room = now < pause and 0 or lane.count
  for i, id in ipairs(input.windows) do
    local cap = now < slow and lane.half[i] or lane.full[i]
    room = math.min(room, cap - byId[id].sum - granted)
  end
  lane.granted = math.max(room, 0)
  granted = granted + lane.granted
end
if granted > 0 then
  for _, w in ipairs(all) do place(w, latest + input.hold, granted) end
end
save(all)

-- When enough of the window will have left for one more request under the cap.
local function freeAt(w, cap)
  local need = w.sum + 1 - cap
  if need <= 0 then return now end
  local first, last = w.tail, bucketOf(w, latest + input.hold + w.length + 300000)
  while first <= last do
    local _, counts = buckets(w, first, first + 63)
    for i, count in ipairs(counts) do
      need = need - tonumber(count or 0)
      if need <= 0 then return (first + i) * w.width + w.length end
    end
    first = first + 64
  end
  return now + w.length
end

local function allFreeAt(caps)
  local latest = now
  for i, id in ipairs(input.windows) do latest = math.max(latest, freeAt(byId[id], caps[i])) end
  return latest
end

for _, lane in ipairs(input.lanes) do
  local wait = 0
  if lane.granted < lane.count then
    wait = allFreeAt(lane.full)
    if now < slow then wait = math.min(math.max(wait, slow), allFreeAt(lane.half)) end
    wait = math.max(wait, pause) + input.caller - now
  end
  reply[#reply + 1] = lane.granted
  reply[#reply + 1] = wait
end
return reply
`;
