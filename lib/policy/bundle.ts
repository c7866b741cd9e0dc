import { BatonError } from '../model/errors.ts';
import { hashOf, isObject } from '../model/json.ts';
import type { PolicyBundle, PolicyRule } from './types.ts';

/** A serialised bundle is not one, or one of another version. */
export class InvalidBundle extends BatonError {
  override readonly name: string = 'InvalidBundle';
}

/** Covers all of every rule: what is judged by is exactly what was checked. */
export function hashOfRules(rules: PolicyRule[]): string {
  return hashOf(rules);
}

/** The rules that are put to what a plan deletes: those that name the action `decommission`. */
export function removalBundle({ policies }: PolicyBundle): PolicyBundle {
  const judging = policies.filter(({ judgesRemoval }) => judgesRemoval);
  return { version: 1, policies: judging, hash: hashOfRules(judging) };
}

/** The bundle with only the rules of these ids. */
export function restrictBundle({ policies }: PolicyBundle, ids: ReadonlySet<string>): PolicyBundle {
  const kept = policies.filter(({ id }) => ids.has(id));
  return { version: 1, policies: kept, hash: hashOfRules(kept) };
}

/** The bundle as the text that is shipped beside the handlers. */
export function serializeBundle(bundle: PolicyBundle): string {
  return JSON.stringify(bundle);
}

/**
 * A bundle from its text.
 * @throws InvalidBundle when the text is no bundle, or its policies are not the ones its hash was made of
 */
export function parseBundle(text: string): PolicyBundle {
  const bundle = parseJson(text);
  // The hash vouches for what is inside: only `loadBundle` makes a bundle whose hash is right.
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
