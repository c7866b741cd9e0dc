import { BatonError } from '../model/errors.ts';
import { hashOf, isObject } from '../model/json.ts';
import type { Action } from '../model/request.ts';
import type { PolicyBundle, PolicyRule } from './types.ts';

/** The text is not a serialized bundle, or has another version. */
export class InvalidBundle extends BatonError {
  override readonly name: string = 'InvalidBundle';
}

/** Covers every field of every rule, so that the evaluated rules are exactly the validated ones. */
export function hashOfRules(rules: PolicyRule[]): string {
  return hashOf(rules);
}

/** Returns the rules whose head names an action. */
export function bundleNaming(action: Action, { policies }: PolicyBundle): PolicyBundle {
  const judging = policies.filter(({ actions }) => actions.includes(action));
  return { version: 1, policies: judging, hash: hashOfRules(judging) };
}

/** Returns the bundle with only the rules of these ids. */
export function restrictBundle({ policies }: PolicyBundle, ids: ReadonlySet<string>): PolicyBundle {
  const kept = policies.filter(({ id }) => ids.has(id));
  return { version: 1, policies: kept, hash: hashOfRules(kept) };
}

/** Returns the bundle as the text that is shipped with the handlers. */
export function serializeBundle(bundle: PolicyBundle): string {
  return JSON.stringify(bundle);
}

/**
 * Parses a bundle.
 * @throws InvalidBundle if the text is not a bundle, or its policies don't match its hash
 */
export function parseBundle(text: string): PolicyBundle {
  const bundle = parseJson(text);
  // The hash vouches for the contents: only `loadBundle` creates a bundle with a correct hash.
  if (!isBundle(bundle)) throw new InvalidBundle('not a policy bundle of version 1');
  if (hashOfRules(bundle.policies) !== bundle.hash) {
    throw new InvalidBundle('the policies of the bundle are not those its hash was made of');
  }
  return bundle;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidBundle(`the policy bundle is no JSON: ${String(error)}`);
  }
}

function isBundle(value: unknown): value is PolicyBundle {
  if (!isObject(value)) return false;
  return value.version === 1 && Array.isArray(value.policies) && typeof value.hash === 'string';
}
