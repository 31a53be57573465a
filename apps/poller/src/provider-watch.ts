import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { isBridgeError } from '#core';

export interface ProviderWatchPorts {
  /** Ids of all tenants that are polled: each has an API address of its own. */
  tenants(): readonly string[];
  /** @throws BridgeError when the provider does not answer, or was not asked */
  hello(tenant: string): Promise<unknown>;
  /** Epoch ms. */
  now(): number;
}

interface Heard {
  /** Epoch ms of the last answer, or of the first failure since. */
  readonly at: number;
  readonly isUp: boolean;
}

const lookMs = 60_000;
/** As long as polls are answered, nobody has to ask. */
const silenceMs = 5 * 60_000;
const mostNamed = 5;

/**
 * Whether the provider answers, by tenant: told by polls that are answered, and by a `GET /hello` where they fail or nothing
 * was heard for a while. It is a note beside the readiness and no part of it: a poller is as ready as it can be while Polar is away.
 */
@Injectable()
export class ProviderWatch implements OnApplicationBootstrap {
  readonly #ports: ProviderWatchPorts;
  readonly #heard = new Map<string, Heard>();
  readonly #doubted = new Set<string>();
  #isLooking = false;

  constructor(ports: ProviderWatchPorts) {
    this.#ports = ports;
  }

  onApplicationBootstrap(): void {
    this.tick();
  }

  @Interval(lookMs)
  tick(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.look().finally(() => {
      this.#isLooking = false;
    });
  }

  /**
   * Told of every poll's outcome: `ok`, or the code of its error. A failure is no verdict, since one day may fail for ever
   * (observed live): it only makes hello be said soon.
   */
  heard(tenant: string, outcome: string): void {
    const isUp = signOfLife(outcome);
    if (isUp === true) this.#heard.set(tenant, { at: this.#ports.now(), isUp });
    else if (isUp === false) this.#doubted.add(tenant);
  }

  /** Asks where nothing good was heard for a while, one after the other. */
  async look(): Promise<void> {
    const tenants = this.#ports.tenants();
    for (const tenant of this.#heard.keys()) if (!tenants.includes(tenant)) this.#heard.delete(tenant);
    for (const tenant of tenants) {
      const last = this.#heard.get(tenant);
      const isRecent = last?.isUp === true && this.#ports.now() - last.at < silenceMs;
      if (isRecent && !this.#doubted.has(tenant)) continue;
      this.#doubted.delete(tenant);
      this.#judge(tenant, await this.#hello(tenant));
    }
  }

  /** @returns as `heard` is told */
  async #hello(tenant: string): Promise<string> {
    try {
      await this.#ports.hello(tenant);
      return 'ok';
    } catch (error) {
      return isBridgeError(error) ? error.code : 'UNEXPECTED';
    }
  }

  #judge(tenant: string, outcome: string): void {
    const isUp = signOfLife(outcome);
    // Since when it has been down stays as it was.
    if (isUp === undefined || (!isUp && this.#heard.get(tenant)?.isUp === false)) return;
    this.#heard.set(tenant, { at: this.#ports.now(), isUp });
  }

  /** What is known, by tenant. */
  states(): ReadonlyMap<string, boolean> {
    return new Map([...this.#heard].map(([tenant, { isUp }]) => [tenant, isUp]));
  }

  /** Who is not answered, and since when: epoch ms by tenant. */
  silent(): ReadonlyMap<string, number> {
    return new Map([...this.#heard].flatMap(([tenant, { at, isUp }]) => (isUp ? [] : [[tenant, at] as const])));
  }

  /** For people: `answers`, or of whom nothing is heard and since when. */
  note(): string {
    const down = [...this.silent()];
    if (this.#heard.size === 0) return 'nothing heard of it yet';
    if (down.length === 0) return 'answers';
    const named = down.slice(0, mostNamed).map(([tenant, at]) => `${tenant} since ${new Date(at).toISOString()}`);
    const more = down.length > mostNamed ? ` and ${down.length - mostNamed} more` : '';
    return `does not answer for ${named.join(', ')}${more} (${down.length} of ${this.#heard.size} tenants)`;
  }
}

/** @returns undefined for an outcome that tells nothing of the provider: it failed on our side, or before anything was asked */
function signOfLife(outcome: string): boolean | undefined {
  if (outcome === 'PROVIDER_UNAVAILABLE' || outcome === 'PROVIDER_TIMEOUT') return false;
  // Refusals are answers too.
  const isAnswer = outcome === 'ok' || outcome.startsWith('PROVIDER_');
  return isAnswer || outcome === 'SCOPE_MISSING' || outcome === 'CONSENT_MISSING' ? true : undefined;
}
