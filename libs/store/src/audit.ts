import type { Database, Trx } from './database.ts';

/** `unchanged` when it was so already, `refused` when the state of things did not allow it. */
export type AuditOutcome = 'done' | 'unchanged' | 'refused';

/** Something that somebody with the admin token, or at the command line, did. */
export interface AdminAction {
  /** Who says to have done it, such as `admin` or `alice@example.org`. */
  readonly actor: string;
  /** Such as `connection.paused`. */
  readonly action: string;
  readonly tenant: string | null;
  /** UUID of the connection or link. */
  readonly subject: string | null;
}

export interface AuditEntry extends AdminAction {
  readonly id: string;
  readonly at: Date;
  readonly outcome: AuditOutcome;
}

export interface AuditPage {
  readonly tenant?: string;
  readonly subject?: string;
  /** The last id of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** Notes an action, in the transaction of what it does where there is one. */
export async function noteAction(db: Database | Trx, action: AdminAction, outcome: AuditOutcome): Promise<void> {
  const { actor, action: what, tenant, subject } = action;
  await db.insertInto('audit_log').values({ actor, action: what, tenant, subject, outcome }).execute();
}

/** The audit log, newest first. */
export function createAuditStore(db: Database) {
  return {
    note: (action: AdminAction, outcome: AuditOutcome): Promise<void> => noteAction(db, action, outcome),

    async list({ tenant, subject, before, limit }: AuditPage): Promise<readonly AuditEntry[]> {
      const rows = await db
        .selectFrom('audit_log')
        .selectAll()
        .$if(tenant !== undefined, (query) => query.where('tenant', '=', tenant as string))
        .$if(subject !== undefined, (query) => query.where('subject', '=', subject as string))
        .$if(before !== undefined, (query) => query.where('id', '<', before as string))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows;
    },
  };
}

export type AuditStore = ReturnType<typeof createAuditStore>;
