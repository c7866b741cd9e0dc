import type { Asset } from '../model/asset.ts';
import { isObject, type JsonObject } from '../model/json.ts';

/** What an asset can be named by, as the inventory keeps it beside the asset. */
export interface AliasRecord {
  assetId: string;
  scope: string;
  environment: string;
  logicalId: string;
  type: string;
  owner: string;
  /** ARNs, ids, URLs and host names: each names this asset wherever it stands. */
  ids: string[];
  /** Names that may be ordinary words: they name it where a property asks for such a thing. */
  names: string[];
  /** Of an SSM parameter: its value, which its owner shows to everybody who reads it. */
  published?: string;
}

/** `securitygroup` of `AWS::EC2::SecurityGroup`: the word that properties which name one hold. */
export function nounOf(type: string): string {
  return (type.split('::').at(-1) ?? '').toLowerCase();
}

/**
 * Forms of text that name one thing only, wherever they stand: ARNs, ids of EC2 and of IAM, UUIDs, URLs, host names
 * ("Amazon Resource Names", "IAM identifiers", IAM User Guide; "Resource IDs", Amazon EC2 User Guide).
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
 * What of a URL names a queue, whatever host it is reached by: `/ACCOUNT/NAME` ("Queue and message identifiers", Amazon
 * SQS Developer Guide; older hosts are queue.amazonaws.com and REGION.queue.amazonaws.com).
 */
export function queuePath(url: string): string | undefined {
  return /^https?:\/\/[^/]+(\/\d{12}\/[\w-]+(?:\.fifo)?)/i.exec(url)?.[1];
}

/** Every such form in a text, each once. */
export function uniqueIn(text: string): string[] {
  return [...new Set(uniqueForms.flatMap((form) => [...text.matchAll(form)].map(([found]) => found)))];
}

function isUnique(text: string): boolean {
  return uniqueIn(text)[0] === text;
}

/** Attributes that are a resource's own though they are called after another kind of thing. */
const ownBesides =
  /^(?:DefaultSecurityGroup|DefaultNetworkAcl|(?:Latest)?StreamArn|SecretArn|PhysicalResourceId|RootResourceId|Address|DNSName|DomainName|RegionalDomainName|DualStackDomainName|Endpoint\w*|Website(?:URL|Domain)|FunctionUrl)$/;
const suffix = /(?:Arn|Id|Url|Uri|Name|Identifier)$/i;

/** Whether an attribute of a type says what the resource itself is called, and not what it belongs to. */
function isOwn(noun: string, attribute: string): boolean {
  if (ownBesides.test(attribute)) return true;
  if (!suffix.test(attribute)) return false;
  const stem = attribute.replace(suffix, '').toLowerCase();
  return noun.endsWith(stem) || stem.includes(noun);
}

/** What names an asset: its identifier and the parts of it, and what the service and its request called it. */
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

/** The ARN of a log group ends with `:*`, that of a secret with six characters that may be left out. */
function formsOf(id: string): string[] {
  if (!id.startsWith('arn:')) return [id];
  const plain = id.replace(/:\*$/, '');
  return /:secret:.+-\w{6}$/.test(plain) ? [plain, plain.slice(0, -7)] : [plain];
}
