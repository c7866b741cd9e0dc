import { ServiceError, type SignedFetch } from '../aws/signed-fetch.ts';
import { findElement, parseXml, textOf, type XmlElement } from '../aws/xml.ts';

/** Values of one filter: "DescribeSubnets", Amazon EC2 API Reference, and "Filter" there: 200 at most. */
const valuesMax = 200;

export interface FreeAddresses {
  /** By subnet. One that doesn't exist, or can't be read, is left out. */
  free: Map<string, number>;
  /** The code of the error, if they can't be read. */
  problem?: string;
}

/** Reads subnets. EC2 uses its own form of AWS Query and XML, with lists of `item`. */
export class Subnets {
  readonly #clientOf: (region: string) => SignedFetch;

  constructor(clientOf: (region: string) => SignedFetch) {
    this.#clientOf = clientOf;
  }

  /** Returns the number of free addresses of each subnet (`availableIpAddressCount`). Never fails: unknown is an answer. */
  async free(region: string, ids: readonly string[]): Promise<FreeAddresses> {
    const free = new Map<string, number>();
    try {
      for (let from = 0; from < ids.length; from += valuesMax) {
        const answer = await this.#describe(region, ids.slice(from, from + valuesMax));
        for (const subnet of findElement(answer, 'subnetSet')?.children ?? []) {
          const [id, count] = [textOf(subnet, 'subnetId'), Number(textOf(subnet, 'availableIpAddressCount'))];
          if (id !== undefined && Number.isInteger(count)) free.set(id, count);
        }
      }
      return { free };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { free: new Map(), problem: error.code };
    }
  }

  async #describe(region: string, ids: readonly string[]): Promise<XmlElement> {
    const query = new URLSearchParams({ Action: 'DescribeSubnets', Version: '2016-11-15' });
    // By a filter and not by SubnetId, which fails as a whole if one doesn't exist.
    query.set('Filter.1.Name', 'subnet-id');
    for (const [index, id] of ids.entries()) query.set(`Filter.1.Value.${index + 1}`, id);
    const xml = await this.#clientOf(region).text({
      ...{ service: 'ec2', method: 'POST', path: '/' },
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: query.toString(),
    });
    return parseXml(xml);
  }
}
