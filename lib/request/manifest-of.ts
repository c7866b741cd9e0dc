import type { JsonObject } from '../model/json.ts';

/** A submitted request after parsing and before evaluation. */
export interface Manifest {
  file: string;
  document: JsonObject;
  /** Whether it has the header of a manifest (`baton: v1`). Otherwise it is a plain CloudFormation template. */
  hasHeader: boolean;
  /** Returns the line of a path, counted from 1: its own, or that of its nearest ancestor in the file. */
  lineOf(path: string): number | undefined;
}

const headerKeys = ['baton', 'action', 'environment', 'service', 'owner', 'reason', 'onFailure', 'name'];

/** Creates a manifest from a parsed document, such as a stored or generated one. */
export function manifestOf(
  document: JsonObject,
  file: string,
  exactLineOf: (path: string) => number | undefined = () => undefined,
): Manifest {
  return {
    file,
    document,
    hasHeader: headerKeys.some((key) => Object.hasOwn(document, key)),
    lineOf: (path) => nearestLine(path, exactLineOf),
  };
}

function nearestLine(path: string, lineOf: (path: string) => number | undefined): number | undefined {
  for (let here = path; here !== ''; here = here.includes('.') ? here.slice(0, here.lastIndexOf('.')) : '') {
    const line = lineOf(here);
    if (line !== undefined) return line;
  }
  return lineOf('');
}
