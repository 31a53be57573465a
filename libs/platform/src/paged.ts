import { ApiPropertyOptional } from '@nestjs/swagger';
import { QueryNumber } from './query-number.decorator.ts';

/** What every list can be asked. */
export abstract class Paged {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'How many at most.' })
  @QueryNumber(1, 500)
  readonly limit: number = 100;
}

/**
 * Cuts what was read to a page.
 * @param found one more than the page holds, if there is more
 */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}
