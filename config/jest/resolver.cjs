// `#platform` is ours in our own files, and something else in packages that have such a name for themselves: what
// moduleNameMapper says would hold for both.
const { join, sep } = require('node:path');

const root = join(__dirname, '../..');
const isPackage = (folder) => folder.includes(`${sep}node_modules${sep}`);

module.exports = (request, options) => {
  const [, name] = isPackage(options.basedir)
    ? []
    : (/^#(core|resources|polar|store|queue|platform|platform\/program|config)$/.exec(request) ?? []);
  if (name === undefined) return options.defaultResolver(request, options);
  if (name === 'platform/program') return join(root, 'libs/platform/src/program.ts');
  return join(root, ...(name === 'config' ? ['config'] : ['libs', name, 'src']), 'index.ts');
};
