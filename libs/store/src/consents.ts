import { sql } from 'kysely';
import { type AdminAction, noteAction } from './audit.ts';
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

/** A link with what became of it. */
export interface ConnectLinkState extends ConnectLink {
  readonly createdAt: Date;
  /** The connection that it led to. */
  readonly connection: string | null;
  /** Why the last consent with it came to nothing. */
  readonly failure: LinkFailure | null;
}

export interface LinkFailure {
  readonly code: string;
  /** What the provider said, where it said something. */
  readonly detail: string | null;
  readonly at: Date;
}

/** A place in the list of links. */
export interface LinkPosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface LinkPage {
  readonly tenant: string;
  readonly userReference?: string;
  /** Where the page before ended, be its last link still there or not. */
  readonly after?: LinkPosition;
  readonly limit: number;
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
    addLink(link: ConnectLink, action: AdminAction): Promise<void> {
      return db.transaction().execute(async (trx) => {
        await trx
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
        await noteAction(trx, action, 'done');
      });
    },

    /** A tenant's links, newest first. */
    async listLinks({ tenant, userReference, after, limit }: LinkPage): Promise<readonly ConnectLinkState[]> {
      const rows = await db
        .selectFrom('connect_links')
        .selectAll()
        .where('tenant', '=', tenant)
        .$if(userReference !== undefined, (query) => query.where('user_reference', '=', userReference as string))
        .$if(after !== undefined, (query) =>
          query.where(sql<boolean>`(created_at, id) < (${after?.createdAt}::timestamptz, ${after?.id}::uuid)`),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toLink(row), ...stateOf(row) }));
    },

    /** Keeps for the operator why a consent came to nothing; a link that has served keeps no failure. */
    async noteFailure(link: string, { code, detail, at }: LinkFailure): Promise<void> {
      await db
        .updateTable('connect_links')
        .set({ failure: code, failure_detail: detail, failed_at: at })
        .where('id', '=', link)
        .where('used_at', 'is', null)
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

    /** Forgets states and links that expired before these moments. */
    async sweep({ states, links }: { readonly states: Date; readonly links: Date }): Promise<void> {
      await db.deleteFrom('consent_states').where('expires_at', '<', states).execute();
      await db.deleteFrom('connect_links').where('expires_at', '<', links).execute();
    },
  };
}

export type ConsentStore = ReturnType<typeof createConsentStore>;

function stateOf(row: {
  created_at: Date;
  connection: string | null;
  failure: string | null;
  failure_detail: string | null;
  failed_at: Date | null;
}): Omit<ConnectLinkState, keyof ConnectLink> {
  const { failure: code, failure_detail: detail, failed_at: at } = row;
  return {
    createdAt: row.created_at,
    connection: row.connection,
    failure: code === null || at === null ? null : { code, detail, at },
  };
}

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
