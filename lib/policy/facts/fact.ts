import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { DesiredResource } from '../../model/request.ts';
import type { Shape } from '../shapes.ts';

/** The input of a fact. */
export interface FactSubject {
  /** Properties of the evaluated entity itself: of the resource, or of one nested value. */
  value: JsonObject;
  resource: DesiredResource;
  /** All resources of the request, for facts about related resources. */
  resources: readonly DesiredResource[];
  /**
   * The template's `Parameters`, if a document is evaluated as it is. Empty for a request, whose parameters are
   * resolved.
   */
  parameters: Readonly<Record<string, JsonValue>>;
}

/** A value, or the paths in the resource (without `Properties`) that the fact waits for. */
export type FactResult = { value: boolean | number | string | string[] } | { waitsFor: string[] };

/**
 * A value that Cedar can't compute. A pure function derives it, and rules read it as `context.facts.NAME`. It is always
 * present for its entity types, so a rule doesn't need `has`.
 */
export interface Fact {
  name: string;
  /** Entity types, including nested ones; `*` for every type. */
  types: string[];
  shape: Shape;
  description: string;
  /**
   * Whether the fact needs all resources of the request to be correct. Rules that read such a fact are evaluated at
   * admission and never at the provider call, where each resource is alone.
   */
  looksBeside?: true;
  derive(subject: FactSubject): FactResult;
}
