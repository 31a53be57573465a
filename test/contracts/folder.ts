import { join } from 'node:path';

/** The name of an event type's files: `SleepScored` is `sleep-scored.json`. */
export function fileOf(type: string): string {
  return `${type.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}.json`;
}

export const contractsFolder = join(import.meta.dirname, '../../config/contracts');
