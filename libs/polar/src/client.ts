import {
  BridgeError,
  driftOf,
  isBridgeError,
  isDated,
  readInSteps,
  servedTenant,
  type Budget,
  type BudgetLane,
  type DateDialect,
  type Drift,
  type Fetched,
  type Json,
  type Tenants,
  type Tick,
  type Window,
  type WindowReason,
} from '#core';
import { answer } from './answer.ts';
import type { Breakers } from './breakers.ts';
import { inSlices } from './in-slices.ts';
import type { Dispatch, PolarResponse } from './request.ts';
import { withAuth, type TokenSource } from './with-auth.ts';
import { withBreakers } from './with-breakers.ts';
import { withBudget } from './with-budget.ts';

export interface PolarClient {
  /**
   * Makes the requests of a poll, one after the other. A single day that fails is noted and the others go on; anything
   * else that fails ends the poll, but what was fetched before it is kept.
   * @throws BridgeError the failure, when nothing was fetched before it
   */
  fetch(tick: Tick, windows: readonly Window[]): Promise<readonly Fetched[]>;
  /** @returns how many requests a poll has paid for, those included that failed or were sent twice */
  spent(tick: Tick): number;
}

export interface PolarClientOptions {
  readonly dispatch: Dispatch;
  readonly tokens: TokenSource;
  readonly budget: Budget;
  readonly breakers: Breakers;
  readonly tenants: Tenants;
  readonly now: () => number;
  /** Told of every request's outcome, for metrics. */
  readonly onRequest?: (request: {
    readonly tenant: string;
    readonly resource: string;
    readonly outcome: string;
    readonly seconds: number;
  }) => void;
  /** Told of every request that was paid for, before it is sent: also of those that fail or are sent again. */
  readonly onPaid?: (tenant: string, purpose: WindowReason) => void;
  /** Told of answers that are not as the provider's schema says. */
  readonly onDrift?: (tick: Tick, drifts: readonly Drift[]) => void;
  /** Told of every request that failed, also where the poll goes on without it: nothing else sees those. */
  readonly onFailure?: (tick: Tick, window: Window, error: BridgeError) => void;
}

const lanes: Readonly<Record<WindowReason, BudgetLane>> = {
  listing: 'hot',
  control: 'cold',
  wanted: 'detail',
  final: 'warm',
  sweep: 'cold',
  suspect: 'cold',
  backfill: 'backfill',
  reconcile: 'reconcile',
};

export function createPolarClient(options: PolarClientOptions): PolarClient {
  const spent = new WeakMap<object, number>();
  const counted: Dispatch = (request) => {
    if (request.poll !== undefined) spent.set(request.poll, (spent.get(request.poll) ?? 0) + 1);
    if (request.purpose !== undefined) options.onPaid?.(request.tenant, request.purpose);
    return options.dispatch(request);
  };
  const dispatch = withBreakers(options.breakers, withAuth(options.tokens, withBudget(options.budget, counted)));
  /** The spellings that the provider has asked for, by API and path. */
  const corrected = new Map<string, RangeSpelling>();

  const send = (tick: Tick, window: Window, apiUrl: string, spelling: RangeSpelling): Promise<PolarResponse> => {
    const purpose = tick.kind === 'backfill' ? 'backfill' : window.reason;
    return dispatch({
      tenant: tick.connection.tenant,
      connection: tick.connection.carrier ?? tick.connection.id,
      resource: tick.resource.name,
      url: urlOf(apiUrl, tick, window, spelling),
      lane: lanes[purpose],
      purpose,
      poll: tick,
      headers: { accept: 'application/json, image/*;q=0.9' },
    });
  };

  /** The documentation and the live API disagree about dates, so the provider's word counts: it names the form it wants. */
  const sendSpelled = async (tick: Tick, window: Window, apiUrl: string): Promise<PolarResponse> => {
    const key = `${apiUrl}${tick.resource.request.path}`;
    const { request } = tick.resource;
    const first = corrected.get(key) ?? { ...plainRange, ...(isDated(request) && { dialect: request.dialect }) };
    const response = await send(tick, window, apiUrl, first);
    const wanted = { ...first, ...corrections(response) };
    if (Object.values(wanted).join(' ') === Object.values(first).join(' ')) return response;
    corrected.set(key, wanted);
    return send(tick, window, apiUrl, wanted);
  };

  const one = async (tick: Tick, window: Window): Promise<Fetched> => {
    // Looked up for each request: a tenant that is paused or removed meanwhile ends the poll here.
    const tenant = servedTenant(options.tenants, tick.connection.tenant);
    const shortestWindowSeconds = Math.min(...tenant.quota.map(({ seconds }) => seconds));
    const bodyOf = (response: PolarResponse): Promise<Json | undefined> =>
      inSlices(answer(response, { path: tick.resource.request.path, now: options.now(), shortestWindowSeconds }));
    try {
      // Nothing holds the answer beyond this line: its text may be as large as what is made of it.
      const body = await bodyOf(await sendSpelled(tick, window, tenant.polar.apiUrl));
      const fetched = await inSlices(readInSteps(tick.resource, window, body));
      if (fetched.drifts !== undefined) options.onDrift?.(tick, fetched.drifts);
      return fetched;
    } catch (error) {
      const drift = isBridgeError(error) ? driftOf(error) : undefined;
      if (drift !== undefined) options.onDrift?.(tick, [drift]);
      if (isBridgeError(error, 'PROVIDER_RATE_LIMITED') && error.waitUntil !== undefined)
        await options.budget.pause(tenant.id, error.waitUntil);
      throw error;
    }
  };

  const measured = async (tick: Tick, window: Window): Promise<Fetched> => {
    const start = performance.now();
    let outcome = 'ok';
    try {
      return await one(tick, window);
    } catch (error) {
      outcome = isBridgeError(error) ? error.code : 'UNEXPECTED';
      throw error;
    } finally {
      // What was not even tried would pass for a fast answer.
      if (outcome !== 'BREAKER_OPEN')
        options.onRequest?.({
          tenant: tick.connection.tenant,
          resource: tick.resource.name,
          outcome,
          seconds: (performance.now() - start) / 1000,
        });
    }
  };

  return {
    spent: (tick) => spent.get(tick) ?? 0,

    async fetch(tick, windows) {
      const fetched: Fetched[] = [];
      for (const [index, window] of windows.entries()) {
        try {
          fetched.push(await measured(tick, window));
        } catch (error) {
          if (!isBridgeError(error)) throw error;
          options.onFailure?.(tick, window, error);
          const failed = (one: Window, failure: BridgeError): Fetched => ({
            window: one,
            facts: [],
            empty: false,
            failure,
          });
          if (isSingleDay(window) && error.disposition === 'retry') {
            fetched.push(failed(window, error));
            continue;
          }
          // A day that takes the only request that there is would fail for ever, and keep the others from theirs.
          const isCutShort = fetched.length > 0 && error.code === 'BUDGET_EXHAUSTED';
          if (!isCutShort && fetched.every(({ failure }) => failure !== undefined)) throw error;
          const untried = new BridgeError('BUDGET_EXHAUSTED', 'the poll ended before this request', { cause: error });
          return [...fetched, failed(window, error), ...windows.slice(index + 1).map((one) => failed(one, untried))];
        }
      }
      return fetched;
    },
  };
}

/** A day that was asked for alone and may be at fault for ever (observed live: the same day answers 500 every time). */
function isSingleDay({ reason }: Window): boolean {
  return reason === 'wanted' || reason === 'sweep' || reason === 'suspect';
}

/** How a range is asked for. */
interface RangeSpelling {
  readonly dialect: DateDialect;
  readonly from: string;
  readonly to: string;
}

const plainRange: RangeSpelling = { dialect: 'date', from: 'from', to: 'to' };

/** What a 400 asks for: another form of dates, or other names of the parameters (the body's words were observed live). */
function corrections({ status, body }: PolarResponse): Partial<RangeSpelling> {
  if (status !== 400) return {};
  const form = /could not be parsed as (date|datetime)\b/.exec(body)?.[1];
  if (form !== undefined) return { dialect: form === 'date' ? 'date' : 'local-date-time' };
  const name = /parameter '(from|fromDate)' is required/.exec(body)?.[1];
  return name === undefined ? {} : name === 'from' ? { from: 'from', to: 'to' } : { from: 'fromDate', to: 'toDate' };
}

function urlOf(apiUrl: string, tick: Tick, window: Window, { dialect, from, to }: RangeSpelling): URL {
  const { request } = tick.resource;
  const path =
    request.shape === 'referenced' ? request.path.replace('{key}', encodeURIComponent(window.from)) : request.path;
  const url = new URL(`${apiUrl.replace(/\/$/, '')}${path}`);
  if (request.shape === 'whole')
    for (const [name, value] of Object.entries(request.query)) url.searchParams.set(name, value);
  if (!isDated(request)) return url;
  const spelled = (date: string): string => (dialect === 'local-date-time' ? `${date}T00:00:00` : date);
  url.searchParams.set(from, spelled(window.from));
  url.searchParams.set(to, spelled(window.to));
  for (const feature of window.features) url.searchParams.append('features', feature);
  return url;
}
