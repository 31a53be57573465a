import { isBridgeError } from '#core';
import type { AppLogger, Clock } from '#platform';
import type { CredentialStore, RefreshAttempts, TenantDirectory } from './ports.ts';
import type { TokenCustody } from './token-custody.ts';

export interface CaretakerPorts {
  readonly credentials: CredentialStore;
  readonly attempts: RefreshAttempts;
  readonly tenants: TenantDirectory;
  readonly custody: TokenCustody;
  readonly clock: Clock;
  readonly log: AppLogger;
}

/** Refresh tokens are said to live about 100 days (one live report); a third of that leaves room for many tries. */
const idleMs = 30 * 24 * 3_600_000;
const batch = 50;
/** A provider that never answers must not be asked for ever by us: after so many tries it's for whoever needs the token. */
const mostTries = 3;

/** Refreshes tokens that nobody asks for, before the provider forgets them. */
export class Caretaker {
  private readonly ports: CaretakerPorts;

  constructor(ports: CaretakerPorts) {
    this.ports = ports;
  }

  /** Consents that nobody used for a month. Page by page: those that fail must not stand in the way of the others. */
  async keepIdleAlive(stopping: AbortSignal): Promise<void> {
    const { credentials, clock } = this.ports;
    const before = new Date(clock.now() - idleMs);
    let page = await credentials.idleSince(before, batch);
    while (page.length > 0) {
      for (const id of page) {
        if (stopping.aborted) return;
        await this.keepAlive(id);
      }
      page = await credentials.idleSince(before, batch, page.at(-1));
    }
  }

  /** A refresh that was cut off may have cost the old tokens: some providers take them for a minute more, so it's done soon. */
  async takeUpCutOff(): Promise<void> {
    const { attempts, tenants } = this.ports;
    await attempts.forgetOutdated();
    const cutOff = await attempts.cutOff(
      tenants.all().map(({ id }) => id),
      mostTries,
      batch,
    );
    // At once: where the provider hangs, each takes as long as a request may, and the old tokens live for a minute only.
    await Promise.all(cutOff.map(({ connection, version }) => this.keepAlive(connection, version)));
  }

  private async keepAlive(id: string, version?: number): Promise<void> {
    try {
      await this.ports.custody.keepAlive(id, version);
    } catch (error) {
      // Its turn comes again.
      if (!isBridgeError(error) || error.disposition !== 'wait')
        this.ports.log.warn('connection was not refreshed', { connection: id, error });
    }
  }
}
