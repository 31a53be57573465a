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
    const printer = new EventPrinter((line) => lines.push(line), 80);
    const days = { from: '2026-11-24', to: '2026-11-26' };
    printer.header();
    for (const name of ['ada', 'bela']) {
      printer.print(event('BackfillStarted', days, name));
      for (const resource of ['sleeps', 'activity']) printer.print(event('BackfillProgressed', { resource }, name));
      printer.print(event('BackfillCompleted', days, name));
    }
    await printer.reached(8);
    expect(printer.count).toBe(8);
    expect(lines[0]).toMatch(/^\ntime +athlete +event +what$/);
    expect(lines.slice(1).map((line) => line.split(/ +/).slice(1, 3))).toEqual([
      ['ada', 'BackfillStarted'],
      ['ada', 'BackfillCompleted'],
      ['bela', 'BackfillStarted'],
      ['bela', 'BackfillCompleted'],
    ]);
    expect(lines[2]).toContain('2026-11-24 to 2026-11-26');
  });

  it('puts chunks that follow each other on one line', () => {
    const lines: string[] = [];
    const printer = new EventPrinter((line) => lines.push(line), 80);
    for (const hour of [1, 2, 3]) printer.print(event('HeartRateDayChunk', { hour }));
    expect(lines).toEqual([]);
    printer.flush();
    expect(lines).toEqual([expect.stringContaining('1: 3 hours (backfill)')]);
  });

  it('keeps to the width, and goes on below the last column', () => {
    const lines: string[] = [];
    const printer = new EventPrinter((line) => lines.push(line), 80);
    printer.print(event('HeartRateDayUpdated', { count: 1, minHeartRate: 63, maxHeartRate: 63, lastOffsetMillis: 1 }));
    const [first = '', second = ''] = lines.flatMap((line) => line.split('\n'));
    expect(first.length).toBeLessThanOrEqual(80);
    expect(first).toMatch(/ 1: 1 sample, 63 to 63/);
    expect(second).toMatch(/^ {44}\S/);
  });
});
