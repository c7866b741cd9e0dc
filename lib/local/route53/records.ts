/**
 * Records of hosted zones, and batches of changes. Source: "ChangeResourceRecordSets", "ListResourceRecordSets" and
 * "ResourceRecordSet", Amazon Route 53 API Reference. The SOA and NS records that each zone has are left out.
 */
import { ServiceError } from '../gateway/wire.ts';
import { sortKey, storedName } from './names.ts';
import { child, type Element } from './xml.ts';

export interface StoredRecord {
  name: string;
  type: string;
  setIdentifier: string | undefined;
  /** The `ResourceRecordSet` as a listing shows it. */
  element: Element;
}

export interface BatchChange {
  action: string;
  record: StoredRecord;
}

const routingPolicies = [
  'Weight',
  'Region',
  'GeoLocation',
  'Failover',
  'MultiValueAnswer',
  'CidrRoutingConfig',
];

/** Reads the changes of a request. @throws ServiceError InvalidInput, InvalidChangeBatch */
export function changesIn(request: Element): BatchChange[] {
  const changes = child(child(request, 'ChangeBatch'), 'Changes')?.children ?? [];
  if (changes.length === 0) throw new ServiceError('InvalidInput', 'The request has no changes.');
  if (changes.length > 1000) throw invalid(['Number of records limit of 1000 exceeded.']);
  return changes.map((change) => {
    const action = child(change, 'Action')?.text ?? '';
    if (!['CREATE', 'DELETE', 'UPSERT'].includes(action))
      throw new ServiceError('InvalidInput', `The action ${action} is not CREATE, DELETE or UPSERT.`);
    return { action, record: recordOf(child(change, 'ResourceRecordSet')) };
  });
}

function recordOf(element: Element | undefined): StoredRecord {
  const text = (name: string) => child(element, name)?.text.trim();
  const [name = '', type = ''] = [text('Name'), text('Type')];
  if (element === undefined || name === '' || type === '')
    throw new ServiceError('InvalidInput', 'A record needs Name and Type.');
  const stored = storedName(name);
  return {
    ...{ name: stored, type, setIdentifier: text('SetIdentifier') },
    element: { ...element, children: element.children.map((one) => shown(one, stored)) },
  };
}

/** Names are stored in one spelling, also that of an alias's target. */
function shown(element: Element, name: string): Element {
  if (element.name === 'Name') return { ...element, text: name };
  if (element.name !== 'AliasTarget') return element;
  const children = element.children.map((one) =>
    one.name === 'DNSName' ? { ...one, text: storedName(one.text.trim()) } : one,
  );
  return { ...element, children };
}

/** Returns the records after a batch, of which all changes are made or none. @throws ServiceError InvalidChangeBatch */
export function applied(
  records: readonly StoredRecord[],
  changes: readonly BatchChange[],
  zoneName: string,
): StoredRecord[] {
  let after = [...records];
  const problems: string[] = [];
  for (const { action, record } of changes) {
    const same = after.find((one) => isSame(one, record));
    const named = `[name='${record.name}', type='${record.type}'${setText(record)}]`;
    const outside = record.name !== zoneName && !record.name.endsWith(`.${zoneName}`);
    if (outside) problems.push(`RRSet with DNS name ${record.name} is not permitted in zone ${zoneName}`);
    else if (action === 'DELETE') {
      if (same === undefined)
        problems.push(`Tried to delete resource record set ${named} but it was not found`);
      else if (valuesOf(same) !== valuesOf(record))
        problems.push(
          `Tried to delete resource record set ${named} but the values provided do not match the current values`,
        );
      else after = after.filter((one) => one !== same);
    } else if (action === 'CREATE' && same !== undefined)
      problems.push(`Tried to create resource record set ${named} but it already exists`);
    else {
      const rest = after.filter((one) => one !== same);
      const conflict = conflictOf(record, rest);
      if (conflict !== undefined) problems.push(conflict);
      else after = [...rest, record];
    }
  }
  if (problems.length > 0) throw invalid(problems);
  return after.sort(byOrder);
}

function invalid(problems: readonly string[]): ServiceError {
  return new ServiceError('InvalidChangeBatch', `[${problems.join(', ')}]`);
}

function isSame(one: StoredRecord, other: StoredRecord): boolean {
  return one.name === other.name && one.type === other.type && one.setIdentifier === other.setIdentifier;
}

const setText = ({ setIdentifier }: StoredRecord) =>
  setIdentifier === undefined ? '' : `, set-identifier='${setIdentifier}'`;

/** Returns why a record can't stand with the others, in the words of the service. */
function conflictOf(record: StoredRecord, others: readonly StoredRecord[]): string | undefined {
  const { name, type, setIdentifier, element } = record;
  const has = (part: string) => child(element, part) !== undefined;
  const routed = routingPolicies.filter(has);
  const [policy] = routed;
  if (type === 'SOA' || type === 'NS') return `The local cloud keeps no ${type} records`;
  if (has('AliasTarget') === has('ResourceRecords') || has('AliasTarget') === has('TTL'))
    return `Invalid request: expected either AliasTarget, or ResourceRecords and TTL, for ${name}`;
  if ((setIdentifier === undefined) !== (policy === undefined) || routed.length > 1)
    return `Invalid request: expected SetIdentifier and one routing policy, or neither, for ${name}`;
  const weight = Number(child(element, 'Weight')?.text ?? 0);
  if (!Number.isInteger(weight) || weight < 0 || weight > 255) return `Invalid weight ${weight} for ${name}`;
  const values =
    child(element, 'ResourceRecords')?.children.map((one) => child(one, 'Value')?.text ?? '') ?? [];
  const wrong = values.find((value) => type === 'A' && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(value.trim()));
  if (wrong !== undefined)
    return `Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address' with '${wrong}'`;
  const named = others.filter((one) => one.name === name);
  if (named.some((one) => (one.type === 'CNAME') !== (type === 'CNAME')))
    return `RRSet of type ${type} with DNS name ${name} is not permitted because a conflicting RRSet of the same name exists`;
  const sets = named.filter((one) => one.type === type);
  if (sets.some((one) => (one.setIdentifier === undefined) !== (setIdentifier === undefined)))
    return `RRSet with DNS name ${name}, type ${type} cannot be created, as simple and routed RRSets of a name and type exclude each other`;
  if (policy !== undefined && sets.some((one) => child(one.element, policy) === undefined))
    return `RRSet with DNS name ${name}, type ${type} cannot be created because other RRSets exist with another routing policy`;
  return undefined;
}

/** Everything that a `DELETE` must repeat. */
function valuesOf({ element }: StoredRecord): string {
  const form = (one: Element): string =>
    one.children.length === 0
      ? `${one.name}=${one.text.trim()}`
      : `${one.name}(${one.children.map(form).sort().join()})`;
  return form(element);
}

function byOrder(one: StoredRecord, other: StoredRecord): number {
  const keys = ({ name, type, setIdentifier = '' }: StoredRecord) => [sortKey(name), type, setIdentifier];
  const [left, right] = [keys(one), keys(other)];
  const at = left.findIndex((key, index) => key !== right[index]);
  return at < 0 ? 0 : (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
}

/** Returns a page of a listing: the records from a name, type and set identifier on. */
export function pageOf(records: readonly StoredRecord[], query: URLSearchParams) {
  const start = { name: query.get('name'), type: query.get('type'), identifier: query.get('identifier') };
  if (start.type !== null && start.name === null)
    throw new ServiceError('InvalidInput', 'A type needs a name to start from.');
  const most = Math.min(300, Number(query.get('maxitems') ?? 300));
  const from: StoredRecord | undefined =
    start.name === null
      ? undefined
      : {
          ...{
            name: storedName(start.name),
            type: start.type ?? '',
            setIdentifier: start.identifier ?? undefined,
          },
          element: { name: '', text: '', children: [] },
        };
  const rest = from === undefined ? [...records] : records.filter((one) => byOrder(one, from) >= 0);
  return { page: rest.slice(0, most), next: rest[most], most };
}
