import { changeBatchXml, type RecordChange, recordOf } from '../aws/record-xml.ts';
import { ServiceError, type SignedFetch } from '../aws/signed-fetch.ts';
import { findElement, parseXml, textOf, type XmlElement } from '../aws/xml.ts';
import type { JsonObject } from '../model/json.ts';
import { spelledName } from '../model/record-sets.ts';
import { type Failure, ProviderBusy, ProviderRefused } from './provider.ts';

/** Returns the client of a region's partition. The client for changes must not repeat a call. */
export type RecordClient = (region: string, purpose: 'change' | 'read') => SignedFetch;

const root = '/2013-04-01';

/** Where a page of a listing begins: parameters of the call. */
type Start = Record<string, string>;

interface RecordPage {
  records: JsonObject[];
  next: Start | undefined;
}

/**
 * Errors after which the same call may succeed ("Common errors" and "ChangeResourceRecordSets", Amazon Route 53 API
 * Reference). Route 53 takes five requests a second from an account, and one change at a time for a zone.
 */
const passing: ReadonlySet<string> = new Set([
  ...['Throttling', 'ThrottlingException', 'PriorRequestNotComplete', 'RequestLimitExceeded'],
]);

/** The three calls of Route 53 that records need. */
export class Route53Api {
  readonly #clientOf: RecordClient;

  constructor(clientOf: RecordClient) {
    this.#clientOf = clientOf;
  }

  /**
   * Returns the records of one name and type, or undefined if there is no zone. They include changes that are not yet in
   * sync ("ListResourceRecordSets", API Reference).
   */
  async records(
    region: string,
    zone: string,
    only: { name: string; type: string },
  ): Promise<JsonObject[] | undefined> {
    const found: JsonObject[] = [];
    let from: Start | undefined = { name: only.name, type: only.type };
    while (from !== undefined) {
      const page: RecordPage | undefined = await this.page(region, zone, from);
      if (page === undefined) return undefined;
      const own = page.records.filter((record) => isOf(record, only));
      found.push(...own);
      from = own.length < page.records.length ? undefined : page.next;
    }
    return found;
  }

  /** Returns all records of a zone, or undefined if there is no zone or it has more than so many pages. */
  async allRecords(region: string, zone: string, pagesMax: number): Promise<JsonObject[] | undefined> {
    const found: JsonObject[] = [];
    let from: Start | undefined = {};
    for (let pages = 0; from !== undefined && pages < pagesMax; pages += 1) {
      const page: RecordPage | undefined = await this.page(region, zone, from);
      if (page === undefined) return undefined;
      found.push(...page.records);
      from = page.next;
    }
    return from === undefined ? found : undefined;
  }

  /** Returns up to 300 records of a zone, or undefined if there is no zone. */
  async page(region: string, zone: string, from: Start): Promise<RecordPage | undefined> {
    const query = new URLSearchParams({ ...from, maxitems: '300' });
    const path = `${root}/hostedzone/${zone}/rrset?${query.toString().replaceAll('+', '%20')}`;
    const page = await this.#read(region, path);
    if (page === undefined) return undefined;
    const records = (findElement(page, 'ResourceRecordSets')?.children ?? []).map(recordOf);
    return { records, next: nextOf(page) };
  }

  /** Makes all changes of a batch or none, and returns the id of the change. @throws ProviderBusy, ProviderRefused */
  async change(
    region: string,
    zone: string,
    changes: readonly RecordChange[],
    comment: string,
  ): Promise<string> {
    const answer = await translated(
      this.#clientOf(region, 'change').text({
        ...{ service: 'route53', method: 'POST', path: `${root}/hostedzone/${zone}/rrset` },
        headers: { 'content-type': 'application/xml' },
        body: changeBatchXml(changes, comment),
      }),
    );
    const info = findElement(parseXml(answer), 'ChangeInfo');
    const id = info && textOf(info, 'Id');
    if (id === undefined) throw new ProviderBusy('Route 53 answered without the id of the change.', true);
    return id.replace(/^\/change\//, '');
  }

  /** Tells whether a change is on all name servers; undefined if there is no such change. */
  async inSync(region: string, change: string): Promise<boolean | undefined> {
    const answer = await this.#read(region, `${root}/change/${encodeURIComponent(change)}`);
    const info = answer && findElement(answer, 'ChangeInfo');
    return info && textOf(info, 'Status') === 'INSYNC';
  }

  async #read(region: string, path: string): Promise<XmlElement | undefined> {
    try {
      const client = this.#clientOf(region, 'read');
      return parseXml(await translated(client.text({ service: 'route53', method: 'GET', path })));
    } catch (error) {
      // A read changes nothing, so a call that begins with one that failed was not made.
      if (error instanceof ProviderBusy) throw new ProviderBusy(error.message);
      if (error instanceof ProviderRefused && /^NoSuch(HostedZone|Change)$/.test(error.code))
        return undefined;
      throw error;
    }
  }
}

/** Tells whether a record as Route 53 lists it has this name and type. */
export function isOf({ Name, Type }: JsonObject, { name, type }: { name: string; type: string }): boolean {
  return spelledName(String(Name)) === name && Type === type;
}

function nextOf(page: XmlElement): Start | undefined {
  const answer = page.children.find(({ name }) => name === 'ListResourceRecordSetsResponse') ?? page;
  if (textOf(answer, 'IsTruncated') !== 'true') return undefined;
  const next = (child: string, as: string) => {
    const value = textOf(answer, child);
    return value === undefined ? {} : { [as]: value };
  };
  return {
    ...next('NextRecordName', 'name'),
    ...next('NextRecordType', 'type'),
    ...next('NextRecordIdentifier', 'identifier'),
  };
}

/** Returns what an error of a call means. */
export function failureOf(error: Error): Failure {
  if (!(error instanceof ServiceError))
    return {
      code: error.name,
      message: `${error.name}: ${error.message}`,
      permanence: 'passing',
      taken: true,
    };
  const { code, message, statusCode } = error;
  if (passing.has(code)) return { code, message, permanence: 'passing' };
  if (statusCode >= 500) return { code, message, permanence: 'passing', taken: true };
  return { code, message, permanence: 'permanent' };
}

async function translated<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, message, permanence, taken } = failureOf(error);
    throw permanence === 'passing' ? new ProviderBusy(message, taken) : new ProviderRefused(code, message);
  }
}
