import type { RequestFile } from '../client/requests/submit-request.ts';
import { InvalidInput, type Problem } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { TypeLookup } from '../model/spec.ts';
import { type Inputs, parseDynamicReference, readManifest, rehearse } from '../request/index.ts';

/** A request prepared for a local cloud, with what the cloud must hold for it. */
export interface LocalRequest {
  text: string;
  parameters: Record<string, JsonValue>;
  imports: Record<string, JsonValue>;
  /** SSM parameters the request reads, by name; those of `ssm-secure` references included. */
  ssm: Record<string, string>;
  /** Secrets by name: a text, or JSON of which one key is read. */
  secrets: Record<string, string>;
  /** Logical ids in the document; undefined where they can't be known before it is evaluated. */
  resources?: string[];
  /** Line of a path in the file as it was written. */
  lineOf(path: string): number | undefined;
}

export interface Where {
  account: string;
  region: string;
  lookup: TypeLookup;
}

/**
 * Prepares a request on the sender's side, so that Baton takes it in like any other. A document that can't be
 * read is handed on as it is: Baton says what is wrong with it.
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

/** Where the secrets and parameters of a service are, by the settings' default. */
function prefixOf({ environment, service }: RequestFile['header']): { prefix?: string } {
  return environment === undefined || service === undefined ? {} : { prefix: `${environment}/${service}/` };
}

type Held = Pick<LocalRequest, 'secrets' | 'ssm'>;

/** What Secrets Manager and Parameter Store must hold for references to give these values. @throws InvalidInput */
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

/** Logical ids, unless a loop makes some of them. */
function resourcesOf(document: JsonObject): string[] | undefined {
  const names = isObject(document.Resources) ? Object.keys(document.Resources) : [];
  return names.some((name) => name.startsWith('Fn::')) ? undefined : names;
}
