import { BridgeError } from '#core';
import { type AppLogger, type Clock, Problem } from '#platform';
import { type Step, advance, isUsable, transitions } from './lifecycle.ts';
import type {
  Connection,
  ConnectionChange,
  ConnectionPage,
  ConnectionStatus,
  ConnectionStore,
  Erasure,
  TenantDirectory,
} from './ports.ts';

export interface RegistryPorts {
  readonly tenants: TenantDirectory;
  readonly connections: ConnectionStore;
  readonly clock: Clock;
  readonly log: AppLogger;
}

/** Which connection an operator means, and who the operator is. */
export interface Order {
  readonly tenant: string;
  readonly id: string;
  readonly actor: string;
}

/** A tenant's connections, as its operators see them. What they do is in the audit log. */
export class Registry {
  private readonly ports: RegistryPorts;

  constructor(ports: RegistryPorts) {
    this.ports = ports;
  }

  /** @throws BridgeError NOT_FOUND, also for another tenant's connection */
  async get(tenant: string, id: string): Promise<Connection> {
    this.ports.tenants.get(tenant);
    const connection = await this.ports.connections.find(id);
    if (connection?.tenant === tenant) return connection;
    throw unknown();
  }

  list(page: ConnectionPage): Promise<readonly Connection[]> {
    this.ports.tenants.get(page.tenant);
    return this.ports.connections.list(page);
  }

  /** Stops polling until it is resumed; the tokens are kept and kept alive. Once or more often, it's the same. */
  pause(order: Order): Promise<Connection> {
    const step = { kind: 'pause', reason: 'paused_by_tenant' } as const;
    return this.step(order, 'connection.paused', step, (status) => status === 'paused');
  }

  resume(order: Order): Promise<Connection> {
    return this.step(order, 'connection.resumed', { kind: 'resume' }, isUsable);
  }

  /** Ends the relation: tokens and all state of the athlete's data are gone afterwards. Once or more often, it's the same. */
  async disconnect(order: Order): Promise<void> {
    const step = { kind: 'remove', reason: 'disconnected' } as const;
    await this.step(order, 'connection.removed', step, () => true);
  }

  /** Removes everything of an athlete, under all connections that there ever were. Once or more often, it's the same. */
  async erase({ tenant, id, actor }: Order): Promise<Erasure> {
    const { connections, log } = this.ports;
    await this.get(tenant, id);
    const step = { kind: 'erase', reason: 'erased_by_tenant' } as const;
    const action = { actor, action: 'connection.erased', tenant, subject: id };
    const erasure = await connections.erase(id, this.prefixOf(tenant), this.decide(step), action);
    if (erasure === undefined) throw unknown();
    log.info('admin action', { ...action, isComplete: erasure.isComplete });
    return erasure;
  }

  /**
   * @param isReached whether a status is what was wanted, be it by this step or before
   * @throws Problem 409 where the connection's status doesn't allow it
   */
  private async step(
    { tenant, id, actor }: Order,
    action: string,
    step: Step,
    isReached: (status: ConnectionStatus) => boolean,
  ): Promise<Connection> {
    const { connections, log } = this.ports;
    await this.get(tenant, id);
    const note = { actor, action, tenant, subject: id };
    const after = await connections.change(id, this.prefixOf(tenant), this.decide(step), {
      action: note,
      isReached,
    });
    if (after === undefined) throw unknown();
    log.info('admin action', note);
    if (isReached(after.status)) return after;
    throw new Problem(409, `The connection is ${after.status}, so it cannot be ${step.kind}d.`, {
      code: 'CONNECTION_STATUS',
      members: { connectionStatus: after.status, allowed: Object.keys(transitions[step.kind]) },
    });
  }

  private decide(step: Step): (connection: Connection) => ConnectionChange | undefined {
    return (connection) => advance(connection, step, new Date(this.ports.clock.now()));
  }

  private prefixOf(tenant: string): string {
    return this.ports.tenants.get(tenant).topics.prefix;
  }
}

const unknown = (): BridgeError => new BridgeError('NOT_FOUND', 'This tenant has no such connection');
