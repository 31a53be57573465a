/** Where a URL leads to, without user and password: `db:5432`. */
export function hostOf(url: string): string {
  const { host } = new URL(url);
  return host === '' ? 'the local socket' : host;
}
