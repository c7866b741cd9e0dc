/** Names and addresses of hosts that the local cloud generates. */

/** Documentation addresses (RFC 5737): public by their format, but not routed. */
const network = '198.51.100.';

/** The network as functions see it. The local cloud reaches no host outside of itself. */
export class Hosts {
  private readonly addresses = new Map<string, string[]>([['localhost', ['127.0.0.1', '::1']]]);
  private readonly ports = new Map<string, number>();

  /** Lets a port of this machine answer for the host, on every port of the host. */
  serve(host: string, port: number): void {
    const address = `${network}${this.ports.size + 1}`;
    this.ports.set(address, port);
    this.addresses.set(host.toLowerCase(), [address]);
  }

  /** Lets the host resolve to these addresses. */
  point(host: string, ...addresses: string[]): void {
    this.addresses.set(host.toLowerCase(), addresses);
  }

  resolve(host: string): string[] | undefined {
    return this.addresses.get(host.toLowerCase());
  }

  /** Returns the port of this machine that stands for an address, or undefined if the address is used as it is. */
  portOf(address: string): number | undefined {
    return this.ports.get(address);
  }
}
