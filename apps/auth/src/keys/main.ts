import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KeysEnv, loadEnv } from '#config';
import { BridgeError } from '#core';
import { Ids, runMain } from '#platform';
import { createAuditStore, createCredentialStore, openDatabase } from '#store';
import { LocalSealer } from '../local-sealer.ts';
import { keyTable, progressLine } from './report.ts';
import { rewrap } from './rewrap.ts';

const usage = `npm run keys -- status    which keys have sealed how many tokens, and which may be removed
npm run keys -- rewrap    seals all tokens with the first key of ENCRYPTION_KEYS; may be stopped and run again
`;

await runMain('keys', async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    strict: false,
    options: { help: { type: 'boolean' } },
  });
  const [command] = positionals;
  if (values['help'] === true) return void process.stdout.write(usage);
  if ((command !== 'status' && command !== 'rewrap') || positionals.length > 1)
    throw new BridgeError('CONFIG_INVALID', `there is no command "${positionals.join(' ')}". There are:\n${usage}`);

  const env = loadEnv(KeysEnv);
  const ids = new Ids();
  const sealer = new LocalSealer(env.ENCRYPTION_KEYS, (bytes) => ids.bytes(bytes));
  const db = openDatabase(env.DATABASE_URL, {
    role: 'accesslink_bridge_auth',
    pool: 2,
    applicationName: `${env.DEPLOYMENT}-keys`,
  });
  const credentials = createCredentialStore(db);
  try {
    if (command === 'rewrap') {
      const progress = (done: number, all: number): void =>
        void process.stderr.write(progressLine(done, all, process.stderr.isTTY));
      const pause = (): Promise<void> => sleep(1000);
      const audit = createAuditStore(db);
      const done = await rewrap({ sealer, credentials, audit, actor: 'keys', pause, progress });
      process.stdout.write(`${String(done)} rows were sealed anew with the key "${sealer.keyId}".\n`);
    }
    process.stdout.write(keyTable(env.ENCRYPTION_KEYS, await credentials.countPerKey()));
  } finally {
    await db.destroy();
  }
});
