/** Measures the case that it is given, in a process of its own. */
import type { Case } from './cases.ts';
import { measure } from './measure.ts';

process.send?.(measure(JSON.parse(process.argv[2] ?? '') as Case));
