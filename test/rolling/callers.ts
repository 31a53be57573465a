import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../deploy/local/stack/stack.ts';
import { tenant } from '../chaos/world.ts';

const pauseMs = 20;

/** Callers of auth through its one address, with connections that are kept alive, as a platform's own services are. */
export class Callers {
  answered = 0;
  /** Requests without an answer, or with one that is not 2xx: what came. */
  readonly failures: string[] = [];
  readonly #stopping = new AbortController();
  readonly #calling: readonly Promise<void>[];

  constructor(stack: Stack, count: number) {
    this.#calling = Array.from({ length: count }, () => this.#call(stack));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#calling);
  }

  async #call(stack: Stack): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await stack.admin(stack.authUrl, `/v1/tenants/${tenant}/connections?limit=5`);
        this.answered += 1;
      } catch (error) {
        this.failures.push(error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error));
      }
      await sleep(pauseMs);
    }
  }
}
