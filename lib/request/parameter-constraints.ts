import type { JsonObject } from '../model/json.ts';
import { own, scalarText, shown, within } from '../template/intrinsic.ts';
import { matchesInTime } from './bounded-match.ts';
import type { ParameterType } from './parameter-types.ts';
import type { Problems } from './problems.ts';

const charactersMax = 4096;

/**
 * Checks a parameter's texts as CloudFormation does before it creates a stack: against its type (reported to
 * `problems`) and against the template's own constraints (reported to `constraints`).
 */
export function checkConstraints(
  path: string,
  declaration: JsonObject,
  type: ParameterType,
  texts: string[],
  problems: Problems,
  constraints: Pick<Problems, 'add'>,
): void {
  const explained = scalarText(declaration.ConstraintDescription);
  const reason = explained === undefined ? '' : ` (${explained})`;
  // Problems with a secret are reported without its value.
  const got = (text: string) =>
    scalarText(declaration.NoEcho)?.toLowerCase() === 'true' ? '' : `, got ${shown(text)}`;
  const failType = (rule: string, text: string): void =>
    problems.add(path, 'ParameterValue', `${rule}${got(text)}`);
  const fail = (rule: string, text: string): void =>
    constraints.add(path, 'ParameterValue', `${rule}${reason}${got(text)}`);
  const pattern = patternOf(path, declaration, problems);
  const allowed = Array.isArray(declaration.AllowedValues)
    ? declaration.AllowedValues.map(scalarText)
    : undefined;
  for (const text of texts) {
    if (text.length > charactersMax) failType(`at most ${charactersMax} characters`, text);
    if (allowed !== undefined && !allowed.includes(text)) fail(`must be one of ${allowed.join(', ')}`, text);
    const matches = pattern === undefined || matchesInTime(pattern, text.slice(0, charactersMax));
    if (matches === undefined) {
      const message = `${shown(declaration.AllowedPattern)} takes too long to match; expected one without repetitions inside repetitions`;
      problems.add(within(path, 'AllowedPattern'), 'Parameter', message);
    } else if (!matches) fail(`must match ${shown(declaration.AllowedPattern)}`, text);
    if (type.number && (text === '' || !Number.isFinite(Number(text)))) failType('must be a number', text);
    // A default may be empty if the template makes the resource optional.
    if (
      type.prefix !== undefined &&
      type.fromSsm === undefined &&
      text !== '' &&
      !text.startsWith(type.prefix)
    ) {
      fail(`must begin with "${type.prefix}"`, text);
    }
    checkBounds(declaration, text, fail);
  }
}

function checkBounds(
  declaration: JsonObject,
  text: string,
  fail: (rule: string, text: string) => void,
): void {
  const bound = (key: string) => Number(scalarText(declaration[key]) ?? Number.NaN);
  if (text.length < bound('MinLength')) fail(`must have at least ${bound('MinLength')} characters`, text);
  if (text.length > bound('MaxLength')) fail(`must have at most ${bound('MaxLength')} characters`, text);
  if (Number(text) < bound('MinValue')) fail(`must be at least ${bound('MinValue')}`, text);
  if (Number(text) > bound('MaxValue')) fail(`must be at most ${bound('MaxValue')}`, text);
}

/** Java's names for character groups. CloudFormation's patterns are Java patterns and match the whole text. */
const characterGroups: Readonly<Record<string, string>> = {
  Alnum: 'A-Za-z0-9',
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  ASCII: '\\x00-\\x7f',
  Punct: '!-\\/:-@\\[-`{-~',
};

function patternOf(path: string, declaration: JsonObject, problems: Problems): RegExp | undefined {
  const written = scalarText(declaration.AllowedPattern);
  if (written === undefined) return undefined;
  const flags = written.startsWith('(?i)') ? 'i' : '';
  const source = fromJava(written.replace(/^\(\?[a-z]+\)/, ''));
  // Possessive quantifiers (`a++`) only save time in Java, and JavaScript doesn't have them.
  for (const attempt of [source, source.replaceAll(/([*+?}])\+/g, '$1')]) {
    try {
      return new RegExp(`^(?:${attempt})$`, flags);
    } catch {
      // Handled by the next attempt, or by the problem below.
    }
  }
  problems.add(
    within(path, 'AllowedPattern'),
    'Parameter',
    `${shown(written)} is not a pattern that can be checked`,
  );
  return undefined;
}

/** Expands character groups: to ranges inside `[...]`, and to a class outside. Removes `\A` and `\Z`. */
function fromJava(pattern: string): string {
  let inClass = false;
  return pattern.replaceAll(/\\p\{([A-Za-z]+)\}|\\[AzZ]|\\.|\[|\]/g, (token, group: string | undefined) => {
    if (group !== undefined) {
      const ranges = own(characterGroups, group);
      if (ranges === undefined) return token;
      return inClass ? ranges : `[${ranges}]`;
    }
    if (token === '[') inClass = true;
    if (token === ']') inClass = false;
    return /^\\[AzZ]$/.test(token) ? '' : token;
  });
}
