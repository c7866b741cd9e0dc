import { isObject, type JsonValue } from '../../../model/json.ts';
import type { DesiredResource } from '../../../model/request.ts';
import { literalPieces } from '../application/literal.ts';

/** What a `Ref` or `Fn::GetAtt` names; `attribute` is absent for a `Ref`. */
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

/** The reference that the value is, if it is one. */
export function referenceIn(value: JsonValue): Reference | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.Ref === 'string') return { logicalId: value.Ref };
  return ofGetAtt(value['Fn::GetAtt']);
}

/** Type of the resource that a reference names; undefined for parameters and what stands elsewhere. */
export function referredType(
  reference: Reference | undefined,
  resources: readonly DesiredResource[],
): string | undefined {
  return resources.find(({ logicalId }) => logicalId === reference?.logicalId)?.type;
}

/** Text as far as it is known, with `_` for each part that isn't; undefined when nothing of it is. */
export function textIn(value: JsonValue): string | undefined {
  const pieces = literalPieces(value);
  const known = pieces.some((piece) => piece !== undefined && piece !== '');
  return known || value === '' ? pieces.map((piece) => piece ?? '_').join('') : undefined;
}
