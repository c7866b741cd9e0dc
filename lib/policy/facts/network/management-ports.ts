import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import type { DesiredResource } from '../../../model/request.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact, FactResult, FactSubject } from '../fact.ts';
import { coversInternet, everywhere, type Range, rangeOf } from './internet-ranges.ts';
import { referenceIn } from './references.ts';

const group = 'AWS::EC2::SecurityGroup';
const ingress = 'AWS::EC2::SecurityGroupIngress';
const prefixList = 'AWS::EC2::PrefixList';

/**
 * Ports for administering machines, sharing files and querying databases: FTP, SSH, Telnet, SMB, VNC, remote desktop,
 * WinRM, Docker, the Kubernetes API and kubelet, and the databases.
 */
const managementPorts = [
  ...[20, 21, 22, 23, 135, 139, 445, 1433, 1434, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4333, 5432],
  ...[5439, 5500, 5601, 5900, 5984, 5985, 5986, 6379, 6443, 7000, 8086, 9042, 9092, 9200, 9300, 10250, 11211],
  ...[27017, 27018, 50070],
];

/** Protocols without such ports. Every other name or number counts as all protocols. */
const harmless = new Set(['icmp', 'icmpv6', '1', '58']);

/** Normalizes protocols: `TCP`, `6` and `tcp` are the same; `-1` and `all` mean all. */
function isManaging(protocol: JsonValue | undefined): boolean {
  if (isAbsent(protocol)) return true;
  return !harmless.has(
    String(protocol)
      .trim()
      .toLowerCase()
      .replace(/^0+(?=\d)/, ''),
  );
}

function hasPorts(protocol: JsonValue | undefined): boolean {
  const name = String(protocol ?? '')
    .trim()
    .toLowerCase()
    .replace(/^0+(?=\d)/, '');
  return ['tcp', 'udp', '6', '17', '132', 'sctp'].includes(name);
}

function port(value: JsonValue | undefined, otherwise: number): number {
  const number = isAbsent(value) ? otherwise : Number(value);
  return Number.isFinite(number) && number >= 0 ? number : otherwise;
}

/** Tells whether a security group rule opens one of the ports. A rule with unknown values may. */
function opensPort(rule: JsonObject): boolean {
  const { IpProtocol, FromPort, ToPort } = rule;
  if (!isManaging(IpProtocol)) return false;
  if (!hasPorts(IpProtocol)) return true;
  const [from, to] = [port(FromPort, 0), port(ToPort, 65_535)];
  return managementPorts.some((one) => from <= one && one <= to);
}

/** Returns the rules of a security group, or the single rule that a separate resource is. */
function rulesOf({ type, properties }: DesiredResource): JsonObject[] {
  if (type === ingress) return [properties];
  const list = type === group ? (properties.SecurityGroupIngress ?? null) : null;
  return (Array.isArray(list) ? list : [list]).filter(
    (one) => isObject(one) && !isUnknown(one),
  ) as JsonObject[];
}

function blockRange(value: JsonValue | undefined): Range[] {
  if (isAbsent(value) || value === '' || isUnknown(value)) return [];
  return [(typeof value === 'string' ? rangeOf(value) : undefined) ?? everywhere];
}

function entriesOf(list: DesiredResource | undefined): Range[] {
  const entries = list?.type === prefixList ? (list.properties.Entries ?? null) : null;
  return (Array.isArray(entries) ? entries : []).flatMap((one) =>
    blockRange(isObject(one) ? one.Cidr : null),
  );
}

function sourcesOf(rule: JsonObject, resources: readonly DesiredResource[]): Range[] {
  const id = referenceIn(rule.SourcePrefixListId ?? null)?.logicalId;
  const list = resources.find(({ logicalId }) => logicalId === id);
  return [...blockRange(rule.CidrIp), ...blockRange(rule.CidrIpv6), ...entriesOf(list)];
}

function isOpen(rules: readonly JsonObject[], resources: readonly DesiredResource[]): boolean {
  const opening = rules.filter(opensPort);
  return coversInternet(opening.flatMap((rule) => sourcesOf(rule, resources)));
}

/** Returns the key of a rule's security group: the resource that creates it, or its id. */
function groupKey({ type, logicalId, properties }: DesiredResource): string | undefined {
  if (type === group) return logicalId;
  if (type !== ingress) return undefined;
  const id = properties.GroupId ?? properties.GroupName ?? null;
  return referenceIn(id)?.logicalId ?? JSON.stringify(id);
}

function ofOneGroup({ resource, resources }: FactSubject): JsonObject[] {
  const key = groupKey(resource);
  return resources.filter((one) => groupKey(one) === key).flatMap(rulesOf);
}

/** Returns sources of the resource's own rules that are unknown and that matter. */
function openSources(resource: DesiredResource): string[] {
  return rulesOf(resource).flatMap((rule) =>
    opensPort(rule) ? ['CidrIp', 'CidrIpv6'].filter((name) => isUnknown(rule[name] ?? null)) : [],
  );
}

export const exposesManagement: Fact = {
  name: 'exposesManagement',
  types: [group, ingress],
  shape: { kind: 'boolean' },
  description:
    'The rules of the resource together open an administration or database port to so many public addresses (a /8) that they count as the internet.',
  derive({ resource }): FactResult {
    if (isOpen(rulesOf(resource), [])) return { value: true };
    const waitsFor = [...new Set(openSources(resource))];
    return waitsFor.length > 0 ? { waitsFor } : { value: false };
  },
};

export const exposesManagementTogether: Fact = {
  name: 'exposesManagementTogether',
  types: [group, ingress],
  shape: { kind: 'boolean' },
  looksBeside: true,
  description:
    'The same over all rules of the request for one security group, inline and separate, with the prefix lists that the request creates.',
  derive: (subject) => ({ value: isOpen(ofOneGroup(subject), subject.resources) }),
};

export const unknownPrefixList: Fact = {
  name: 'unknownPrefixList',
  types: [group, ingress],
  shape: { kind: 'boolean' },
  looksBeside: true,
  description: 'A rule allows a prefix list that the request does not create, so its addresses are unknown.',
  derive: ({ resource, resources }) => {
    const made = new Set(
      resources.filter(({ type }) => type === prefixList).map(({ logicalId }) => logicalId),
    );
    const lists = rulesOf(resource).map(({ SourcePrefixListId }) => SourcePrefixListId);
    return {
      value: lists.some((one) => !isAbsent(one) && !made.has(referenceIn(one)?.logicalId ?? '')),
    };
  },
};

export const prefixListOfInternet: Fact = {
  name: 'prefixListOfInternet',
  types: [prefixList],
  shape: { kind: 'boolean' },
  description:
    'The entries of the list together contain so many public addresses that they count as the internet.',
  derive: ({ resource }) => ({ value: coversInternet(entriesOf(resource)) }),
};
