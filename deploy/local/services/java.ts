import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const MINIMUM = 17;

/** @throws when there is no Java, or one too old for Kafka 4 */
export async function requireJava(): Promise<void> {
  const said = await execute('java', ['-version']).catch(() => undefined);
  const version = /version "(\d+)/.exec(said?.stderr ?? '')?.[1];
  if (version === undefined) throw new Error(`no Java on the PATH (needed: ${MINIMUM} or later)`);
  if (Number(version) < MINIMUM) throw new Error(`the Java on the PATH is ${version} (needed: ${MINIMUM} or later)`);
}
