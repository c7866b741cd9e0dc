import { InvalidInput, type Problem } from '../../lib/model/errors.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { type NormalizeOptions, noInputs, normalizeRequest, readManifest } from '../../lib/request/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';

export const lookup = typeLookup(ensureTypes());

const defaults: NormalizeOptions = {
  inputs: noInputs,
  headerDefaults: { environment: 'dev', service: 'shop', owner: 'commerce', reason: 'test' },
  account: '111111111111',
  region: 'eu-west-1',
  lookup,
};

/** Returns the desired state of a text. */
export function normalized(text: string, options: Partial<NormalizeOptions> = {}): DesiredState {
  return normalizeRequest(readManifest(text, 'request.yaml'), { ...defaults, ...options });
}

/** Returns the problems of a text. Empty if it is valid. */
export function problemsIn(text: string, options: Partial<NormalizeOptions> = {}): Problem[] {
  try {
    normalized(text, options);
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}
