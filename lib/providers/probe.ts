import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP } from 'node:net';
import { BatonError } from '../model/errors.ts';
import { refusedAddress } from './address-guard.ts';

/** A health check would connect to an address that no request may make Baton connect to. */
export class AddressRefused extends BatonError {
  override readonly name = 'AddressRefused';
}

/** The timeout of one probe of a socket or page, including name resolution. */
const lookTimeoutMilliseconds = 3_000;

/**
 * Returns the status of a GET request to a page. Doesn't follow redirects or read the body. Resolves the name and
 * connects to the checked address, so that another DNS response a moment later has no effect. Undefined without a
 * response. @throws AddressRefused
 */
export async function statusOf(url: string): Promise<number | undefined> {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  const { protocol, hostname, port, pathname, search, host } = parsed;
  const name = hostname.replace(/^\[|\]$/g, '');
  return withinTime(async (signal) => {
    const address = await checkedAddress(name);
    if (address === undefined) return undefined;
    const secure = protocol === 'https:';
    const send = secure ? httpsRequest : httpRequest;
    return new Promise<number | undefined>((resolve) => {
      const question = send({
        ...{ host: address, port: port || (secure ? 443 : 80), path: `${pathname}${search}`, method: 'GET' },
        // Certificates are verified for the requested name. Addresses are not allowed in SNI.
        ...(secure && isIP(name) === 0 && { servername: name }),
        headers: { host, connection: 'close' },
        ...{ agent: false, signal },
      });
      question.once('response', (answer) => {
        answer.destroy();
        resolve(answer.statusCode);
      });
      question.once('error', () => resolve(undefined));
      question.end();
    });
  });
}

/** Tells whether a host accepts a connection. @throws AddressRefused */
export async function accepts(host: string, port: number): Promise<boolean> {
  const accepted = await withinTime(async (signal) => {
    // As in URLs: `2130706433` and `0x7f.1` are addresses too.
    const name = hostnameOf(host);
    const address = name === undefined ? undefined : await checkedAddress(name);
    if (address === undefined) return false;
    return new Promise<boolean>((resolve) => {
      const socket = connect({ host: address, port });
      const end = (accepted: boolean) => {
        socket.destroy();
        resolve(accepted);
      };
      socket.once('connect', () => end(true));
      socket.once('error', () => end(false));
      signal.addEventListener('abort', () => end(false));
    });
  });
  return accepted === true;
}

function hostnameOf(host: string): string | undefined {
  const url = URL.parse(`http://${host}/`);
  return url === null || url.host !== url.hostname ? undefined : url.hostname.replace(/^\[|\]$/g, '');
}

/** Returns one address of a host after checking all of them, or undefined if it has none. @throws AddressRefused */
async function checkedAddress(host: string): Promise<string | undefined> {
  const addresses = isIP(host) === 0 ? await resolved(host) : [host];
  for (const address of addresses) {
    const range = refusedAddress(address);
    if (range !== undefined)
      throw new AddressRefused(
        `${host} is ${address} (${range}), which a health check must not connect to; expected a public address or one of a VPC.`,
      );
  }
  return addresses[0];
}

async function resolved(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

async function withinTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const signal = AbortSignal.timeout(lookTimeoutMilliseconds);
  const over = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined));
  });
  return Promise.race([work(signal), over]);
}
