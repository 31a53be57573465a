/**
 * Prints what there is of each of the provider's operations, found out from the descriptors, the committed contracts, the
 * simulator and the conformance suite. Fails when a cell is empty. Needs a build.
 */
import { resources } from '#resources';
import { DOCUMENT } from '../../simulator/document/document.ts';
import { committed } from '../committed.ts';
import { contractsFolder } from '../folder.ts';
import { releaseOf } from '../released.ts';
import { conformance } from './conformance.ts';
import { coverage, gaps, printed } from './rows.ts';
import { simulated } from './simulated.ts';

const schemas = Object.keys(releaseOf(committed(contractsFolder)).schemas);
const rows = coverage(resources, {
  operations: DOCUMENT.paths,
  schemas: new Set(schemas),
  simulated: await simulated(resources),
  conformance: conformance(),
});
console.log(printed(rows));
const missing = gaps(rows);
console.log(
  `\n${rows.length} operations; ${missing.length === 0 ? 'no empty cell' : `missing: ${missing.join('; ')}`}`,
);
console.log('-  cannot be: the operation has no data (it asks for no scope)');
process.exitCode = missing.length === 0 ? 0 : 1;
