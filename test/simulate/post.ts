interface Port {
  postMessage(message: unknown): void;
}

/** To a worker thread or from one. */
export function post(port: Port, message: unknown): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- only a window has an origin
  port.postMessage(message);
}
