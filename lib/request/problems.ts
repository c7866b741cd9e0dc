import { InvalidInput, type Problem } from '../model/errors.ts';
import type { Manifest } from './manifest-of.ts';
import { missingValues } from './missing-values.ts';

/** Collects the problems of one manifest and finds their lines. */
export interface Problems {
  add(path: string, code: string, message: string): void;
  /**
   * Records that a value is missing at a path, after that was reported. Functions that use it are no longer checked.
   */
  missing(path: string): void;
  /** Problems found so far. */
  readonly found: readonly Problem[];
  /** Throws InvalidInput if there are any problems. */
  throwIfAny(): void;
}

/** Further problems are only counted. */
const problemsMax = 1000;

/** @param originOf returns the path in the file for something that a loop created */
export function problemsOf(
  manifest: Manifest,
  originOf: (path: string) => string = (path) => path,
): Problems {
  const found: Problem[] = [];
  const missing = missingValues();
  const seen = new Set<string>();
  let beyond = 0;
  return {
    found,
    missing: missing.note,
    add: (path, code, message) => {
      if (missing.hides(path, code)) return;
      const key = `${path}\n${code}\n${message}`;
      if (seen.has(key)) return;
      seen.add(key);
      if (found.length >= problemsMax) beyond++;
      else found.push({ path, code, message, file: manifest.file, line: manifest.lineOf(originOf(path)) });
    },
    throwIfAny: () => {
      if (found.length === 0) return;
      const more = { path: '', code: 'More', message: `and ${beyond} more problems`, file: manifest.file };
      throw new InvalidInput(beyond > 0 ? [...found, more] : found);
    },
  };
}
