/**
 * Moves settled requests from the bucket of their latest possible end to the bucket of now, by the later clock. A
 * request that is settled after even that bucket has left has outlived its time: it's counted anew. Requests of another
 * generation stay as the rebuild placed them. Running this twice would move somebody else's count, so it must never be
 * sent again.
 *
 * In: gen, moves [[held until, count]], hold. Out: nothing.
 */
export const settle = `
if not gen or not fresh or gen ~= input.gen then return end
local all = openAll()
for _, w in ipairs(all) do
  local to = openBucket(w, latest)
  for _, settled in ipairs(input.moves) do
    local from, count = bucketOf(w, settled[1]), settled[2]
    if from < w.tail then place(w, latest, count) else move(w, from, to, count) end
  end
end
save(all)
`;
