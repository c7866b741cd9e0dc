import type { RequestFile } from '../client/requests/submit-request.ts';
import { InvalidInput, type Problem } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { TypeLookup } from '../model/spec.ts';
import { type Inputs, parseDynamicReference, readManifest, rehearse } from '../request/index.ts';

/** A request for a local cloud, with the values that the cloud must contain. */
export interface LocalRequest {
  text: string;
  parameters: Record<string, JsonValue>;
  imports: Record<string, JsonValue>;
  /** SSM parameters that the request reads, by name, including those of `ssm-secure` references. */
  ssm: Record<string, string>;
  /** Secrets by name: a text, or JSON of which one key is read. */
  secrets: Record<string, string>;
  /** Logical ids in the document. Undefined if they are unknown before evaluation. */
  resources?: string[];
  /** Returns the line of a path in the original file. */
  lineOf(path: string): number | undefined;
}

export interface Where {
  account: string;
  region: string;
  lookup: TypeLookup;
}

/**
 * Prepares a request on the sender's side, so that Baton admits it like any other. Passes an unreadable document on
 * unchanged: Baton reports its problems.
 */
export function localRequest(
  { file, text, header }: RequestFile,
  inputs: Inputs,
  where: Where,
): LocalRequest {
  try {
    const manifest = readManifest(text, file);
    const { secrets, ssm, ...rest } = rehearse(text, file, inputs, { ...where, ...prefixOf(header) });
    const held = heldBy(secrets);
    return {
      ...rest,
      secrets: held.secrets,
      ssm: { ...ssm, ...held.ssm },
      resources: resourcesOf(manifest.document),
      lineOf: (path) => manifest.lineOf(path),
    };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { parameters } = inputs;
    return { text, parameters, imports: {}, ssm: {}, secrets: {}, resources: [], lineOf: () => undefined };
  }
}

/** The location of a service's secrets and parameters with default settings. */
function prefixOf({ environment, service }: RequestFile['header']): { prefix?: string } {
  return environment === undefined || service === undefined ? {} : { prefix: `${environment}/${service}/` };
}

type Held = Pick<LocalRequest, 'secrets' | 'ssm'>;

/**
 * Returns what Secrets Manager and Parameter Store must contain so that references have these values. @throws
 * InvalidInput
 */
export function heldBy(values: Record<string, string>): Held {
  const byKey: Record<string, Record<string, string>> = {};
  const held: Held = { secrets: {}, ssm: {} };
  const problems: Problem[] = [];
  for (const [reference, value] of Object.entries(values)) {
    const parsed = parsedReference(reference, problems);
    if (parsed === undefined) continue;
    if (parsed.service !== 'secretsmanager') held.ssm[parsed.name] = value;
    else if (parsed.jsonKey === undefined) held.secrets[parsed.secretId] = value;
    else byKey[parsed.secretId] = { ...byKey[parsed.secretId], [parsed.jsonKey]: value };
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  const json = Object.entries(byKey).map(([name, keys]) => [name, JSON.stringify(keys)]);
  return { ...held, secrets: { ...held.secrets, ...Object.fromEntries(json) } };
}

function parsedReference(reference: string, problems: Problem[]) {
  try {
    return parseDynamicReference(reference);
  } catch (error) {
    const expected = 'expected {{resolve:secretsmanager:NAME:SecretString:KEY}}';
    const why = error instanceof Error ? error.message : String(error);
    problems.push({ path: `secrets.${reference}`, code: 'SecretReference', message: `${why}; ${expected}` });
    return undefined;
  }
}

/** Returns the logical ids, unless a loop creates some of them. */
function resourcesOf(document: JsonObject): string[] | undefined {
  const names = isObject(document.Resources) ? Object.keys(document.Resources) : [];
  return names.some((name) => name.startsWith('Fn::')) ? undefined : names;
}
