import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';
import type { Fact } from '../fact.ts';
import { literalPieces } from './literal.ts';

/**
 * Tells whether a URL contains user information before its host (RFC 3986, section 3.2.1). Undefined if the answer
 * depends on an unknown part.
 */
function carriesCredentials(location: JsonValue): boolean | undefined {
  const pieces = literalPieces(location);
  const unknownAt = pieces.indexOf(undefined);
  const known = pieces.slice(0, unknownAt < 0 ? undefined : unknownAt).join('');
  // After the slash that follows the host, later parts can't change the result.
  const isDecided = unknownAt < 0 || /^[a-z]+:\/\/[^/?#]*[/?#]/i.test(known);
  const text = isDecided ? known : pieces.map((piece) => piece ?? 'x').join('');
  if (/^https?:\/\/[^/?#]*@/i.test(text)) return true;
  return isDecided ? false : undefined;
}

function sourcesOf(value: JsonObject): [path: string, source: JsonValue][] {
  const secondary = value.SecondarySources ?? [];
  const others = Array.isArray(secondary) ? secondary : [secondary];
  return [
    ['Source', value.Source ?? null],
    ...others.map((one, index): [string, JsonValue] => [`SecondarySources.${index}`, one]),
  ];
}

function judge([path, source]: [string, JsonValue]): { path: string; carries: boolean | undefined } {
  if (isAbsent(source)) return { path, carries: false };
  if (!isObject(source) || !('Location' in source)) {
    const isKnown = isObject(source) && !Object.keys(source).some((key) => /^(Ref|Fn::.*)$/.test(key));
    return { path, carries: isKnown ? false : undefined };
  }
  const { Location } = source;
  return { path: `${path}.Location`, carries: isAbsent(Location) ? false : carriesCredentials(Location) };
}

export const sourceUrlsWithCredentials: Fact = {
  name: 'sourceUrlsWithCredentials',
  types: ['AWS::CodeBuild::Project'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'Paths of the locations of sources, primary and secondary, that are URLs with a user name, password or token ' +
    'before the host.',
  derive({ value }) {
    const judged = sourcesOf(value).map(judge);
    const found = judged.filter(({ carries }) => carries === true).map(({ path }) => path);
    const waitsFor = judged.filter(({ carries }) => carries === undefined).map(({ path }) => path);
    return found.length === 0 && waitsFor.length > 0 ? { waitsFor } : { value: found };
  },
};
