import { WholeNumber } from './decorators.ts';
import { ProgramEnv } from './shared.env.ts';

export class MigrateEnv extends ProgramEnv {
  /** How long it waits for a database that does not answer yet; by default it fails at once. */
  @WholeNumber(0, 3600)
  readonly DATABASE_WAIT_SECONDS: number = 0;
}
