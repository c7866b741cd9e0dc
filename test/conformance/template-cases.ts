import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localPlace } from '../../lib/cli/local-cloud.ts';
import { InvalidInput, type Problem } from '../../lib/model/errors.ts';
import type { JsonValue } from '../../lib/model/json.ts';
import type { TypeLookup } from '../../lib/model/spec.ts';
import { normalizeRequest, parseInputs, readManifest, rehearse } from '../../lib/request/index.ts';

/** One template with its inputs and the expected outcome. */
export interface TemplateCase {
  file: string;
  /** `either`: both are correct. */
  outcome: 'complete' | 'refuse' | 'either';
  reasons?: string[];
  inputs: JsonValue;
}

export interface Outcome {
  outcome: 'complete' | 'refuse';
  /** Sorted kinds of rejection. Empty if it completes, or is rejected only for other problems. */
  reasons: string[];
  problems: Problem[];
}

/** The kind of rejection for each problem code. */
export const reasonByCode: Readonly<Record<string, string>> = {
  Macro: 'macro',
  CustomResource: 'custom-resource',
  NeedsStack: 'needs-stack',
  Type: 'type',
};

export function readCases(file: string): TemplateCase[] {
  return JSON.parse(readFileSync(file, 'utf8')) as TemplateCase[];
}

/** The account and region of the rehearsal. */
export const place = localPlace;

/** Reads, rehearses and normalizes the template of a case, in an environment where policies warn. */
export function outcomeOf(item: TemplateCase, folder: string, lookup: TypeLookup): Outcome {
  try {
    const text = readFileSync(join(folder, item.file), 'utf8');
    const inputs = parseInputs(item.inputs, item.file);
    const rehearsal = rehearse(text, item.file, inputs, { ...place, lookup });
    normalizeRequest(readManifest(rehearsal.text, item.file), {
      ...place,
      lookup,
      inputs: { ...rehearsal },
      headerDefaults: { environment: 'dev', service: 'conformance', owner: 'tests', reason: 'conformance' },
      parameterConstraints: 'warn',
    });
    return { outcome: 'complete', reasons: [], problems: [] };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { outcome: 'refuse', reasons: reasonsOf(error.problems), problems: error.problems };
  }
}

/** Returns the kinds of rejection among problems, sorted and unique. */
export function reasonsOf(problems: readonly Pick<Problem, 'code'>[]): string[] {
  return [...new Set(problems.flatMap(({ code }) => reasonByCode[code] ?? []))].toSorted();
}
