import { Socket } from 'node:net';

/** From now on a connection of this process to one of these ports goes to the other one. @param routes from -> to */
export function reroute(routes: ReadonlyMap<number, number>): void {
  const plain = Socket.prototype.connect as (...args: readonly unknown[]) => Socket;
  const led = (port: unknown): unknown => routes.get(Number(port)) ?? port;
  const ledOptions = (options: { readonly port?: unknown }) => ({ ...options, port: led(options.port) });
  Socket.prototype.connect = function (this: Socket, ...args: readonly unknown[]): Socket {
    const [first, ...rest] = args;
    if (typeof first !== 'object' || first === null) return Reflect.apply(plain, this, [led(first), ...rest]);
    // What `net.connect` hands over: a list that is marked, and therefore stays the same one, with the options in front.
    if (Array.isArray(first)) first[0] = ledOptions(first[0] as object);
    return Reflect.apply(plain, this, Array.isArray(first) ? args : [ledOptions(first), ...rest]);
  };
}
