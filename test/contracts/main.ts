/**
 * Contracts in `config/contracts`, and the schema of the tenant file beside them, from the code. Needs a build.
 *   write    what the code says
 *   check    fails when what is committed differs, or is not compatible with what was released
 *   release  freezes what is committed as the release that later changes are checked against
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resources } from '#resources';
import { committed, differences } from './committed.ts';
import { readExamples } from './examples.ts';
import { contractsFolder } from './folder.ts';
import { generate } from './generate.ts';
import { breaches, freeze, readRelease, releaseOf } from './released.ts';
import { tenantSchema } from './tenant-file.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};
const generated = await generate(resources, readExamples(contractsFolder), version);
const before = committed(contractsFolder);
const tenants = await tenantSchema();
const changes = [...differences(before, generated).map((change) => `config/contracts/${change}`), ...tenants.changes];
const release = readRelease(contractsFolder);
const broken = release === undefined ? [] : breaches(release, releaseOf(generated));

const command = process.argv[2];
if (command === 'write') {
  for (const name of before.keys()) if (!generated.has(name)) rmSync(join(contractsFolder, name));
  for (const [name, text] of generated) {
    mkdirSync(dirname(join(contractsFolder, name)), { recursive: true });
    writeFileSync(join(contractsFolder, name), text);
  }
  writeFileSync(tenants.path, tenants.text);
  console.log(`${generated.size + 1} files, ${changes.length} of them other than before`);
} else if (command === 'check' || command === 'release') {
  for (const change of changes) console.error(change);
  if (changes.length > 0) console.error('npm run contracts writes what the code says');
  for (const breach of broken) console.error(`not compatible with the release: ${breach}`);
  if (broken.length > 0) console.error('a change like this needs a new version of the event type, on a new topic');
  if (changes.length + broken.length > 0) process.exitCode = 1;
  else if (command === 'release') freeze(contractsFolder, generated);
  const against =
    release === undefined ? 'nothing was released yet' : `compatible with the release: ${broken.length === 0}`;
  console.log(`${generated.size + 1} files, ${changes.length} differ from the code; ${against}`);
} else {
  console.error('usage: main.ts write | check | release');
  process.exitCode = 2;
}
