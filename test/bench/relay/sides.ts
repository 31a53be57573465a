import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from './outbox-rows.ts';
import { end } from './publishers.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

/** Rows a second, from the moment that they are committed to the moment that a consumer has the last one. */
export type Side = (load: Load) => Promise<number>;

/** Whoever reads the outbox: our publishers, or Debezium. */
export function outboxSide(world: World, tally: Tally): Side {
  return async (load) => {
    const fillers = await world.fill(load);
    await sleep(500);
    const arrived = tally.expect(load.rows);
    const start = performance.now();
    await Promise.all(fillers.map((client) => client.query('commit')));
    await arrived;
    const seconds = (performance.now() - start) / 1000;
    await Promise.all(fillers.map((client) => client.end()));
    return load.rows / seconds;
  };
}

/** kafkajs' idempotent producer alone, in a process of its own. */
export class Yardstick {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(brokers: string): Promise<Yardstick> {
    const child = fork(join(import.meta.dirname, 'yardstick.ts'), {
      env: { ...process.env, KAFKA_BROKERS: brokers },
      execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'],
    });
    const yardstick = new Yardstick(child);
    await yardstick.#told('up');
    return yardstick;
  }

  side(topic: string, tally: Tally): Side {
    return async (load) => {
      this.#child.send({ load, topic });
      await this.#told('ready');
      await sleep(500);
      const arrived = tally.expect(load.rows);
      const start = performance.now();
      this.#child.send('go');
      await arrived;
      return load.rows / ((performance.now() - start) / 1000);
    };
  }

  end(): Promise<void> {
    return end(this.#child);
  }

  async #told(word: string): Promise<void> {
    for (;;) {
      const [message] = (await once(this.#child, 'message')) as [unknown];
      if (message === word) return;
    }
  }
}
