import { BridgeError } from '#core';
import type { AppLogger, Clock } from '#platform';
import { advance } from './lifecycle.ts';
import type { Connection, ConnectionPage, ConnectionStore, TenantDirectory } from './ports.ts';

export interface RegistryPorts {
  readonly tenants: TenantDirectory;
  readonly connections: ConnectionStore;
  readonly clock: Clock;
  readonly log: AppLogger;
}

/** A tenant's connections, as its operators see them. */
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
    throw new BridgeError('NOT_FOUND', 'This tenant has no such connection');
  }

  list(page: ConnectionPage): Promise<readonly Connection[]> {
    this.ports.tenants.get(page.tenant);
    return this.ports.connections.list(page);
  }

  /** Ends the relation: tokens and all state of the athlete are gone afterwards. Once or more often, it's the same. */
  async disconnect(tenant: string, id: string): Promise<void> {
    const { tenants, connections, clock, log } = this.ports;
    await this.get(tenant, id);
    const step = { kind: 'remove', reason: 'disconnected' } as const;
    await connections.change(id, tenants.get(tenant).topics.prefix, (now) => advance(now, step, new Date(clock.now())));
    log.info('connection removed', { tenant, connection: id });
  }
}
