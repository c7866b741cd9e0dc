/** SSM Parameter Store: parameters of the template and of the run's inputs. */
import { type JsonObject, type JsonValue, sha256 } from '../../model/json.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';

export interface Parameter {
  type: string;
  value: string;
}
/** Given values, or `any`: a plausible value is generated for every name. */
export type Seeds = 'any' | Record<string, JsonValue>;

export class ParameterService implements Service {
  private readonly parameters = new Map<string, Parameter>();
  private readonly place: { account: string; region: string };
  private readonly madeUp: boolean;

  constructor(place: { account: string; region: string }, seeds: Seeds) {
    this.place = place;
    this.madeUp = seeds === 'any';
    if (seeds === 'any') return;
    for (const [name, value] of Object.entries(seeds)) {
      const list = Array.isArray(value);
      this.add(name, { type: list ? 'StringList' : 'String', value: list ? value.join(',') : String(value) });
    }
  }

  add(name: string, parameter: Parameter): void {
    this.parameters.set(name, parameter);
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation === 'GetParameter') {
      const found = this.describe(String(input.Name), input.WithDecryption === true);
      if (found !== undefined) return { Parameter: found };
      throw new ServiceError('ParameterNotFound', `Parameter ${input.Name} not found.`);
    }
    if (operation === 'GetParameters') {
      const names = namesOf(input);
      const found = names.map((name) => this.describe(name, input.WithDecryption === true));
      return {
        Parameters: found.filter((parameter) => parameter !== undefined),
        InvalidParameters: names.filter((_name, index) => found[index] === undefined),
      };
    }
    if (operation === 'PutParameter') {
      const name = String(input.Name);
      if (this.parameters.has(name) && input.Overwrite !== true) {
        throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists.');
      }
      this.add(name, { type: String(input.Type ?? 'String'), value: String(input.Value) });
      return { Version: 1, Tier: 'Standard' };
    }
    throw unknownOperation('ssm', operation);
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    return namesOf(input).map((name) => ({
      action: `ssm:${operation}`,
      resource: this.arnOf(baseName(name)),
    }));
  }

  private describe(name: string, decrypted: boolean): JsonObject | undefined {
    const base = baseName(name);
    const parameter = this.parameters.get(base) ?? (this.madeUp ? madeUpParameter(base) : undefined);
    if (parameter === undefined) return undefined;
    const hidden = parameter.type === 'SecureString' && !decrypted;
    return {
      Name: base,
      Type: parameter.type,
      Value: hidden ? `AQICAH${sha256(parameter.value)}` : parameter.value,
      Version: 1,
      ARN: this.arnOf(base),
      DataType: 'text',
    };
  }

  private arnOf(name: string): string {
    return `arn:aws:ssm:${this.place.region}:${this.place.account}:parameter/${name.replace(/^\//, '')}`;
  }
}

/** Generates the value of a public AWS parameter from its name. */
function madeUpParameter(name: string): Parameter {
  if (/ami|image/i.test(name)) return { type: 'String', value: 'ami-0a1b2c3d4e5f60718' };
  return { type: 'String', value: `value-of-${name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-/, '')}` };
}

function namesOf(input: JsonObject): string[] {
  return [input.Names ?? input.Name ?? []].flat().map(String);
}

/** A name may be an ARN and may end in a version or label. */
function baseName(name: string): string {
  const ofArn = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(name)?.[1];
  return (ofArn ?? name).replace(/:[^:/]+$/, '');
}
