/** Where values are missing, a problem that has been said already. */
export interface MissingValues {
  /** A function at this path has no value to work with. */
  note(path: string): void;
  /** Whether a problem at a path says no more than that a value is missing inside of what it speaks of. */
  hides(path: string, code: string): boolean;
}

/** A function call as a step of a path. */
const call = /(?:^|\.)(?=(?:Fn::|Ref(?:\.|$)))/;
/** Problems of names that a loop would have made. */
const ofNames: ReadonlySet<string> = new Set(['UnknownReference', 'UnknownCondition']);

/**
 * Hidden is what stands around a missing value, as far out as functions make it: they can't say anything about it that
 * is true. What stands further out, or beside it, is judged as ever.
 */
export function missingValues(): MissingValues {
  const around = new Set<string>();
  let inLoop = false;
  return {
    note: (path) => {
      inLoop ||= path.includes('Fn::ForEach::');
      const first = call.exec(path)?.index ?? path.length;
      for (let end = first; end !== -1 && end < path.length; end = path.indexOf('.', end + 1))
        around.add(path.slice(0, end));
    },
    hides: (path, code) => around.has(path) || (inLoop && ofNames.has(code)),
  };
}
