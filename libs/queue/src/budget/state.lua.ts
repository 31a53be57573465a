/** In: nothing. Out: 'unknown', or 'alive', gen, latest. */
export const verify = `
if not ready() then return { 'unknown' } end
return { 'alive', gen, latest }
`;

/** In: windows (ids), until, slowFor, hold. Out: 'unknown' or 'paused'. */
export const pause = `
if not ready() then return { 'unknown' } end
pauseUntil(input['until'])
save({})
return { 'paused' }
`;

/** In: windows (ids), hold. Out: 'unknown', or 'usage', now, pause, slow, and what is used of each window. */
export const usage = `
if not ready() then return { 'unknown' } end
local all, byId = openAll()
save(all)
local reply = { 'usage', now, pause, slow }
for _, id in ipairs(input.windows) do reply[#reply + 1] = byId[id].sum end
return reply
`;
