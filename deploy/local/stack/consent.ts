/**
 * Goes through the consent as a browser would: the connect link, the provider's page, the callback, and on to the return URL.
 * @param athlete who consents at the simulator
 * @returns the connection's id
 */
export async function consent(link: string, athlete: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = new URL(link);
  for (let hops = 0; hops < 10; hops += 1) {
    if (url.pathname.endsWith('/authorize')) url.searchParams.set('login_hint', athlete);
    const connection = url.searchParams.get('connection');
    if (connection !== null) return connection;
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(
        `the consent of ${athlete} ended at ${url.origin}${url.pathname} with ${response.status}: ${await response.text()}`,
      );
    url = new URL(location, url);
  }
  throw new Error(`the consent of ${athlete} went round in circles`);
}
