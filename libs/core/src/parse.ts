import type { Json } from './json.ts';
import type { Steps } from './steps.ts';

/** Characters that are parsed at once: some ten milliseconds. */
const pieceLength = 2 * 1024 * 1024;

/** Stands, with a number, for entries that are parsed apart. A text that has such an array itself is parsed as it is. */
const placeholder = 'parsed apart';

/**
 * `JSON.parse` in steps, between which others may do their work: of long lists of objects, some entries at a time.
 *
 * It cuts where it sees `},{` without knowing what is around it. A piece that parses as a list holds whole entries, and what
 * is left of the text, with one entry in place of the pieces, parses only if the pieces stood in a list: so the result is
 * that of the whole text, and where it is not, the whole text is parsed.
 * @param longest characters that are parsed at once, as far as there are places to cut at
 * @throws SyntaxError as `JSON.parse` does
 */
export function* parseInSteps(text: string, longest = pieceLength): Steps<Json> {
  // Not worth it: most of what is shorter has several lists, and no piece of it would parse.
  if (text.length <= 2 * longest) return JSON.parse(text) as Json;
  /** Each as its pieces: entries by the thousand are not copied one by one. */
  const runs: (readonly Json[])[][] = [];
  let frame = '';
  let end = 0;
  for (let from = cutAfter(text, 0, longest); from !== undefined;) {
    const to = cutAfter(text, from + 1, longest);
    const piece = to === undefined ? undefined : parsed(`[${text.slice(from + 1, to)}]`);
    if (Array.isArray(piece)) {
      const run = runs.at(-1);
      if (end === from && run !== undefined) run.push(piece);
      else {
        frame += `${text.slice(end, from + 1)}["${placeholder}",${runs.length}]`;
        runs.push([piece]);
      }
      end = to ?? end;
    }
    from = to;
    yield;
  }
  if (runs.length === 0) return JSON.parse(text) as Json;
  const rest = parsed(frame + text.slice(end));
  const filled = new Filling(runs);
  const whole = rest === undefined ? undefined : filled.of(rest);
  return whole === undefined || filled.places !== runs.length ? (JSON.parse(text) as Json) : whole;
}

/**
 * @returns where the next comma between two objects is: the first one of the text, or one at least `longest` characters
 *   after `start`; undefined where less text than that is left
 */
function cutAfter(text: string, start: number, longest: number): number | undefined {
  const between = /\}\s*,(?=\s*\{)/g;
  between.lastIndex = start === 0 ? 0 : start + longest;
  const match = text.length - start <= longest ? null : between.exec(text);
  return match === null ? undefined : match.index + match[0].length - 1;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Puts entries that were parsed apart where they belong. */
class Filling {
  places = 0;
  readonly #runs: readonly (readonly (readonly Json[])[])[];

  constructor(runs: readonly (readonly (readonly Json[])[])[]) {
    this.#runs = runs;
  }

  of(value: Json): Json {
    if (typeof value !== 'object' || value === null) return value;
    const holder = value as Record<string, Json>;
    for (const key of Object.keys(holder)) holder[key] = this.of(holder[key] ?? null);
    if (!Array.isArray(value) || !value.some(isPlaceholder)) return value;
    const pieces: readonly (readonly Json[])[] = value.flatMap((entry: Json) => this.#runOf(entry) ?? [[entry]]);
    return pieces.flat() as Json[];
  }

  #runOf(entry: Json): readonly (readonly Json[])[] | undefined {
    if (!isPlaceholder(entry)) return undefined;
    this.places += 1;
    return this.#runs[Number(entry[1])];
  }
}

function isPlaceholder(entry: Json): entry is readonly Json[] {
  return Array.isArray(entry) && entry.length === 2 && entry[0] === placeholder;
}
