// package.json maps the doors (#core, #store, ...) to what the build makes. For the check they lead to the source, so
// that it needs no build and never looks at an old one. Derived, so that a new door needs no line here.
const { join } = require('node:path');

const root = join(__dirname, '../..');
const { imports } = require(join(root, 'package.json'));

const alias = Object.fromEntries(
  Object.entries(imports).map(([door, built]) => [
    `${door}$`,
    join(root, built.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts')),
  ]),
);

module.exports = { resolve: { alias } };
