import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { AppLogger } from '#platform';
import { logObserver } from './publisher-log.ts';

describe("a lane's log", () => {
  it('has one line for a batch, with all that is known of it and nothing of its content', () => {
    const lines: string[] = [];
    const sink = new Writable({ write: (chunk: Buffer, _, done) => void (lines.push(chunk.toString()), done()) });
    const log = AppLogger.create({ name: 'publisher', logLevel: 'info' }, sink);
    const row = { position: 8, topic: 't', key: 'c1', payload: '{"heart":60}', headers: '{}', bytes: 14 };
    logObserver(log, 3).published({
      batch: { rows: [row, { ...row, position: 9 }], last: 9 },
      seconds: 0.04,
      milliseconds: { claim: 2, publish: 41, settle: 0 },
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.any(String),
      service: 'publisher',
      lane: 3,
      rows: 2,
      bytes: 28,
      last: 9,
      claimMs: 2,
      publishMs: 41,
      settleMs: 0,
      message: 'batch',
    });
  });
});
