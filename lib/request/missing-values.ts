/** Tracks missing values, which were already reported as problems. */
export interface MissingValues {
  /** Records that a function at this path has no value. */
  note(path: string): void;
  /** Tells whether a problem at a path only repeats that a value inside it is missing. */
  hides(path: string, code: string): boolean;
}

/** Matches a function call in a path. */
const call = /(?:^|\.)(?=(?:Fn::|Ref(?:\.|$)))/;
/** Problems with names that a loop would have created. */
const ofNames: ReadonlySet<string> = new Set(['UnknownReference', 'UnknownCondition']);

/**
 * Hides problems of functions that contain a missing value, because these can't be evaluated. Problems outside of these
 * functions are still reported.
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
