/** `npm run dashboards`: writes the files that Grafana reads. They are checked in; test/deploy/observability.ts compares. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboards } from './dashboards.ts';
import { fileOf } from './panels.ts';

for (const [name, dashboard] of Object.entries(dashboards)) {
  await writeFile(
    join(import.meta.dirname, 'dashboards', `${name}.json`),
    `${JSON.stringify(fileOf(dashboard), undefined, 2)}\n`,
  );
}
