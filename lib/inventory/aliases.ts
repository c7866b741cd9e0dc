import type { Asset } from '../model/asset.ts';
import { isObject, type JsonObject } from '../model/json.ts';

/** The names of an asset, which the inventory stores with it. */
export interface AliasRecord {
  assetId: string;
  scope: string;
  environment: string;
  logicalId: string;
  type: string;
  owner: string;
  /** ARNs, ids, URLs and host names. Each identifies this asset in any context. */
  ids: string[];
  /** Names that may be ordinary words. They identify the asset only in a property that expects its type. */
  names: string[];
  /** The value of an SSM parameter, which its owner makes available to every reader. */
  published?: string;
}

/** Returns the word in names of properties that refer to a type: `securitygroup` for `AWS::EC2::SecurityGroup`. */
export function nounOf(type: string): string {
  return (type.split('::').at(-1) ?? '').toLowerCase();
}

/**
 * Forms of text that are unique in any context: ARNs, ids of EC2 and of IAM, UUIDs, URLs, host names ("Amazon Resource
 * Names", "IAM identifiers", IAM User Guide; "Resource IDs", Amazon EC2 User Guide).
 */
export const uniqueForms: readonly RegExp[] = [
  /arn:[\w*?-]+:[\w*?-]*:[\w*?-]*:[\d*?]*:[^\s"'`,;<>{}|\\$]+/g,
  /\b[a-z][a-z0-9]*(?:-[a-z]+)*-(?=[0-9a-f]*\d)[0-9a-f]{8,17}\b/g,
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g,
  /\bA[A-Z]{3}[A-Z0-9]{16,17}\b/g,
  /https?:\/\/[^\s"'`<>{}\\$]+/gi,
  /\b[a-z0-9_-]+(?:\.[a-z0-9_-]+){2,}\b/gi,
];

/**
 * Returns the part of a URL that identifies a queue on any host: `/ACCOUNT/NAME` ("Queue and message identifiers",
 * Amazon SQS Developer Guide; older hosts are queue.amazonaws.com and REGION.queue.amazonaws.com).
 */
export function queuePath(url: string): string | undefined {
  return /^https?:\/\/[^/]+(\/\d{12}\/[\w-]+(?:\.fifo)?)/i.exec(url)?.[1];
}

/** Returns every such form in a text, without duplicates. */
export function uniqueIn(text: string): string[] {
  return [...new Set(uniqueForms.flatMap((form) => [...text.matchAll(form)].map(([found]) => found)))];
}

function isUnique(text: string): boolean {
  return uniqueIn(text)[0] === text;
}

/** Attributes that belong to the resource itself although they are named after another type. */
const ownBesides =
  /^(?:DefaultSecurityGroup|DefaultNetworkAcl|(?:Latest)?StreamArn|SecretArn|PhysicalResourceId|RootResourceId|Address|DNSName|DomainName|RegionalDomainName|DualStackDomainName|Endpoint\w*|Website(?:URL|Domain)|FunctionUrl)$/;
const suffix = /(?:Arn|Id|Url|Uri|Name|Identifier)$/i;

/** Tells whether an attribute names the resource itself rather than a resource it belongs to. */
function isOwn(noun: string, attribute: string): boolean {
  if (ownBesides.test(attribute)) return true;
  if (!suffix.test(attribute)) return false;
  const stem = attribute.replace(suffix, '').toLowerCase();
  return noun.endsWith(stem) || stem.includes(noun);
}

/**
 * Returns the names of an asset: its identifier and the parts of it, and the names that the service and its request
 * gave it.
 */
export function aliasesOf(asset: Asset): AliasRecord {
  const { id: assetId, scope, environment, logicalId, type, owner, identifier, applied, attributes } = asset;
  const texts = new Set([
    identifier,
    ...identifier.split('|'),
    ...ownTexts(nounOf(type), { ...applied, ...attributes }),
  ]);
  const all = [...texts].filter((text) => text !== '' && text.length <= 1024);
  const ids = all.filter(isUnique).flatMap(formsOf);
  const value = type === 'AWS::SSM::Parameter' ? applied.Value : undefined;
  return {
    ...{ assetId, scope, environment, logicalId, type, owner, ids },
    names: all.filter((text) => !isUnique(text)),
    ...(typeof value === 'string' ? { published: value } : {}),
  };
}

function ownTexts(noun: string, values: JsonObject, depth = 0): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (typeof value === 'string') return isOwn(noun, name) ? [value] : [];
    return isObject(value) && depth < 2 ? ownTexts(noun, value, depth + 1) : [];
  });
}

/** The ARN of a log group ends in `:*`, and that of a secret in six characters that may be omitted. */
function formsOf(id: string): string[] {
  if (!id.startsWith('arn:')) return [id];
  const plain = id.replace(/:\*$/, '');
  return /:secret:.+-\w{6}$/.test(plain) ? [plain, plain.slice(0, -7)] : [plain];
}
