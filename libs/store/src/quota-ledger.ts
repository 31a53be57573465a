import { sql } from 'kysely';
import type { QuotaLedger } from '#core';
import type { Database } from './database.ts';

/** The requests that were paid for, per tenant and minute. */
export function quotaLedger(db: Database): QuotaLedger {
  return {
    async add(tenant, minute, requests) {
      await sql`
        insert into quota_ledger (tenant, minute, requests) values (${tenant}, ${minute}, ${requests})
        on conflict (tenant, minute) do update set requests = quota_ledger.requests + excluded.requests`.execute(db);
    },
    async since(tenant, from) {
      const rows = await db
        .selectFrom('quota_ledger')
        .select(['minute', 'requests'])
        .where('tenant', '=', tenant)
        .where('minute', '>=', String(from))
        .orderBy('minute')
        .execute();
      return rows.map(({ minute, requests }) => ({ minute: Number(minute), requests }));
    },
  };
}
