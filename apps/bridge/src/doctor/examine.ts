import { type Verdict, verdict } from '#core';
import { scrub } from '#platform';
import { faultOf } from './fault.ts';

/** One thing to look at. */
export interface Check {
  readonly name: string;
  /** Names of checks before it without which this one can tell nothing. */
  readonly needs: readonly string[];
  /** Settings that are not usable, so that there is nothing to look at. */
  readonly lacks?: readonly string[];
  /** @returns all that is wrong; where nothing is, what is fine */
  readonly look: () => Promise<readonly Verdict[]>;
}

export interface Finding extends Verdict {
  /** Name of the check. */
  readonly check: string;
}

/**
 * Looks at everything at once, as far as one check does not need another. What needs a broken one is left out, and says so.
 * @param longestMs how long a check may take
 */
export async function examine(checks: readonly Check[], longestMs: number): Promise<readonly Finding[]> {
  const under = new Map<string, Promise<readonly Verdict[]>>();
  for (const check of checks) under.set(check.name, outcome(check, under, longestMs));
  const found = await Promise.all(
    checks.map(async ({ name: check }) =>
      ((await under.get(check)) ?? []).map((one) => ({ check, ...one, line: scrub(one.line) })),
    ),
  );
  return found.flat();
}

async function outcome(
  { name, needs, lacks = [], look }: Check,
  others: ReadonlyMap<string, Promise<readonly Verdict[]>>,
  longestMs: number,
): Promise<readonly Verdict[]> {
  if (lacks.length > 0) return [verdict.skipped(`Not looked at: ${lacks.join(' and ')} cannot be used.`)];
  const before = await Promise.all(needs.map(async (need) => [need, (await others.get(need)) ?? []] as const));
  const inTheWay = before.filter(([, found]) => found.some(({ state }) => state === 'broken' || state === 'skipped'));
  if (inTheWay.length > 0)
    return [verdict.skipped(`Not looked at: it needs ${inTheWay.map(([need]) => need).join(' and ')}.`)];
  try {
    return await inTime(look(), longestMs);
  } catch (error) {
    return [faultOf(name, error)];
  }
}

/** What goes on after that is nobody's any more. */
async function inTime(work: Promise<readonly Verdict[]>, longestMs: number): Promise<readonly Verdict[]> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new LateError(longestMs)), longestMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Thrown when a check has no end in time. */
export class LateError extends Error {
  override readonly name = 'LateError';

  constructor(ms: number) {
    super(`no answer within ${String(ms / 1000)} s`);
  }
}
