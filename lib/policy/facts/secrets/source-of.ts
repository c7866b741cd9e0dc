import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';

/**
 * Where a secret's value comes from. `secure-parameter`: a parameter with `NoEcho` and without `Default`.
 * `open-parameter`: any other parameter. `ssm`: a plain text parameter of Systems Manager. `reference`: the result of a
 * function over other resources, mappings, exports or text.
 */
export type SecretSource =
  | 'literal'
  | 'open-parameter'
  | 'reference'
  | 'secrets-manager'
  | 'secure-parameter'
  | 'ssm'
  | 'ssm-secure';

type Parameters = Readonly<Record<string, JsonValue>>;

/** "Get values stored in other services using dynamic references", AWS CloudFormation User Guide. */
const services: Record<string, SecretSource> = {
  secretsmanager: 'secrets-manager',
  ssm: 'ssm',
  'ssm-secure': 'ssm-secure',
};

/** The text must be exactly a reference, because any text next to it would be readable. */
function sourceOfText(text: string): SecretSource {
  const [, service] = /^\{\{resolve:(secretsmanager|ssm|ssm-secure):.+\}\}$/s.exec(text.trim()) ?? [];
  return services[service ?? ''] ?? 'literal';
}

function isTrue(value: JsonValue | undefined): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

function sourceOfRef(name: JsonValue | undefined, parameters: Parameters): SecretSource {
  if (typeof name !== 'string' || !Object.hasOwn(parameters, name)) return 'reference';
  const parameter = parameters[name];
  const isSecure = isObject(parameter) && isTrue(parameter.NoEcho) && parameter.Default === undefined;
  return isSecure ? 'secure-parameter' : 'open-parameter';
}

/** The result of a function on text is a dynamic reference, a parameter alone, or a combination. */
function sourceOfMadeText(text: string, parameters: Parameters): SecretSource {
  const [, alone] = /^\$\{([^}!]+)\}$/.exec(text) ?? [];
  if (alone !== undefined) return sourceOfRef(alone, parameters);
  const source = sourceOfText(text);
  return source === 'literal' && text.includes('${') ? 'reference' : source;
}

function joined(argument: JsonValue | undefined): string {
  const [separator, parts] = Array.isArray(argument) ? argument : [];
  if (typeof separator !== 'string' || !Array.isArray(parts)) return '${}';
  return parts.map((part) => (isObject(part) ? placeholder(part) : String(part))).join(separator);
}

/** Returns an unknown part in the form that `Fn::Sub` uses. */
function placeholder({ Ref }: JsonObject): string {
  return `\${${typeof Ref === 'string' ? Ref : '...'}}`;
}

/** Returns the sources of a value: several if a condition chooses, none without a value. */
export function sourcesOf(value: JsonValue | undefined, parameters: Parameters): SecretSource[] {
  if (isAbsent(value)) return [];
  if (typeof value === 'string') return [sourceOfText(value)];
  if (!isObject(value)) return ['literal'];
  const [name = '', ...others] = Object.keys(value);
  const argument = value[name];
  if (others.length > 0) return ['literal'];
  if (name === 'Ref') return [sourceOfRef(argument, parameters)];
  if (name === 'Fn::If' && Array.isArray(argument)) {
    return argument.slice(1).flatMap((branch) => sourcesOf(branch, parameters));
  }
  if (name === 'Fn::Sub') {
    const text = Array.isArray(argument) ? argument[0] : argument;
    return [sourceOfMadeText(typeof text === 'string' ? text : '${}', parameters)];
  }
  if (name === 'Fn::Join') return [sourceOfMadeText(joined(argument), parameters)];
  return [name.startsWith('Fn::') ? 'reference' : 'literal'];
}
