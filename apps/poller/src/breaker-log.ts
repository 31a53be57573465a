import type { AppLogger } from '#platform';
import type { BreakerState } from '#polar';

/** A breaker that opens is a warning, but for one athlete's: nobody else is held up by that. */
export function breakerLog(log: AppLogger): (state: BreakerState) => void {
  return ({ scope, tenant, key, isOpen, failed, since, until }) => {
    const about = { tenant, scope, ...(scope !== 'tenant' && { [scope]: key }) };
    const level = scope === 'connection' ? 'info' : 'warn';
    if (isOpen) log[level]('breaker opened', { ...about, failed, until: new Date(until).toISOString() });
    else log.info('breaker closed', { ...about, since: new Date(since).toISOString() });
  };
}
