import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BridgeError } from '#core';
import type { AppLogger } from '#platform';
import type { LaneKeeper } from './lane-keeper.ts';
import { PublisherService } from './publisher.service.ts';

describe('the publisher, when the tenant file changes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('makes the topics, tries until the cluster has them, and tells each reason once', async () => {
    const lines: string[] = [];
    const note =
      (level: string) =>
      (message: string, { error }: { readonly error?: Error } = {}): void => {
        lines.push([level, message, error?.message].filter(Boolean).join(' | '));
      };
    const log = { info: note('info'), warn: note('warn') } as unknown as AppLogger;
    let trouble: string | undefined;
    let changed = false;
    let tries = 0;
    const keeper = { tick: async () => undefined, stop: async () => undefined, lanes: [] } as unknown as LaneKeeper;
    const ports = {
      keeper,
      replayer: { tick: () => undefined, stop: async () => undefined },
      ensureTopics: async () => {
        tries += 1;
        if (trouble !== undefined) throw new BridgeError('TOPIC_INVALID', trouble);
      },
      reloadTenants: () => changed,
      tendOutbox: async () => undefined,
    };
    const times = { heartbeatMs: 1e6, reloadMs: 10, tendMs: 1e6, longestStopMs: 10 };
    const service = new PublisherService(ports, log, times);
    await service.onApplicationBootstrap();
    const looks = (count: number): Promise<void> => jest.advanceTimersByTimeAsync(count * 10);
    await looks(3);
    expect([tries, lines]).toEqual([1, []]);

    [changed, trouble] = [true, 'one broker'];
    await looks(1);
    changed = false;
    await looks(4);
    expect(tries).toBe(6);
    trouble = 'no broker';
    await looks(2);
    trouble = undefined;
    await looks(5);
    expect(tries).toBe(9);
    expect(lines).toEqual([
      'warn | topics not ready | one broker',
      'warn | topics not ready | no broker',
      'info | topics ready',
    ]);
    service.onModuleDestroy();
    await service.beforeApplicationShutdown();
  });
});

describe('the publisher, at the start', () => {
  const log = { info: () => undefined, warn: () => undefined } as unknown as AppLogger;
  const keeper = { tick: async () => undefined, stop: async () => undefined, lanes: [] } as unknown as LaneKeeper;
  const startWith = async (failure: BridgeError): Promise<void> => {
    const ensureTopics = async (): Promise<void> => {
      throw failure;
    };
    const service = new PublisherService(
      {
        keeper,
        replayer: { tick: () => undefined, stop: async () => undefined },
        ensureTopics,
        reloadTenants: () => false,
        tendOutbox: async () => undefined,
      },
      log,
    );
    await service.onApplicationBootstrap();
    service.onModuleDestroy();
  };

  it.each(['TOPIC_INVALID', 'BROKER_ACCESS_DENIED'] as const)('ends with %s, which waiting does not mend', (code) =>
    expect(startWith(new BridgeError(code, 'advice'))).rejects.toMatchObject({ code }),
  );

  it('waits for brokers that are not there yet', () =>
    expect(startWith(new BridgeError('BROKER_UNAVAILABLE', 'not yet'))).resolves.toBeUndefined());
});
