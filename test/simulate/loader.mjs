// Lets Node run this project's sources as they are, decorators included: the simulation drives the apps' own classes and needs no
// build. The same transform as in config/jest.
import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const aliases = { '#config': 'config/index.ts' };
for (const lib of ['core', 'resources', 'polar', 'store', 'queue', 'platform'])
  aliases[`#${lib}`] = `libs/${lib}/src/index.ts`;

const options = {
  jsc: {
    target: 'es2022',
    experimental: { keepImportAttributes: true },
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

registerHooks({
  resolve(specifier, context, next) {
    const alias = aliases[specifier];
    return alias === undefined ? next(specifier, context) : { url: new URL(alias, root).href, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith(root.href) || !url.endsWith('.ts') || url.includes('/node_modules/')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
