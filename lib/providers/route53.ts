import type { RecordChange } from '../aws/record-xml.ts';
import { canonicalJson, type JsonObject } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import { recordIdentifier, recordProblems, recordSet, recordsIn, spelledName } from '../model/record-sets.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import {
  alreadyExists,
  type Change,
  type CreateInput,
  type DeleteInput,
  type Failure,
  type Listed,
  type OperationState,
  type Provider,
  ProviderBusy,
  ProviderRefused,
  type ResourceAt,
  type UpdateInput,
} from './provider.ts';
import {
  patched,
  propertiesOf,
  type RecordsAt,
  same,
  sameRecords,
  typeOf,
  withDefaults,
} from './record-forms.ts';
import { RecordReads } from './record-reads.ts';
import { failureOf, type RecordClient, Route53Api } from './route53-api.ts';

/** Requests that a tick spends on polls, of the five a second that an account has for everything. */
const pollsTogether = 3;

/** Stands for the id of a change where none was needed. */
const nothing = 'none';

/**
 * Manages DNS records by calls of Route 53. A resource is all records of a name and type in a zone, so no one else has a
 * share of their traffic. A batch deletes exactly what was read and creates what is wanted in its place: Route 53 refuses
 * all of it if anything was changed in between ("ChangeResourceRecordSets", Amazon Route 53 API Reference).
 */
export class Route53 implements Provider {
  readonly name = 'route53';
  /** Route 53 knows no client tokens. A repeated call reads first, so it has no further effect however late it is. */
  readonly tokenSeconds = 35 * 3600;
  readonly lostAfterSeconds = 120;
  readonly #api: Route53Api;
  readonly #reads: RecordReads;
  readonly #zonesOf: (place: Place) => readonly string[];

  /** @param zonesOf the zones whose records may be changed in a place; `*` matches any text */
  constructor(clientOf: RecordClient, zonesOf: (place: Place) => readonly string[]) {
    this.#api = new Route53Api(clientOf);
    this.#reads = new RecordReads(this.#api);
    this.#zonesOf = zonesOf;
  }

  /**
   * Creates records where there are none. If the call may have been made before, records that are exactly the wanted ones
   * count as created by it.
   */
  async create({ properties, ...input }: CreateInput): Promise<string> {
    const { at, records } = wantedOf(input.type, properties);
    const standing = await this.#records(input.place, at);
    if (standing.length === 0) return this.#change(input, at, creating(records));
    if (input.again === true && sameRecords(standing, records)) return tokenOf(nothing, at);
    throw exists(at);
  }

  async update({ identifier, patch, ...input }: UpdateInput): Promise<string> {
    const at = placeIn(identifier);
    const standing = await this.#existing(input, at);
    const shown = propertiesOf(input.type, at, standing);
    const { at: after, records } = wantedOf(input.type, patched(shown, patch));
    if (canonicalJson({ ...after }) !== canonicalJson({ ...at }))
      throw new ProviderRefused('NotUpdatable', `the zone, name and type of ${identifier} can't be changed`);
    const kept = (one: JsonObject, among: readonly JsonObject[]) => among.some((other) => same(one, other));
    return this.#change(input, at, [
      ...deleting(standing.filter((one) => !kept(one, records))),
      ...creating(records.filter((one) => !kept(one, standing))),
    ]);
  }

  async delete({ identifier, ...input }: DeleteInput): Promise<string> {
    const at = placeIn(identifier);
    return this.#change(input, at, deleting(await this.#existing(input, at)));
  }

  /**
   * Asks for a few changes at a time, until one is not in sync or Route 53 is busy: those after it are hardly further. They
   * count as in progress until a later tick.
   */
  async poll({ region }: Place, tokens: readonly string[]): Promise<Map<string, OperationState>> {
    const states = new Map<string, OperationState>();
    let left = pollsTogether;
    for (const token of tokens) {
      const [change = '', identifier] = splitOnce(token);
      if (identifier === undefined) continue;
      let ended: boolean | undefined = change === nothing;
      if (!ended && left > 0) {
        ended = await this.#inSync(region, change);
        left = ended === false ? 0 : left - 1;
      }
      if (ended === undefined) continue;
      states.set(token, { state: ended ? 'Succeeded' : 'InProgress', identifier });
    }
    return states;
  }

  async #inSync(region: string, change: string): Promise<boolean | undefined> {
    try {
      return await this.#api.inSync(region, change);
    } catch (error) {
      if (error instanceof ProviderBusy) return false;
      throw error;
    }
  }

  /** Route 53 lists no changes. */
  async findUpdate(): Promise<undefined> {
    return undefined;
  }

  async read({ type, identifier, place }: ResourceAt): Promise<JsonObject | undefined> {
    const at = placeIn(identifier);
    const records = await this.#records(place, at);
    return records.length === 0 ? undefined : propertiesOf(type, at, records);
  }

  /** Lists what requests may have: not the records that a zone has of its own, nor names in another spelling. */
  async *list(type: string, place: Place): AsyncGenerator<Listed> {
    for (const zone of this.#zonesOf(place).filter((one) => !one.includes('*'))) {
      const records = (await this.#api.allRecords(place.region, zone, Number.POSITIVE_INFINITY)) ?? [];
      const sets = Map.groupBy(records, ({ Name, Type }) =>
        recordIdentifier(zone, spelledName(String(Name)), String(Type)),
      );
      for (const [identifier, set] of sets) {
        const at = placeOf(identifier);
        if (!('zone' in at) || typeOf(set) !== type) continue;
        yield { identifier, properties: propertiesOf(type, at, set) };
      }
    }
  }

  outcomeOf(cause: unknown): Failure {
    return failureOf(cause as Error);
  }

  async #existing({ type, place }: Omit<Change, 'clientToken'>, at: RecordsAt): Promise<JsonObject[]> {
    const records = await this.#records(place, at);
    const identifier = recordIdentifier(at.zone, at.name, at.type);
    if (records.length === 0) throw new ProviderRefused('NotFound', `there are no records ${identifier}`);
    if (typeOf(records) === type) return records;
    const message =
      `${identifier} was ${type} and now is ${typeOf(records)}, because others changed its records; ` +
      'expected the records as Baton left them';
    throw new ProviderRefused('RecordsChanged', message);
  }

  /** @throws ProviderRefused for a zone that the environment of the place does not have */
  async #records(place: Place, at: RecordsAt): Promise<JsonObject[]> {
    const zones = this.#zonesOf(place);
    if (!zones.some((pattern) => fitsWildcard(pattern, at.zone))) {
      const expected = zones.length === 0 ? 'none is named' : `expected ${zones.join(', ')}`;
      const message = `${place.role} may change no records of the hosted zone ${at.zone}; ${expected} (setting hostedZones in cdk.json)`;
      throw new ProviderRefused('ZoneRefused', message);
    }
    return (await this.#reads.read(place.region, at.zone, at)) ?? [];
  }

  async #change(
    { place, clientToken }: Omit<Change, 'type'>,
    at: RecordsAt,
    changes: readonly RecordChange[],
  ): Promise<string> {
    if (changes.length === 0) return tokenOf(nothing, at);
    try {
      return tokenOf(await this.#api.change(place.region, at.zone, changes, `Baton ${clientToken}`), at);
    } catch (error) {
      if (!(error instanceof ProviderRefused) || error.code !== 'InvalidChangeBatch') throw error;
      if (!changes.some(({ action }) => action === 'DELETE')) {
        if (/already exists/.test(error.message)) throw exists(at);
        throw error;
      }
      // Someone changed the records since they were read. What they are now decides about the next attempt.
      if (/not found|do not match/.test(error.message)) throw new ProviderBusy(error.message);
      throw error;
    }
  }
}

function exists({ zone, name, type }: RecordsAt): ProviderRefused {
  const message =
    `There are ${type} records of ${name} in ${zone} already, which this step did not create. ` +
    'Choose another name, or remove them.';
  return new ProviderRefused(alreadyExists, message);
}

const creating = (records: readonly JsonObject[]): RecordChange[] =>
  records.map((record) => ({ action: 'CREATE', record }));
const deleting = (records: readonly JsonObject[]): RecordChange[] =>
  records.map((record) => ({ action: 'DELETE', record }));

function tokenOf(change: string, { zone, name, type }: RecordsAt): string {
  return `${change} ${recordIdentifier(zone, name, type)}`;
}

function splitOnce(token: string): [string, string | undefined] {
  const at = token.indexOf(' ');
  return at < 0 ? [token, undefined] : [token.slice(0, at), token.slice(at + 1)];
}

/** @throws ProviderRefused for text that is no identifier in the spelling of requests */
function placeIn(identifier: string): RecordsAt {
  const at = placeOf(identifier);
  if ('zone' in at) return at;
  throw new ProviderRefused('InvalidRequest', `${identifier} identifies no records: ${at.why}`);
}

function placeOf(identifier: string): RecordsAt | { why: string } {
  const [zone = '', name = '', type = '', ...more] = identifier.split('|');
  const [problem] = recordProblems(recordSet, {
    ...{ HostedZoneId: zone, Name: name, Type: type, TTL: '1', ResourceRecords: [] },
  });
  if (more.length > 0) return { why: 'it has more than three parts' };
  return problem === undefined ? { zone, name, type } : { why: `${problem.path}: ${problem.message}` };
}

/** Returns the records that properties ask for, each as Route 53 takes it. @throws ProviderRefused */
function wantedOf(type: string, properties: JsonObject): { at: RecordsAt; records: JsonObject[] } {
  const problems = recordProblems(type, properties);
  if (problems.length > 0) {
    const message = problems.map((one) => `${one.path}: ${one.message}`).join('; ');
    throw new ProviderRefused('InvalidRequest', message);
  }
  const records = recordsIn(type, properties).map(withDefaults);
  const [{ Name: name, Type } = {}] = records;
  return { at: { zone: String(properties.HostedZoneId), name: String(name), type: String(Type) }, records };
}
