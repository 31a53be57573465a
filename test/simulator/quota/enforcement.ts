import type { Quota } from '../options.ts';
import type { Instants } from './sliding-window.ts';

export interface WindowUse {
  readonly window: Quota;
  readonly used: number;
  readonly isOver: boolean;
  /** Seconds until the window has room again; 0 where it has. */
  readonly resetSeconds: number;
}

/**
 * Where a client stands in each of its windows, its newest request counted in. The documentation says that refused
 * requests count; it does not say how the windows lie, so both ways are here. Fixed windows begin at the epoch.
 */
export function windowUse(
  instants: Instants,
  quota: readonly Quota[],
  now: number,
  mode: 'fixed' | 'sliding',
): readonly WindowUse[] {
  return quota.map((window) => {
    const millis = window.seconds * 1000;
    const start = mode === 'fixed' ? Math.floor(now / millis) * millis : now - millis;
    // A fixed window holds its own first moment, a sliding one does not.
    const used = instants.since(mode === 'fixed' ? start - 0.001 : start);
    const isOver = used > window.requests;
    const free = mode === 'fixed' ? start + millis : instants.at(instants.length - window.requests) + millis;
    return { window, used, isOver, resetSeconds: isOver ? Math.max(1, Math.ceil((free - now) / 1000)) : 0 };
  });
}

export function rateLimitHeaders(
  uses: readonly WindowUse[],
  style: 'none' | 'v3-style' | 'retry-after',
): Record<string, string> {
  const wait = Math.max(...uses.map((use) => use.resetSeconds));
  if (style === 'retry-after') return wait > 0 ? { 'retry-after': String(wait) } : {};
  if (style === 'none') return {};
  const each = (value: (use: WindowUse) => number) => uses.map(value).join(', ');
  return {
    'ratelimit-usage': each((use) => use.used),
    'ratelimit-limit': each((use) => use.window.requests),
    'ratelimit-reset': each((use) => use.resetSeconds),
  };
}
