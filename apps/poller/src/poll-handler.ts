import {
  BridgeError,
  findTenant,
  isBridgeError,
  isLongOutage,
  type Cadence,
  type Resource,
  type Tenant,
  type Tenants,
  type Tick,
} from '#core';
import type { AppLogger, Fields } from '#platform';
import type { BegunTarget, LeasedTarget, Recorded } from '#store';
import type { PollFacts, PollTrace } from './poll-story.ts';

export interface PollHandlerPorts {
  /** How long a lease lasts that is not renewed. */
  readonly leaseMs: number;
  /** How many polls of one connection may be under way here at once: its requests may hang. */
  readonly mostOfConnection: number;
  readonly tenants: Tenants;
  readonly resources: ReadonlyMap<string, Resource>;
  /** How eagerly a tenant's targets of a resource are polled now. */
  readonly cadences: { of(tenant: Tenant, resource: Resource): Cadence };
  readonly targets: {
    /** @returns undefined when the lease is not ours any more */
    begin(target: LeasedTarget): Promise<BegunTarget | undefined>;
    /** @returns the connection whose token reads what is the same for all athletes; undefined while there is none */
    carrier(tenant: string, scope: string): Promise<string | undefined>;
    hold(target: LeasedTarget, until: number): Promise<void>;
    /**
     * Ends the lease as if it had not been: nothing is counted.
     * @param until epoch ms before which the target is not due; it stays due where that is left out
     */
    giveBack(target: LeasedTarget, until?: number): Promise<void>;
    /** Makes the lease last a whole lease time again from now. */
    renew(target: LeasedTarget): Promise<void>;
    fail(tick: Tick, error: BridgeError): Promise<void>;
    /** Puts requests that came to nothing to the account of the target's backfill. */
    noteRequests(target: LeasedTarget, requests: number): Promise<void>;
    suspend(tick: Tick, reason: string): Promise<void>;
    suspendConnection(connection: string, reason: string): Promise<void>;
  };
  poll(tick: Tick): Promise<Recorded>;
  /** How many requests a poll has paid for. */
  spent(tick: Tick): number;
  /** Tells auth that the provider refuses the athlete. */
  reject(connection: string, reason: 'token_rejected' | 'consent_missing'): Promise<void>;
  /** Between 0 and 1. */
  random(): number;
  /** Epoch ms. */
  now(): number;
  /** Begins what the log and a trace tell of a poll. */
  begin(target: LeasedTarget): PollTrace;
  /** What a poll has done so far. */
  facts(tick: Tick): PollFacts;
  readonly log: AppLogger;
  /** Told of every poll's outcome, for metrics. */
  outcome(target: LeasedTarget, outcome: string, recorded?: Recorded): void;
}

/** What a line about a poll is made of, wherever it ends. */
interface Telling {
  readonly target: LeasedTarget;
  readonly trace: PollTrace;
  readonly wait: Fields;
  /** As `performance.now()` tells it. */
  readonly start: number;
}

/** Those that find too many of their connection look again after a while around this. */
const crowdedMs = 500;

/** Runs one queued poll: from the lease to what became of it. Every error is settled by what it asks the caller to do. */
export class PollHandler {
  readonly #ports: PollHandlerPorts;
  readonly #underWay = new Map<string, number>();

  constructor(ports: PollHandlerPorts) {
    this.#ports = ports;
  }

  /**
   * @param waitedMs since it was planned, for the log
   * @throws BridgeError whatever the queue has to see to: WORKERS_TAKEN, and what can be tried again
   */
  async run(target: LeasedTarget, waitedMs?: number): Promise<void> {
    this.#enter(target);
    try {
      await this.#run(target, waitedMs);
    } finally {
      this.#leave(target);
    }
  }

  #enter({ connection }: LeasedTarget): void {
    const { mostOfConnection, now, random } = this.#ports;
    const others = this.#underWay.get(connection) ?? 0;
    if (others >= mostOfConnection) {
      throw new BridgeError('WORKERS_TAKEN', `${others} polls of this connection are under way; the others wait`, {
        waitUntil: Math.ceil(now() + crowdedMs * (0.5 + random())),
      });
    }
    this.#underWay.set(connection, others + 1);
  }

  #leave({ connection }: LeasedTarget): void {
    const others = (this.#underWay.get(connection) ?? 0) - 1;
    if (others > 0) this.#underWay.set(connection, others);
    else this.#underWay.delete(connection);
  }

  async #run(target: LeasedTarget, waitedMs: number | undefined): Promise<void> {
    const wait = waitedMs === undefined ? {} : { waitedMs: Math.max(0, Math.round(waitedMs)) };
    let goesOn = true;
    // What a listing has found is read at once, under the same lease.
    while (goesOn) goesOn = (await this.#pollOnce(target, wait))?.goesOn === true;
  }

  /** @returns what was recorded; undefined when it came to something else, which is settled */
  async #pollOnce(target: LeasedTarget, wait: Fields): Promise<Recorded | undefined> {
    const trace = this.#ports.begin(target);
    const telling = { target, trace, wait, start: performance.now() };
    const tenant = this.#served(target);
    if (tenant === undefined) {
      this.#tell(telling, 'TENANT_NOT_SERVED');
      await this.#notServed(target);
      return undefined;
    }
    const tick = await this.#tick(target, tenant, trace.traceparent).catch((error: unknown) => {
      this.#tell(telling, 'UNEXPECTED');
      throw error;
    });
    if (tick === undefined) {
      this.#ports.outcome(target, 'lease_lost');
      this.#tell(telling, 'lease_lost');
      return undefined;
    }
    if (tick.resource.perClient && tick.connection.carrier === undefined) {
      this.#ports.outcome(target, 'no_carrier');
      this.#tell(telling, 'no_carrier');
      await this.#ports.targets.hold(target, tick.at + tick.polling.maxSeconds * 1000);
      return undefined;
    }
    return this.#poll(telling, tick);
  }

  async #poll(telling: Telling, tick: Tick): Promise<Recorded | undefined> {
    const { target } = telling;
    const { outcome } = this.#ports;
    const heartbeat = this.#keepLease(target);
    try {
      const recorded = await this.#ports.poll(tick);
      const changed = recorded.events > 0 ? 'changed' : 'unchanged';
      outcome(target, changed, recorded);
      this.#tell(telling, changed, tick, { ...recorded });
      return recorded;
    } catch (error) {
      const known = isBridgeError(error) ? error : unexpected(error);
      this.#tell(telling, known.code, tick, known.fields);
      // Whatever a poll ran into after its tenant had left, it is no failure.
      if (known.code === 'TENANT_NOT_SERVED' || this.#served(target) === undefined) await this.#notServed(target);
      else {
        outcome(target, known.code);
        const spent = this.#ports.spent(tick);
        if (target.kind === 'backfill' && spent > 0) await this.#ports.targets.noteRequests(target, spent);
        await this.#settle(target, tick, known);
      }
      return undefined;
    } finally {
      clearInterval(heartbeat);
    }
  }

  /**
   * One line for each poll, and the end of its trace. Who only waits is told to those who debug: while the provider is away,
   * or the quota is used up, thousands do.
   */
  #tell({ target, trace, wait, start }: Telling, outcome: string, tick?: Tick, more: Fields = {}): void {
    const requests = tick === undefined ? 0 : this.#ports.spent(tick);
    const done = tick === undefined ? undefined : this.#ports.facts(tick);
    const facts = { requests, ...done, milliseconds: Math.round(performance.now() - start) };
    trace.end(outcome, facts);
    const hasWorked = requests > 0 || outcome === 'changed' || outcome === 'unchanged';
    this.#ports.log[hasWorked ? 'info' : 'debug']('poll', {
      ...whose(target),
      kind: target.kind,
      outcome,
      traceparent: trace.traceparent,
      ...wait,
      ...facts,
      ...more,
    });
  }

  /** A slow provider can make a poll longer than a lease. Whoever loses the lease all the same is fenced off when it records. */
  #keepLease(target: LeasedTarget): NodeJS.Timeout {
    const { leaseMs, targets, log } = this.#ports;
    return setInterval(() => {
      targets.renew(target).catch((error: unknown) => log.warn('lease not renewed', { ...whose(target), error }));
    }, leaseMs / 3);
  }

  delayed(target: LeasedTarget, until: number): Promise<void> {
    return this.#ports.targets.hold(target, until);
  }

  async failed(target: LeasedTarget, error: unknown): Promise<void> {
    const known = isBridgeError(error) ? error : unexpected(error);
    const tenant = this.#served(target);
    if (tenant === undefined) return this.#notServed(target);
    const trace = this.#ports.begin(target);
    const tick = await this.#tick(target, tenant, trace.traceparent);
    const level = known.disposition === 'bug' ? 'error' : 'warn';
    this.#ports.log[level]('poll failed', {
      ...whose(target),
      errorCode: known.code,
      reason: known.message,
      ...known.fields,
    });
    if (tick !== undefined) await this.#ports.targets.fail(tick, known);
    trace.end('given_up', { 'error.type': known.code });
  }

  /** @returns the tenant; undefined while it is paused or not in the tenant file */
  #served({ tenant }: LeasedTarget): Tenant | undefined {
    const known = findTenant(this.#ports.tenants, tenant);
    return known?.paused === false ? known : undefined;
  }

  #notServed(target: LeasedTarget): Promise<void> {
    this.#ports.outcome(target, 'TENANT_NOT_SERVED');
    return this.#ports.targets.giveBack(target);
  }

  /** What is final is settled here; what can be tried again is thrown to the queue. */
  async #settle(target: LeasedTarget, tick: Tick, error: BridgeError): Promise<void> {
    const { targets, log } = this.#ports;
    const about = whose(target);
    if (error.code === 'LEASE_LOST') return log.warn('lease lost', about);
    // A job that waited in the queue would come back again and again, for hours and for thousands of targets.
    if (error.code === 'BREAKER_OPEN')
      return isLongOutage(tick, error) ? targets.fail(tick, error) : targets.giveBack(target, error.waitUntil);
    // Another athlete's token may do; the one that was refused tells for itself when it is polled.
    if (tick.connection.carrier !== undefined && error.disposition !== 'wait') throw error;
    if (error.code === 'SCOPE_MISSING') {
      log.warn('scope was not granted', { ...about, ...error.fields });
      return targets.suspend(tick, 'scope_missing');
    }
    if (error.disposition === 'reauthorise') {
      log.warn('consent is needed again', { ...about, errorCode: error.code });
      const reason = error.code === 'CONSENT_MISSING' ? 'consent_missing' : 'token_rejected';
      await this.#ports.reject(target.connection, reason);
      return targets.suspendConnection(target.connection, reason);
    }
    throw error;
  }

  async #tick(target: LeasedTarget, tenant: Tenant, traceparent: string): Promise<Tick | undefined> {
    const resource = this.#ports.resources.get(target.resource);
    const begun = await this.#ports.targets.begin(target);
    // The database has the last word on whose target it is.
    if (resource === undefined || begun?.tenant !== tenant.id) return undefined;
    const carrier = resource.perClient ? await this.#ports.targets.carrier(tenant.id, resource.scope) : undefined;
    return {
      resource,
      kind: target.kind,
      connection: {
        id: target.connection,
        tenant: tenant.id,
        utcOffsetMinutes: begun.utcOffsetMinutes,
        establishedOn: begun.establishedOn,
        ...(carrier !== undefined && { carrier }),
      },
      polling: tenant.polling,
      topicPrefix: tenant.topics.prefix,
      keepsState: tenant.topics.state,
      cursor: begun.cursor,
      intervalSeconds: begun.intervalSeconds,
      schedule: {
        cadence: this.#ports.cadences.of(tenant, resource),
        rate: begun.rate,
        random: this.#ports.random(),
      },
      failures: begun.failures,
      leaseToken: target.leaseToken,
      at: begun.at,
      backfilling: begun.backfilling,
      ...(begun.refilling !== undefined && { refilling: begun.refilling }),
      siblingsHealthy: begun.siblingsHealthy,
      traceparent,
    };
  }
}

function whose({ tenant, connection, resource }: LeasedTarget): Record<string, string> {
  return { tenant, connection, resource };
}

/** A broken database or queue connection and everything that nobody foresaw: tried again, and loud. */
function unexpected(error: unknown): BridgeError {
  const message = error instanceof Error ? error.message : String(error);
  return new BridgeError('UNEXPECTED', message, { cause: error });
}
