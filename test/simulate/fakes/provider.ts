import { BridgeError, type QuotaWindow } from '#core';
import type { PolarResponse } from '../../../libs/polar/src/request.ts';
import type { ProviderFault } from '../faults.ts';
import { views } from '../world/bodies.ts';
import { versionOf, type Ledger } from '../world/ledger.ts';
import { resourceAt } from '../world/script.ts';

/** A window of the quota that was exceeded. */
export interface Excess {
  readonly at: number;
  readonly quota: QuotaWindow;
  readonly count: number;
}

const timeoutMs = 30_000;

/** The provider: shows its ledger, counts every request by itself, and misbehaves when it is told to. */
export class MemoryProvider {
  readonly excesses: Excess[] = [];
  readonly #ledger: Ledger;
  readonly #quota: readonly QuotaWindow[];
  readonly #requests: number[] = [];
  readonly #faults: ProviderFault[] = [];
  #hasRefused = false;

  constructor(ledger: Ledger, quota: readonly QuotaWindow[]) {
    this.#ledger = ledger;
    this.#quota = quota;
  }

  misbehave(what: ProviderFault, times: number): void {
    for (let time = 0; time < times; time += 1) this.#faults.push(what);
  }

  /**
   * @param now the true time, epoch ms
   * @returns what is on the wire, and how long it takes
   */
  answer(
    url: URL,
    athlete: string,
    now: number,
  ): { readonly response: PolarResponse | BridgeError; readonly ms: number } {
    this.#count(now);
    const fault = this.#faults.shift();
    // A fresh token is good: nobody takes a consent back here.
    const isRefused = fault === '401' && !this.#hasRefused;
    this.#hasRefused = isRefused;
    if (isRefused) return reply(401, '{"errorMessage":"token"}');
    switch (fault) {
      case '429':
        return reply(429, '{"errorMessage":"rate limit exceeded"}', { 'retry-after': '120' });
      case '500':
        return reply(500, 'Unexpected error occurred');
      case 'timeout':
        return { response: new BridgeError('PROVIDER_TIMEOUT', 'no answer within 30 s'), ms: timeoutMs };
      case 'truncated':
        return reply(200, JSON.stringify(this.#body(url, athlete, false)).slice(0, -2));
      case 'empty':
        return reply(200, '');
      case 'slow':
        return { ...reply(200, JSON.stringify(this.#body(url, athlete, false))), ms: timeoutMs - 1000 };
      default:
        return reply(200, JSON.stringify(this.#body(url, athlete, fault === 'flicker')));
    }
  }

  #count(now: number): void {
    this.#requests.push(now);
    for (const quota of this.#quota) {
      const since = now - quota.seconds * 1000;
      let count = 0;
      for (let at = this.#requests.length - 1; at >= 0 && (this.#requests[at] ?? 0) > since; at -= 1) count += 1;
      if (count > quota.requests) this.excesses.push({ at: now, quota, count });
    }
  }

  /** @param isFlickering without the first item that there is */
  #body(url: URL, athlete: string, isFlickering: boolean): unknown {
    const resource = resourceAt(url.pathname);
    if (resource === undefined) throw new Error(`nobody has ${url.pathname}`);
    const [from, to] = ['from', 'to'].map((name) => url.searchParams.get(name)?.slice(0, 10));
    const isDetail = url.searchParams.has('features');
    const shown = this.#ledger.of(athlete, resource).flatMap((story) => {
      const version = versionOf(story);
      const isAsked =
        story.date === null || (from !== undefined && to !== undefined && from <= story.date && story.date < to);
      const modified = story.changes.at(-1)?.at ?? 0;
      return version === null || !isAsked ? [] : [{ key: story.key, date: story.date, version, modified }];
    });
    return views[resource].body(isFlickering ? shown.slice(1) : shown, isDetail);
  }
}

function reply(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): { readonly response: PolarResponse; readonly ms: number } {
  return { response: { status, headers: { 'content-type': 'application/json', ...headers }, body }, ms: 200 };
}
