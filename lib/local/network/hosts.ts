/** Names and addresses of hosts that the local cloud makes up. */

/** Documentation addresses (RFC 5737): public by their form, and nothing is routed to them. */
const network = '198.51.100.';

/** What functions see of the network: the local cloud reaches nothing outside of itself. */
export class Hosts {
  private readonly addresses = new Map<string, string[]>([['localhost', ['127.0.0.1', '::1']]]);
  private readonly ports = new Map<string, number>();

  /** From now on, whatever is listening on a port of this machine answers for the host, on every port of it. */
  serve(host: string, port: number): void {
    const address = `${network}${this.ports.size + 1}`;
    this.ports.set(address, port);
    this.addresses.set(host.toLowerCase(), [address]);
  }

  /** From now on the host resolves to these addresses. */
  point(host: string, ...addresses: string[]): void {
    this.addresses.set(host.toLowerCase(), addresses);
  }

  resolve(host: string): string[] | undefined {
    return this.addresses.get(host.toLowerCase());
  }

  /** The port of this machine that stands for an address; undefined where the address is what it is. */
  portOf(address: string): number | undefined {
    return this.ports.get(address);
  }
}
