import { isObject, type JsonValue } from '../../../model/json.ts';
import type { DesiredResource } from '../../../model/request.ts';
import { literalPieces } from '../application/literal.ts';

/** The target of a `Ref` or `Fn::GetAtt`. `attribute` is absent for a `Ref`. */
export interface Reference {
  logicalId: string;
  attribute?: string;
}

function ofGetAtt(value: JsonValue | undefined): Reference | undefined {
  const parts = typeof value === 'string' ? value.split('.') : value;
  if (!Array.isArray(parts)) return undefined;
  const [logicalId, ...attribute] = parts;
  if (typeof logicalId !== 'string' || !attribute.every((part) => typeof part === 'string')) return undefined;
  return { logicalId, attribute: attribute.join('.') };
}

/** Returns the reference that the value is, if it is one. */
export function referenceIn(value: JsonValue): Reference | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.Ref === 'string') return { logicalId: value.Ref };
  return ofGetAtt(value['Fn::GetAtt']);
}

/**
 * Returns the type of the resource that a reference names. Undefined for parameters and for resources outside the
 * request.
 */
export function referredType(
  reference: Reference | undefined,
  resources: readonly DesiredResource[],
): string | undefined {
  return resources.find(({ logicalId }) => logicalId === reference?.logicalId)?.type;
}

/** Returns a text with `_` in place of each unknown part, or undefined if no part is known. */
export function textIn(value: JsonValue): string | undefined {
  const pieces = literalPieces(value);
  const known = pieces.some((piece) => piece !== undefined && piece !== '');
  return known || value === '' ? pieces.map((piece) => piece ?? '_').join('') : undefined;
}
