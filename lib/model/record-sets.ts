import { isObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * The types of DNS records, which Cloud Control can't provision: one record, and all records of a name and type that share
 * its traffic.
 */
export const recordSet = 'AWS::Route53::RecordSet';
export const recordSetGroup = 'AWS::Route53::RecordSetGroup';

/** Tells whether Baton changes a type by calls of Route 53. */
export function isRecordSet(type: string): boolean {
  return type === recordSet || type === recordSetGroup;
}

/** Why the properties are no records that Baton changes, with the path inside of them. */
export interface RecordProblem {
  path: string;
  message: string;
}

/**
 * Record types of requests: those of Route 53 but NS, SOA and DS, which hand a name to other servers ("Supported DNS record
 * types", Amazon Route 53 Developer Guide).
 */
export const recordTypes: readonly string[] = [
  ...[
    'A',
    'AAAA',
    'CAA',
    'CNAME',
    'HTTPS',
    'MX',
    'NAPTR',
    'PTR',
    'SPF',
    'SRV',
    'SSHFP',
    'SVCB',
    'TLSA',
    'TXT',
  ],
];

/** Properties that make a record one of several of its name and type ("ResourceRecordSet", Route 53 API Reference). */
const routing = [
  ...['CidrRoutingConfig', 'Failover', 'GeoLocation', 'GeoProximityLocation', 'MultiValueAnswer', 'Region'],
  ...['SetIdentifier', 'Weight'],
];

/** The only spelling of a name that requests may have. `*` stands for the first label. */
const nameForm = /^(?:\*\.)?(?:[a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63}$/;

/**
 * Returns a name that Route 53 shows in the spelling of requests. Route 53 ignores case and the dot at the end, and shows
 * `*` as `\052` ("DNS domain name format", Amazon Route 53 Developer Guide), so one name has many spellings.
 */
export function spelledName(shown: string): string {
  return shown
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\\052\./, '*.');
}

/** Returns the identifier of all records with a name and type in a zone. Both types have it, so they can't share records. */
export function recordIdentifier(zone: string, name: string, type: string): string {
  return `${zone}|${name}|${type}`;
}

/** Returns the records that properties describe, each with its name and type. */
export function recordsIn(type: string, properties: JsonObject): JsonObject[] {
  const { HostedZoneId: _, RecordSets: sets, ...own } = properties;
  if (type === recordSet) return [own];
  return Array.isArray(sets) ? sets.filter(isObject) : [];
}

/** Returns the identifier of the records that properties describe, or undefined if it isn't known yet. */
export function identifierOfRecords(type: string, properties: JsonObject): string | undefined {
  const { HostedZoneId: zone } = properties;
  const [{ Name: name, Type: kind } = {}] = recordsIn(type, properties);
  return isText(zone) && isText(name) && isText(kind) ? recordIdentifier(zone, name, kind) : undefined;
}

/** Returns all reasons why properties are no records that Baton changes. Values that are not yet known are not evaluated. */
export function recordProblems(type: string, properties: JsonObject): RecordProblem[] {
  const problems: RecordProblem[] = [];
  const report = (path: string, message: string) => void problems.push({ path, message });
  const { HostedZoneId: zone, HostedZoneName, Comment, RecordSets: sets = [] } = properties;
  if (HostedZoneName !== undefined)
    report('HostedZoneName', 'several zones may have one name; expected HostedZoneId in its place');
  else if (zone === undefined) report('HostedZoneId', 'is absent; expected the id of a hosted zone');
  if (isText(zone) && !/^Z[A-Z0-9]{1,31}$/.test(zone))
    report(
      'HostedZoneId',
      `${JSON.stringify(zone)} is no id of a hosted zone; expected one such as Z111111QQQQQQQ`,
    );
  if (Comment !== undefined) report('Comment', 'Route 53 keeps no comment with a record; remove it');
  const records = recordsIn(type, properties);
  const group = type === recordSetGroup;
  if (group && Array.isArray(sets) && (sets.length === 0 || records.length < sets.length))
    report('RecordSets', 'expected a list of at least one record');
  for (const [index, record] of records.entries())
    checkRecord(record, group, (path, message) =>
      report(group ? `RecordSets.${index}.${path}` : path, message),
    );
  if (group) checkGroup(records, report);
  return problems;
}

function checkRecord(
  record: JsonObject,
  grouped: boolean,
  report: (path: string, message: string) => void,
): void {
  const { Name, Type, SetIdentifier, ResourceRecords, AliasTarget, TTL } = record;
  if (Name === undefined) report('Name', 'is absent; expected a domain name');
  if (isText(Name) && !nameForm.test(Name)) {
    const spelled = spelledName(Name);
    const expected = nameForm.test(spelled) ? spelled : 'a name such as www.example.com or *.example.com';
    report('Name', `${JSON.stringify(Name)} is one spelling of several; expected ${expected}`);
  }
  if (Type === undefined) report('Type', `is absent; expected one of ${recordTypes.join(', ')}`);
  if (isText(Type) && !recordTypes.includes(Type))
    report(
      'Type',
      `${Type} is no type of record that requests may have; expected one of ${recordTypes.join(', ')}`,
    );
  const routed = routing.filter((name) => record[name] !== undefined);
  if (!grouped && routed.length > 0)
    report(
      routed[0] ?? '',
      `makes it one of several records of its name; expected an ${recordSetGroup} with all of them in RecordSets`,
    );
  if (grouped && SetIdentifier === undefined)
    report('SetIdentifier', `is absent; expected one for each record of a group, or an ${recordSet}`);
  if (grouped && (record.HostedZoneId ?? record.HostedZoneName) !== undefined)
    report('HostedZoneId', 'a group has one zone; expected HostedZoneId of the group only');
  if ((ResourceRecords === undefined) === (AliasTarget === undefined))
    report('ResourceRecords', 'expected either ResourceRecords or AliasTarget');
  if ((ResourceRecords === undefined) !== (TTL === undefined))
    report('TTL', 'expected TTL with ResourceRecords, and none with AliasTarget');
}

function checkGroup(records: readonly JsonObject[], report: (path: string, message: string) => void): void {
  for (const name of ['Name', 'Type']) {
    const texts = records.map((record) => record[name]).filter(isText);
    if (new Set(texts).size > 1)
      report('RecordSets', `has records of several values of ${name}; expected a group for each`);
  }
  const identifiers = records.map(({ SetIdentifier }) => SetIdentifier).filter(isText);
  if (new Set(identifiers).size < identifiers.length)
    report('RecordSets', 'has a SetIdentifier twice; expected another one for each record');
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string';
}
