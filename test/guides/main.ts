/** `npm run guides`: writes the tables of docs/tenants.md and docs/capacity.md as the code says. Needs a build. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guides, root } from './guides.ts';

for (const { path, now, wanted } of guides()) {
  writeFileSync(join(root, path), wanted);
  console.log(`${path}: ${now === wanted ? 'as it was' : 'written'}`);
}
