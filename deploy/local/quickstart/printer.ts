import type { ReceivedEvent } from './consume.ts';
import { headline } from './headline.ts';

/**
 * One readable line per event. Hourly chunks, and sports, that follow each other share a line; a backfill is told when it is
 * complete, and not resource by resource.
 */
export class EventPrinter {
  readonly #say: (line: string) => void;
  readonly #waiting: { readonly events: number; readonly resolve: () => void }[] = [];
  #many: ReceivedEvent[] = [];
  #count = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get count(): number {
    return this.#count;
  }

  header(): void {
    this.#say(`\n${row('time', 'tenant', 'athlete', 'event', 'subject', '')}`);
  }

  print(event: ReceivedEvent): void {
    this.#count += 1;
    if (typeOf(event) === 'BackfillProgressed') this.flush();
    else if (isOneOfMany(event)) {
      const [first] = this.#many;
      if (first !== undefined && (first.key !== event.key || typeOf(first) !== typeOf(event))) this.flush();
      this.#many.push(event);
    } else {
      this.flush();
      this.#line(event, headline(event));
    }
    for (const { events, resolve } of this.#waiting) if (this.#count >= events) resolve();
  }

  /** Resolves when so many events have arrived. */
  reached(events: number): Promise<void> {
    if (this.#count >= events) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ events, resolve });
    });
  }

  /** Prints the line that others might still have joined. */
  flush(): void {
    const [first] = this.#many;
    if (first === undefined) return;
    const more = this.#many.length - 1;
    const [one, others] = isChunk(first)
      ? ['one hour', `and ${more} more hours`]
      : [headline(first), `and ${more} more`];
    this.#line(first, more === 0 ? one : others);
    this.#many = [];
  }

  #line(event: ReceivedEvent, value: string): void {
    const { attributes, payload } = event;
    const time = new Date().toTimeString().slice(0, 8);
    const mode = attributes['mode'] === 'live' ? '' : ` (${attributes['mode'] ?? ''})`;
    this.#say(
      row(
        time,
        attributes['tenant'] ?? '',
        payload.userReference ?? 'all',
        typeOf(event),
        decodeURIComponent(attributes['subject'] ?? ''),
        `${value}${mode}`,
      ),
    );
  }
}

function typeOf({ attributes }: ReceivedEvent): string {
  return /^accesslink\.(\w+)\.v1$/.exec(attributes['type'] ?? '')?.[1] ?? '';
}

const isChunk = (event: ReceivedEvent): boolean => typeOf(event).endsWith('Chunk');

function isOneOfMany(event: ReceivedEvent): boolean {
  return isChunk(event) || typeOf(event) === 'SportCatalogUpdated';
}

/** A UUID is known by its beginning. */
function shortened(subject: string): string {
  return subject.replace(/([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, '$1...');
}

function row(time: string, tenant: string, athlete: string, event: string, subject: string, value: string): string {
  return `${time.padEnd(9)} ${tenant.padEnd(6)} ${athlete.padEnd(8)} ${event.padEnd(25)} ${shortened(subject).padEnd(40)} ${value}`.trimEnd();
}
