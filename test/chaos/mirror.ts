import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedProvider } from '../../deploy/local/stack/simulated-provider.ts';
import { expectations } from '../integration/expectations.ts';
import { itemKey, type LedgerEntry } from '../integration/ledger-entry.ts';
import type { ReceivedRecord } from '../integration/received-record.ts';
import { versionOf } from '../integration/versions.ts';

const lookMs = 200;

/**
 * A copy of the simulator's ledger that grows with it, and the simulator's news of what has arrived: an item changes again
 * only after its last change was seen, for a poll can only see where an item stands.
 */
export class Mirror {
  readonly #simulator: SimulatedProvider;
  readonly #client: string;
  readonly #records: readonly ReceivedRecord[];
  readonly #entries: LedgerEntry[] = [];
  readonly #byItem = new Map<string, LedgerEntry[]>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #last = 0;
  #heard = 0;

  /** @param records what the consumer has, to which it adds */
  constructor(simulator: SimulatedProvider, client: string, records: readonly ReceivedRecord[]) {
    this.#simulator = simulator;
    this.#client = client;
    this.#records = records;
    this.#running = this.#run();
  }

  async ledger(): Promise<readonly LedgerEntry[]> {
    await this.#catchUp();
    return this.#entries;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#tell();
      await sleep(lookMs);
    }
  }

  async #tell(): Promise<void> {
    const fresh = this.#records.slice(this.#heard);
    this.#heard += fresh.length;
    if (fresh.length === 0) return;
    await this.#catchUp();
    const sightings = fresh.flatMap((record) => this.#sighting(record));
    if (sightings.length > 0) await this.#simulator.control('POST', '/observed', sightings);
  }

  /** Of an item's last change, and not of just something that is told of it, such as that a day is final. */
  #sighting({ athlete, resource, identity, type, data }: ReceivedRecord) {
    const key = itemKey(athlete, resource, identity);
    const entries = this.#byItem.get(key) ?? [];
    const [entry, last] = [entries.at(-1), expectations(entries).get(key)?.at(-1)];
    if (entry === undefined || last?.type !== type || last.version !== versionOf(resource, type, data)) return [];
    return [{ client: this.#client, athlete, resource, identity, revision: entry.revision }];
  }

  async #catchUp(): Promise<void> {
    const { entries, last } = (await this.#simulator.control('GET', `/ledger?since=${this.#last}`)) as {
      readonly entries: readonly LedgerEntry[];
      readonly last: number;
    };
    // Two that ask at the same time get the same ones.
    for (const entry of entries) {
      if (entry.seq <= this.#last) continue;
      this.#last = entry.seq;
      this.#entries.push(entry);
      const key = itemKey(entry.athlete, entry.resource, entry.identity);
      this.#byItem.set(key, [...(this.#byItem.get(key) ?? []), entry]);
    }
    this.#last = Math.max(this.#last, last);
  }
}
