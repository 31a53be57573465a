import type { Database } from './database.ts';

/** An invitation to connect: for whom, for which scopes, and where the athlete goes afterwards. */
export interface ConnectLink {
  readonly id: string;
  readonly tenant: string;
  readonly userReference: string;
  readonly scopes: readonly string[];
  readonly returnUrl: string | null;
  readonly expiresAt: Date;
  /** When a consent was completed with it. It can't be used again then. */
  readonly usedAt: Date | null;
}

/** One visit of the provider's consent page. Only hashes are kept: the table gives nobody a usable state. */
export interface ConsentState {
  readonly stateHash: Buffer;
  /** Hash of the nonce that the browser holds in a cookie. */
  readonly browserHash: Buffer;
  readonly link: string;
  readonly expiresAt: Date;
}

/** Links and states of the consent. */
export function createConsentStore(db: Database) {
  return {
    async addLink(link: ConnectLink): Promise<void> {
      await db
        .insertInto('connect_links')
        .values({
          id: link.id,
          tenant: link.tenant,
          user_reference: link.userReference,
          scopes: [...link.scopes],
          return_url: link.returnUrl,
          expires_at: link.expiresAt,
        })
        .execute();
    },

    async findLink(id: string): Promise<ConnectLink | undefined> {
      const row = await db.selectFrom('connect_links').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toLink(row);
    },

    async addState(state: ConsentState): Promise<void> {
      await db
        .insertInto('consent_states')
        .values({
          state_hash: state.stateHash,
          browser_hash: state.browserHash,
          link: state.link,
          expires_at: state.expiresAt,
        })
        .execute();
    },

    /** Atomic get-and-delete: of two callbacks with the same state only one gets it. */
    async takeState(stateHash: Buffer): Promise<{ state: ConsentState; link: ConnectLink } | undefined> {
      const row = await db
        .with('taken', (cte) => cte.deleteFrom('consent_states').where('state_hash', '=', stateHash).returningAll())
        .selectFrom('taken')
        .innerJoin('connect_links', 'connect_links.id', 'taken.link')
        .selectAll('connect_links')
        .select(['taken.browser_hash', 'taken.expires_at as state_expires_at'])
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const state = { stateHash, browserHash: row.browser_hash, link: row.id, expiresAt: row.state_expires_at };
      return { state, link: toLink(row) };
    },

    /** Forgets what expired before this moment. */
    async sweep(before: Date): Promise<void> {
      await db.deleteFrom('consent_states').where('expires_at', '<', before).execute();
      await db.deleteFrom('connect_links').where('expires_at', '<', before).execute();
    },
  };
}

export type ConsentStore = ReturnType<typeof createConsentStore>;

function toLink(row: {
  id: string;
  tenant: string;
  user_reference: string;
  scopes: string[];
  return_url: string | null;
  expires_at: Date;
  used_at: Date | null;
}): ConnectLink {
  return {
    id: row.id,
    tenant: row.tenant,
    userReference: row.user_reference,
    scopes: row.scopes,
    returnUrl: row.return_url,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  };
}
