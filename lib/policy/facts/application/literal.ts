import { isObject, type JsonValue } from '../../../model/json.ts';

/**
 * Splits a text into its pieces; undefined stands for an unknown piece. Splits `Fn::Sub` and `Fn::Join` with a literal
 * separator. Any other value is one piece.
 */
export function literalPieces(value: JsonValue): (string | undefined)[] {
  if (typeof value === 'string') return [value.includes('{{resolve:') ? undefined : value];
  if (!isObject(value)) return [undefined];
  const sub = value['Fn::Sub'];
  const template = Array.isArray(sub) ? sub[0] : sub;
  if (typeof template === 'string') return subPieces(template);
  const join = value['Fn::Join'];
  if (!Array.isArray(join) || !Array.isArray(join[1])) return [undefined];
  const [separator, parts] = join;
  if (typeof separator !== 'string') return [undefined];
  return parts.flatMap((part, index) => [...(index > 0 ? [separator] : []), ...literalPieces(part)]);
}

/** `${!Name}` stands for the text `${Name}`, any other `${...}` for a value ("Fn::Sub", CloudFormation User Guide). */
function subPieces(template: string): (string | undefined)[] {
  return template
    .split(/(\$\{[^}]*\})/)
    .map((piece) =>
      /^\$\{!.*\}$/.test(piece) ? piece.replace('!', '') : piece.startsWith('${') ? undefined : piece,
    );
}
