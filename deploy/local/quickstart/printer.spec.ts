import { describe, expect, it } from '@jest/globals';
import type { ReceivedEvent } from './consume.ts';
import { EventPrinter } from './printer.ts';

const event = (type: string, data: Record<string, unknown> = {}, userReference = 'ada'): ReceivedEvent => ({
  topic: 'polar.demo.polling.v1',
  partition: 0,
  offset: '0',
  key: userReference,
  attributes: { type: `accesslink.${type}.v1`, tenant: 'demo', subject: 'backfill/1', mode: 'backfill' },
  payload: { userReference, data },
});

describe('the printer of events', () => {
  it('counts how a backfill goes on, and tells when it is complete', async () => {
    const lines: string[] = [];
    const printer = new EventPrinter((line) => lines.push(line));
    const days = { from: '2026-11-24', to: '2026-11-26' };
    printer.header();
    for (const name of ['ada', 'bela']) {
      printer.print(event('BackfillStarted', days, name));
      for (const resource of ['sleeps', 'activity']) printer.print(event('BackfillProgressed', { resource }, name));
      printer.print(event('BackfillCompleted', days, name));
    }
    await printer.reached(8);
    expect(printer.count).toBe(8);
    expect(lines[0]).toMatch(/^\ntime +tenant +athlete +event +subject$/);
    expect(lines.slice(1).map((line) => line.split(/ +/).slice(2, 4))).toEqual([
      ['ada', 'BackfillStarted'],
      ['ada', 'BackfillCompleted'],
      ['bela', 'BackfillStarted'],
      ['bela', 'BackfillCompleted'],
    ]);
    expect(lines[2]).toContain('2026-11-24 to 2026-11-26');
  });

  it('puts chunks that follow each other on one line', () => {
    const lines: string[] = [];
    const printer = new EventPrinter((line) => lines.push(line));
    for (const hour of [1, 2, 3]) printer.print(event('HeartRateDayChunk', { hour }));
    expect(lines).toEqual([]);
    printer.flush();
    expect(lines).toEqual([expect.stringContaining('and 2 more hours')]);
  });
});
