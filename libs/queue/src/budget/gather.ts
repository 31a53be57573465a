import { setImmediate as tick } from 'node:timers/promises';

/**
 * Group commit: what is asked for while a key's batch is under way becomes its next batch. One batch per key at a time.
 * @param run must not reject
 */
export function gather<Item>(run: (key: string, items: readonly Item[]) => Promise<void>) {
  const queues = new Map<string, Item[]>();

  async function drain(key: string): Promise<void> {
    for (;;) {
      await tick();
      const items = queues.get(key) ?? [];
      if (items.length === 0) break;
      queues.set(key, []);
      await run(key, items);
    }
    queues.delete(key);
  }

  return (key: string, item: Item): void => {
    const queue = queues.get(key);
    if (queue !== undefined) {
      queue.push(item);
      return;
    }
    queues.set(key, [item]);
    void drain(key);
  };
}
