/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}

export function html(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/html;charset=utf-8' }, body };
}

export function image(contentType: string, body: Buffer): Answer {
  return { status: 200, headers: { 'content-type': contentType }, body };
}

export function redirect(to: string): Answer {
  return { status: 302, headers: { location: to }, body: '' };
}

/** As observed live where a request meets the servlet container and not the application. */
export function tomcatPage(status: number): Answer {
  const title = `HTTP Status ${status}`;
  return html(
    status,
    `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  );
}

/** Some milliseconds, or somewhere in a range of them. */
export function waitOf(latency: number | readonly [number, number]): number {
  if (typeof latency === 'number') return latency;
  return latency[0] + Math.random() * (latency[1] - latency[0]);
}
