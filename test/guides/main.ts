/** `npm run guides`: writes the parts of docs/tenants.md, docs/capacity.md and docs/cli.md as the code says. Needs a build. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guides, root } from './guides.ts';

for (const { path, now, wanted } of guides()) {
  writeFileSync(join(root, path), wanted);
  console.log(`${path}: ${now === wanted ? 'as it was' : 'written'}`);
}
