import type { ReceivedEvent } from './consume.ts';
import { times, wrap } from './columns.ts';
import { headline } from './headline.ts';

/**
 * One readable line per event. Hourly chunks, and sports, that follow each other share a line; a backfill is told when it is
 * complete, and not resource by resource.
 */
export class EventPrinter {
  readonly #say: (line: string) => void;
  readonly #width: number;
  readonly #waiting: { readonly events: number; readonly resolve: () => void }[] = [];
  #many: ReceivedEvent[] = [];
  #count = 0;

  /** @param width the columns of the terminal */
  constructor(say: (line: string) => void, width: number) {
    this.#say = say;
    this.#width = width;
  }

  get count(): number {
    return this.#count;
  }

  header(): void {
    this.#say(`\n${row(['time', 'athlete', 'event', 'what'], this.#width)}`);
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
      ? ['one hour', times(more + 1, 'hour')]
      : [headline(first), `${more + 1} of them`];
    this.#line(first, more === 0 ? one : others);
    this.#many = [];
  }

  #line(event: ReceivedEvent, value: string): void {
    const { attributes, payload } = event;
    const time = new Date().toTimeString().slice(0, 8);
    const mode = attributes['mode'] === 'live' ? '' : ` (${attributes['mode'] ?? ''})`;
    const about = shortened(decodeURIComponent(attributes['subject'] ?? ''));
    this.#say(
      row(
        [time, payload.userReference ?? 'all', typeOf(event), `${[about, value].filter(Boolean).join(': ')}${mode}`],
        this.#width,
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

/** The day or the item, without the resource, which the event's type tells; a UUID is known by its beginning, a backfill by its days. */
function shortened(subject: string): string {
  const [, item = ''] = subject.split('/');
  return item
    .replace(/^\d{4}-\d\d-\d\dT.*/, '')
    .replace(/^([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, '$1...');
}

/** What has no room goes on below itself. */
function row([time, athlete, event, what]: readonly [string, string, string, string], width: number): string {
  const begin = `${time.padEnd(8)} ${athlete.padEnd(8)} ${event.padEnd(25)} `;
  const [first = '', ...rest] = wrap(what, width - begin.length);
  return [`${begin}${first}`.trimEnd(), ...rest.map((line) => `${' '.repeat(begin.length)}${line}`)].join('\n');
}
