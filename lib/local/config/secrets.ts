/** Secrets Manager: secrets of the template and of the run's inputs. */
import { isObject, type JsonObject, sha256 } from '../../model/json.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';
import type { Seeds } from './parameters.ts';

/** Returns the secrets that exist as resources of the cloud. */
export type CreatedSecrets = () => { identifier: string; properties: JsonObject }[];

export class SecretService implements Service {
  private readonly secrets = new Map<string, string>();
  private readonly place: { account: string; region: string };
  private readonly madeUp: boolean;
  private readonly created: CreatedSecrets;

  /** @param seeds values by secret name or ARN; a value that is not text is stored as JSON */
  constructor(place: { account: string; region: string }, seeds: Seeds, created: CreatedSecrets = () => []) {
    this.place = place;
    this.created = created;
    this.madeUp = seeds === 'any';
    if (seeds === 'any') return;
    for (const [name, value] of Object.entries(seeds)) {
      this.add(name, typeof value === 'string' ? value : JSON.stringify(value));
    }
  }

  add(name: string, secretString: string): void {
    this.secrets.set(nameOf(name), secretString);
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation !== 'GetSecretValue' && operation !== 'DescribeSecret')
      throw unknownOperation('secretsmanager', operation);
    const name = nameOf(String(input.SecretId));
    const value =
      this.secrets.get(name) ??
      this.valueOfCreated(String(input.SecretId)) ??
      (this.madeUp ? madeUpSecret(name) : undefined);
    if (value === undefined) {
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    const facts = { ARN: this.arnOf(name), Name: name };
    if (operation === 'DescribeSecret') return facts;
    return { ...facts, SecretString: value, VersionId: 'local', VersionStages: ['AWSCURRENT'] };
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    const id = String(input.SecretId);
    const action = `secretsmanager:${operation}`;
    return [{ action, resource: this.arnOf(nameOf(id)), context: tagKeys(this.createdAs(id)?.properties) }];
  }

  /** Returns the value of a secret that a request created, whether given or generated. */
  private valueOfCreated(id: string): string | undefined {
    const found = this.createdAs(id);
    if (found === undefined) return undefined;
    const { SecretString, GenerateSecretString } = found.properties;
    if (typeof SecretString === 'string') return SecretString;
    const generate = isObject(GenerateSecretString) ? GenerateSecretString : {};
    const password = sha256(found.identifier).slice(0, Number(generate.PasswordLength ?? 32));
    if (typeof generate.GenerateStringKey !== 'string') return password;
    const template = JSON.parse(String(generate.SecretStringTemplate ?? '{}')) as JsonObject;
    return JSON.stringify({ ...template, [generate.GenerateStringKey]: password });
  }

  private createdAs(id: string): ReturnType<CreatedSecrets>[number] | undefined {
    return this.created().find(
      ({ identifier, properties }) =>
        identifier === id || nameOf(identifier) === nameOf(id) || properties.Name === id,
    );
  }

  private arnOf(name: string): string {
    return `arn:aws:secretsmanager:${this.place.region}:${this.place.account}:secret:${name}-local0`;
  }
}

/** Condition keys of the secret. Source: "Actions, resources, and condition keys for AWS Secrets Manager". */
function tagKeys(properties: JsonObject | undefined): Record<string, string> {
  const tags = Array.isArray(properties?.Tags) ? properties.Tags : [];
  return Object.fromEntries(
    tags.flatMap((tag) => (isObject(tag) ? [[`aws:ResourceTag/${tag.Key}`, String(tag.Value)]] : [])),
  );
}

/** Generates a secret that contains the usual JSON keys, so every key that is read has a value. */
function madeUpSecret(name: string): string {
  const text = `secret-of-${name.replace(/[^A-Za-z0-9]+/g, '-')}`;
  return JSON.stringify({ username: 'admin', password: text, token: text, key: text });
}

/** Returns the name without the six characters that Secrets Manager appends in an ARN. */
function nameOf(idOrArn: string): string {
  const ofArn = /:secret:(.+)$/.exec(idOrArn)?.[1];
  return ofArn === undefined ? idOrArn : ofArn.replace(/-[A-Za-z0-9]{6}$/, '');
}
