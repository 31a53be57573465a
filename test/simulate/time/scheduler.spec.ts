import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Heap } from './heap.ts';
import { Process } from './process.ts';
import { Scheduler } from './scheduler.ts';

it('a heap gives its entries by their moments, then by their coming', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (moments) => {
      const heap = new Heap<{ readonly at: number; readonly order: number }>();
      const entries = moments.map((at, order) => ({ at, order }));
      for (const entry of entries) heap.push(entry);
      const given = entries.map(() => heap.pop());
      expect(given).toEqual(entries.toSorted((a, b) => a.at - b.at || a.order - b.order));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

describe('the scheduler', () => {
  const start = () => {
    const told: string[] = [];
    const scheduler = new Scheduler(1000);
    const tell = (what: string) => (): void => void told.push(`${scheduler.now} ${what}`);
    return { told, scheduler, tell };
  };

  it('lets all that an entry leads to happen before the next one, whose code it is', async () => {
    const { told, scheduler, tell } = start();
    const process = new Process('p');
    scheduler.after(5, process, () => {
      void (async () => {
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        tell(`after 20 turns, by ${scheduler.current?.name}`)();
      })();
    });
    scheduler.after(5, undefined, tell('next'));
    scheduler.after(50, undefined, tell('too late'));
    await scheduler.until(1010);
    expect(told).toEqual(['1005 after 20 turns, by p', '1005 next']);
    expect(scheduler.now).toBe(1010);
  });

  it('runs nothing of a process that is dead, nor what was taken back', async () => {
    const { told, scheduler, tell } = start();
    const process = new Process('p');
    scheduler.after(5, process, tell('dead'));
    scheduler.after(6, undefined, tell('off')).isOff = true;
    scheduler.after(1, undefined, () => (process.isDead = true));
    await scheduler.until(2000);
    expect(told).toEqual([]);
  });

  it('keeps what comes for a process that stands still, in order', async () => {
    const { told, scheduler, tell } = start();
    const process = new Process('p');
    process.frozenUntil = 1100;
    scheduler.after(5, process, tell('first'));
    scheduler.after(9, process, tell('second'));
    scheduler.after(20, undefined, tell('a service'));
    await scheduler.until(2000);
    expect(told).toEqual(['1020 a service', '1100 first', '1100 second']);
  });
});
