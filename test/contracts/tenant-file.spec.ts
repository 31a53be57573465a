import { expect, it } from '@jest/globals';
import { tenantSchema } from './tenant-file.ts';

it('the schema of the tenant file is what the code says (npm run contracts writes it)', async () => {
  expect((await tenantSchema()).changes).toEqual([]);
});
