/**
 * The network as functions see it. Functions run as deployed, with their own address filter. The local cloud replaces
 * only name resolution and the destination of generated addresses.
 */
import { promises as dns } from 'node:dns';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isIP, Socket } from 'node:net';
import type { Hosts } from './hosts.ts';

type Lookup = (host: string, options?: unknown) => Promise<unknown>;
let installed = false;

/**
 * Called once for the process. `current` returns the hosts of the world whose function is running, and undefined
 * outside functions.
 */
export function installNetwork(current: () => Hosts | undefined): void {
  if (installed) return;
  installed = true;
  const original = dns.lookup.bind(dns) as Lookup;
  const lookup: Lookup = async (host, options) => {
    const hosts = current();
    if (hosts === undefined) return original(host, options);
    const addresses = hosts.resolve(host);
    if (addresses === undefined)
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: isIP(address) }));
  };
  // The named exports of node:dns/promises are those of this object.
  const module = createRequire(import.meta.url)('node:dns/promises') as { lookup: Lookup };
  module.lookup = lookup;
  syncBuiltinESMExports();
  const connect = Socket.prototype.connect as (this: Socket, ...parts: unknown[]) => Socket;
  Socket.prototype.connect = function (this: Socket, ...parts: unknown[]) {
    const [first] = parts;
    // Inside Node, the arguments come as one list whose first element contains the options.
    const options = (Array.isArray(first) ? first[0] : first) as { host?: string } | undefined;
    const port = typeof options === 'object' ? current()?.portOf(options?.host ?? '') : undefined;
    if (port !== undefined && options !== undefined) Object.assign(options, { host: '127.0.0.1', port });
    return connect.apply(this, parts);
  } as typeof Socket.prototype.connect;
}
