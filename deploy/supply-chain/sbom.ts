/** `npm run --silent sbom > sbom.json`: the software bill of materials of the image's packages, CycloneDX 1.5 in JSON. */
import { productionSbom } from './production.ts';

process.stdout.write(`${JSON.stringify(await productionSbom(), null, 2)}\n`);
