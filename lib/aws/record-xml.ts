import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { XmlElement } from './xml.ts';

/** The namespace of the API's version ("ChangeResourceRecordSets", Amazon Route 53 API Reference). */
const namespace = 'https://route53.amazonaws.com/doc/2013-04-01/';

/** The elements of a record in the order of the reference ("ResourceRecordSet", Amazon Route 53 API Reference). */
const order = [
  ...[
    'Name',
    'Type',
    'SetIdentifier',
    'Weight',
    'Region',
    'GeoLocation',
    'Failover',
    'MultiValueAnswer',
    'TTL',
  ],
  ...['ResourceRecords', 'AliasTarget', 'HealthCheckId', 'CidrRoutingConfig', 'GeoProximityLocation'],
];
const orderInside: Readonly<Record<string, readonly string[]>> = {
  AliasTarget: ['HostedZoneId', 'DNSName', 'EvaluateTargetHealth'],
};
const numbers: ReadonlySet<string> = new Set(['Weight', 'Bias']);
const booleans: ReadonlySet<string> = new Set(['MultiValueAnswer', 'EvaluateTargetHealth']);

/** One change of a batch. Route 53 applies all of a batch or none. */
export interface RecordChange {
  action: 'CREATE' | 'DELETE';
  record: JsonObject;
}

/** Returns the body of `ChangeResourceRecordSets`. Records are in the words of CloudFormation. */
export function changeBatchXml(changes: readonly RecordChange[], comment: string): string {
  const each = changes.map(
    ({ action, record }) =>
      `<Change><Action>${action}</Action><ResourceRecordSet>${recordXml(record)}</ResourceRecordSet></Change>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ChangeResourceRecordSetsRequest xmlns="${namespace}"><ChangeBatch>` +
    `<Comment>${escaped(comment)}</Comment><Changes>${each.join('')}</Changes>` +
    '</ChangeBatch></ChangeResourceRecordSetsRequest>'
  );
}

function recordXml(record: JsonObject): string {
  return order.map((name) => elementXml(name, record[name])).join('');
}

function elementXml(name: string, value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return `<${name}>${contentXml(name, value)}</${name}>`;
}

function contentXml(name: string, value: JsonValue): string {
  if (Array.isArray(value))
    return value
      .map((one) => `<ResourceRecord><Value>${escaped(String(one))}</Value></ResourceRecord>`)
      .join('');
  if (!isObject(value)) return escaped(String(value));
  const names = orderInside[name] ?? Object.keys(value);
  return names.map((inside) => elementXml(inside, value[inside])).join('');
}

/** Returns a record of a response, in the words of CloudFormation. */
export function recordOf({ children }: XmlElement): JsonObject {
  return Object.fromEntries(children.map((child) => [child.name, contentOf(child)]));
}

function contentOf(element: XmlElement): JsonValue {
  const { name, text, children } = element;
  if (name === 'ResourceRecords') return children.map((one) => one.children[0]?.text ?? '');
  if (children.length > 0) return recordOf(element);
  if (numbers.has(name)) return Number(text);
  return booleans.has(name) ? text === 'true' : text;
}

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
