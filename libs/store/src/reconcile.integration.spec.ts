import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addDays, defineResource, diff, emptyCursor, plan, range, read, textAt, type Cursor, type Json } from '#core';
import { record } from './record.ts';
import { snapshotsOf } from './snapshots.ts';
import { StoreBench } from './store.fixture.ts';

const strolls = defineResource({
  name: 'strolls',
  scope: 'strolls:read',
  topic: 'stroll',
  request: range({ path: '/strolls', days: 28, watch: { before: 3, after: 0 } }),
  envelope: [['strolls']],
  schema: { properties: {} },
  entities: {
    stroll: { events: { recorded: 'StrollRecorded', revised: 'StrollRevised', deleted: 'StrollDeleted' } },
  },
  facts: (item) => [
    {
      entity: 'stroll',
      identity: [textAt(item, 'id') ?? ''],
      date: textAt(item, 'date') ?? '',
      marker: textAt(item, 'modified') ?? null,
      content: item,
      polarModifiedAt: null,
      utcOffsetMinutes: null,
    },
  ],
});

let bench: StoreBench;
beforeEach(async () => {
  bench = await StoreBench.open();
});
afterEach(() => bench.close());

const today = new Date().toISOString().slice(0, 10);
const ago = (days: number): string => addDays(today, -days);
const stroll = (id: string, date: string, modified = 'v1'): { id: string; date: string; modified: string } => ({
  id,
  date,
  modified,
});

describe('days older than those watched', () => {
  it('are listed again: a late edit is told, and a deletion by two of these listings, far enough apart', async () => {
    const connection = await bench.connection();
    const history: Cursor = { ...emptyCursor, listedOn: today, historyFrom: ago(60) };
    await bench.target(connection, strolls, { cursor: { ...history, older: { at: 0, to: ago(20) } } });
    let items = [stroll('edited', ago(30)), stroll('deleted', ago(31)), stroll('kept', ago(32))];
    const listed: string[] = [];
    const poll = async (later: number): Promise<void> => {
      const begun = await bench.tick(connection, strolls);
      const tick = { ...begun, at: begun.at + later };
      const windows = plan(tick);
      listed.push(...windows.filter(({ reason }) => reason === 'reconcile').map(({ from, to }) => `${from} ${to}`));
      const fetched = windows.map((window) => {
        const found = items.filter(({ date }) => window.from <= date && date < window.to);
        return read(strolls, window, { strolls: found } as Json);
      });
      await record(bench.poller, tick, diff(tick, await snapshotsOf(bench.poller, tick, fetched), fetched));
    };
    const hour = 3_600_000;
    /** By then the turn of each part has come again. */
    const round = 8 * 24 * hour;
    const types = async (): Promise<readonly string[]> => (await bench.eventTypes(connection)).toSorted();

    await poll(0);
    expect(await types()).toEqual(['StrollRecorded', 'StrollRecorded', 'StrollRecorded']);
    items = [stroll('edited', ago(30), 'v2'), stroll('kept', ago(32))];
    const part = `${ago(48)} ${ago(20)}`;
    expect(listed).toEqual([part]);

    await bench.db
      .updateTable('poll_targets')
      .set({ cursor: JSON.stringify({ ...history, older: { at: 0, to: ago(20) } }) })
      .where('connection', '=', connection)
      .execute();
    await poll(hour);
    expect(await types()).toEqual(['StrollRecorded', 'StrollRecorded', 'StrollRecorded', 'StrollRevised']);
    await poll(hour + 2000);
    expect(await types()).not.toContain('StrollDeleted');
    await poll(round);
    expect(await types()).toContain('StrollDeleted');
    const gone = (await bench.events(connection)).find(({ type }) => type === 'StrollDeleted');
    expect(gone?.data).toMatchObject({ identity: ['deleted'], date: ago(31) });
  });
});
