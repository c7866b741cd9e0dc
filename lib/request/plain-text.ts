import { isObject, type JsonValue } from '../model/json.ts';
import { functionOf } from '../template/index.ts';

/** The problem of a property with a plain-text secret. */
export const plainProperty = {
  code: 'SecretLiteral',
  message:
    'a secret must not be in plaintext; store it as a secret and write {{resolve:secretsmanager:NAME:SecretString:KEY}}',
};

/** The problem of a NoEcho parameter with a plain-text secret. */
export const plainParameter = (name: string) => ({
  code: 'SecretLiteral',
  message: `"${name}" is a secret (NoEcho) in plaintext; store it as a secret and use a reference, {{resolve:secretsmanager:NAME:SecretString:KEY}}`,
});

/** Stands for a part that is unknown until other resources exist. */
const open = '\uFFFC';
/** Maximum number of texts that a value may become through its conditions. Beyond it, they count as one. */
const alternativesMax = 64;

const reference = /\{\{resolve:(?:ssm|ssm-secure|secretsmanager):[^{}]*\}\}/g;
const secretReference = /\{\{resolve:(?:ssm-secure|secretsmanager):[^{}]*\}\}/;

/**
 * Tells whether a value is, or can become, a plain-text secret: a text that isn't a complete reference to a secret and
 * that contains more than plain parameters and attributes of other resources. Evaluates the value as far as it is
 * known.
 */
export function isPlainSecret(value: JsonValue): boolean {
  if (isObject(value) && functionOf(value) === undefined) return Object.values(value).some(isPlainSecret);
  if (Array.isArray(value)) return value.some(isPlainSecret);
  return textsOf(value).some(isPlainText);
}

/** Tells the same for one text. */
export function isPlainText(text: string): boolean {
  if (secretReference.test(text)) return false;
  const rest = text.replaceAll(reference, '');
  return /[^\s\uFFFC]/.test(rest) && !saysWhereOnly(rest);
}

/**
 * Fields of a Secrets Manager secret other than the password ("JSON structure of AWS Secrets Manager secrets", AWS
 * Secrets Manager User Guide).
 */
const places = new Set(
  [
    'engine',
    'host',
    'port',
    'dbname',
    'username',
    'dbInstanceIdentifier',
    'dbClusterIdentifier',
    'ssl',
  ].concat(['masterarn', 'replicaSetName', 'warehouse', 'account']),
);

/** Tells whether a text is a JSON object that contains only the location of a service and who connects. */
function saysWhereOnly(text: string): boolean {
  // An unknown value may stand for a number.
  const written = text.replace(/([:[,]\s*)\uFFFC(?=\s*[,\]}])/g, '$1""');
  let document: unknown;
  try {
    document = JSON.parse(written);
  } catch {
    return false;
  }
  return (
    isObject(document) &&
    Object.entries(document).every(
      ([name, value]) => places.has(name) || (typeof value === 'string' && !/[^\s\uFFFC]/.test(value)),
    )
  );
}

/** Returns every text that a value can become. */
function textsOf(value: JsonValue | undefined): string[] {
  if (value === undefined || value === null) return [''];
  if (Array.isArray(value)) return joined(value, ' ');
  if (!isObject(value)) return [String(value)];
  const name = functionOf(value);
  if (name === undefined) return joined(Object.values(value), ' ');
  const argument = value[name];
  const [first, second] = Array.isArray(argument) ? argument : [];
  switch (name) {
    case 'Ref':
    case 'Fn::GetAtt':
    case 'Fn::ImportValue':
      return [open];
    case 'Fn::If':
      return Array.isArray(argument) ? argument.slice(1).flatMap(textsOf) : textsOf(argument);
    case 'Fn::Join':
      return Array.isArray(second) && typeof first === 'string' ? joined(second, first) : textsOf(argument);
    // An index or a delimiter isn't part of the text.
    case 'Fn::Select':
    case 'Fn::Split':
      return textsOf(second === undefined ? argument : second);
    default:
      return textsOf(argument);
  }
}

function joined(parts: JsonValue[], delimiter: string): string[] {
  const texts = parts.map(textsOf);
  const alternatives = texts.reduce((product, { length }) => product * length, 1);
  if (alternatives > alternativesMax) return [texts.flat().join(delimiter)];
  return texts.reduce<string[]>(
    (before, next, index) =>
      before.flatMap((start) => next.map((text) => (index === 0 ? text : start + delimiter + text))),
    [''],
  );
}
