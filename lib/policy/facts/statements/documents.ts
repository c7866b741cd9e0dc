import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import type { DesiredResource } from '../../../model/request.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';

/** A statement of a policy document, anywhere in a resource of any type. */
export interface Statement {
  /** Its elements by lowercase name. IAM's element names differ by more than case. */
  elements: ReadonlyMap<string, JsonValue>;
  allows: boolean;
}

/** All policy documents of a resource. */
export interface Documents {
  statements: readonly Statement[];
  /** Paths that must contain a document or statement but can't be read as one. */
  unreadable: readonly string[];
  /** Paths of unknown values. */
  open: readonly string[];
}

interface Found {
  statements: Statement[];
  unreadable: string[];
  open: string[];
}

/** Properties that always contain a policy document, in every type that has them. */
const documentNames = new Set([
  ...['AccessPolicies', 'AccessPolicy', 'AssumeRolePolicyDocument', 'FileSystemPolicy'],
  ...[
    'InlinePolicy',
    'InvestigationGroupPolicy',
    'KeyPolicy',
    'KmsPolicyDocument',
    'ModelPackageGroupPolicy',
  ],
  ...[
    'ModelPolicy',
    'NamespaceResourcePolicy',
    'PermissionsPolicyDocument',
    'PolicyDocument',
    'RepositoryPolicy',
  ],
  ...[
    'RepositoryPolicyText',
    'ResourcePolicyDocument',
    'S3AccessPolicy',
    'S3PolicyDocument',
    'SessionPolicy',
  ],
  ...['StsPolicyDocument'],
]);

/** Properties that contain a policy document or an object around one. Text in them must be a document. */
const wrapperNames = new Set([
  ...['DeliveryDestinationPolicy', 'DestinationPolicy', 'Policy', 'PolicyText', 'ResourcePolicy'],
]);

/** Properties whose statements are of another kind: they define what is masked rather than permissions. */
const otherNames = new Set(['DataProtectionPolicy']);

/**
 * Types whose documents grant nothing: those that limit what others allow, and those in a language other than IAM's
 * (Cedar, network policies, data protection, address filters).
 */
const otherTypes = new Set([
  ...['AWS::Organizations::Policy', 'AWS::EC2::VPCEndpoint'],
  ...['AWS::BedrockAgentCore::Policy', 'AWS::Config::ConfigRule', 'AWS::Config::OrganizationConfigRule'],
  ...[
    'AWS::EC2::VerifiedAccessEndpoint',
    'AWS::EC2::VerifiedAccessGroup',
    'AWS::FMS::Policy',
    'AWS::IVS::Channel',
  ],
  ...[
    'AWS::Logs::AccountPolicy',
    'AWS::NetworkManager::CoreNetwork',
    'AWS::OpenSearchServerless::AccessPolicy',
  ],
  ...['AWS::OpenSearchServerless::LifecyclePolicy', 'AWS::OpenSearchServerless::SecurityPolicy'],
  // Its access policies are names that AWS defines.
  ...['AWS::EKS::AccessEntry'],
  ...['AWS::SES::ReceiptFilter', 'AWS::VerifiedPermissions::Policy'],
  ...['AWS::VerifiedPermissions::PolicyTemplate'],
]);

/** Deeper documents are not read. They are unreadable, which is a violation. */
const mostDepth = 40;

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function byLowerName(value: JsonObject): Map<string, JsonValue> {
  return new Map(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one]));
}

function readStatement(value: JsonValue, path: string, found: Found): void {
  if (isAbsent(value)) return;
  if (isUnknown(value)) {
    found.open.push(path);
    return;
  }
  const written = isObject(value) ? byLowerName(value) : new Map<string, JsonValue>();
  // Two spellings of one element: it is unknown which one applies.
  if (isObject(value) && written.size < Object.keys(value).length) found.unreadable.push(path);
  const elements = new Map([...written].filter(([, one]) => !isAbsent(one)));
  const effect = elements.get('effect') ?? null;
  if (isUnknown(effect)) found.open.push(`${path}.Effect`);
  else if (typeof effect !== 'string' || !/^(allow|deny)$/i.test(effect)) found.unreadable.push(path);
  else found.statements.push({ elements, allows: effect.toLowerCase() === 'allow' });
}

function readDocument(document: JsonObject, statement: JsonValue, path: string, found: Found): void {
  const below = `${path}.Statement`;
  if (isUnknown(statement)) found.open.push(below);
  else if (Array.isArray(statement))
    for (const [index, one] of statement.entries()) readStatement(one, `${below}.${index}`, found);
  else readStatement(statement, below, found);
  const other = Object.keys(document).filter((name) => /^statement$/i.test(name));
  if (other.length > 1) found.unreadable.push(below);
}

/** Returns the statements of a document, or undefined if the object isn't one. */
function statementsOf(value: JsonObject): JsonValue | undefined {
  const name = Object.keys(value).find((one) => one.toLowerCase() === 'statement');
  const statement = name === undefined ? undefined : value[name];
  // In a list of another kind of statement, such as the rules of a web ACL, none says Allow or Deny.
  const isPolicy =
    name === 'Statement' &&
    [statement].flat().every((one) => !isObject(one) || isUnknown(one) || byLowerName(one).has('effect'));
  const version = Object.keys(value).some((one) => one.toLowerCase() === 'version');
  return isPolicy || version ? statement : undefined;
}

/** What a value must be, given its property. */
type Role = 'document' | 'wrapper' | 'any';

function roleOf(name: string): Role {
  if (documentNames.has(name)) return 'document';
  return wrapperNames.has(name) ? 'wrapper' : 'any';
}

function looksLikeDocument(value: JsonValue): boolean {
  return typeof value === 'string' && /"statement"|\\u/i.test(value);
}

function readText(text: string, path: string, role: Role, depth: number, found: Found): void {
  const isDocument = role !== 'any';
  const read = isDocument || looksLikeDocument(text) ? parsed(text) : undefined;
  if (isObject(read ?? null) || Array.isArray(read))
    walk(read ?? null, path, isDocument ? 'document' : 'any', depth + 1, found);
  else if (isDocument) found.unreadable.push(path);
}

function walk(value: JsonValue, path: string, role: Role, depth: number, found: Found): void {
  if (isAbsent(value) || value === '') return;
  if (isUnknown(value)) {
    if (role !== 'any' || looksLikeDocument(value)) found.open.push(path);
  } else if (depth > mostDepth) found.unreadable.push(path);
  else if (typeof value === 'string') readText(value, path, role, depth, found);
  else if (Array.isArray(value))
    for (const [index, one] of value.entries()) walk(one, `${path}.${index}`, role, depth + 1, found);
  else if (isObject(value)) readObject(value, path, role, depth, found);
  else if (role === 'document') found.unreadable.push(path);
}

function readObject(value: JsonObject, path: string, role: Role, depth: number, found: Found): void {
  const statement =
    statementsOf(value) ?? (role === 'document' ? (byLowerName(value).get('statement') ?? null) : undefined);
  if (statement !== undefined && !isAbsent(statement)) {
    readDocument(value, statement, path, found);
    return;
  }
  if (role === 'document') found.unreadable.push(path);
  for (const [name, one] of Object.entries(value))
    if (!otherNames.has(name))
      walk(one, path === '' ? name : `${path}.${name}`, roleOf(name), depth + 1, found);
}

const read = new WeakMap<JsonObject, Documents>();

/**
 * Finds every policy statement of a resource by its form: in its own property, in a list of inline policies, as JSON
 * text, or in a type that no rule names. A value that must be a document but isn't is unreadable.
 */
export function documentsOf({ type, properties }: Pick<DesiredResource, 'type' | 'properties'>): Documents {
  let documents = read.get(properties);
  if (!documents) {
    const found: Found = { statements: [], unreadable: [], open: [] };
    if (!otherTypes.has(type)) walk(properties, '', 'any', 0, found);
    documents = found;
    read.set(properties, documents);
  }
  return documents;
}

/** Returns an element as a list. IAM treats a single value as a list of one. */
export function listIn({ elements }: Statement, name: string): JsonValue[] {
  const value = elements.get(name);
  if (isAbsent(value)) return [];
  return (Array.isArray(value) ? value : [value]).filter((one) => !isAbsent(one));
}
