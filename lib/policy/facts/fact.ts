import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { DesiredResource } from '../../model/request.ts';
import type { Shape } from '../shapes.ts';

/** What a fact is drawn from. */
export interface FactSubject {
  /** Properties of the judged entity itself: of the resource, or of one nested value. */
  value: JsonObject;
  resource: DesiredResource;
  /** All resources of the request, for facts about what stands beside. */
  resources: readonly DesiredResource[];
  /** The template's `Parameters`, where a document is judged as it stands; none in a request: they are resolved. */
  parameters: Readonly<Record<string, JsonValue>>;
}

/** A fact, or the paths in the resource (`Properties...` left out) it must wait for. */
export type FactResult = { value: boolean | number | string | string[] } | { waitsFor: string[] };

/**
 * Something Cedar can't compute, derived by a pure function and read as `context.facts.NAME`. It is always
 * there for the entity types it names, so a rule needs no `has`.
 */
export interface Fact {
  name: string;
  /** Entity types, nested ones included; `*` for every one. */
  types: string[];
  shape: Shape;
  description: string;
  /**
   * Whether it takes the other resources for all there are, so that it is wrong where some are not seen. Rules that
   * read it are judged when resources are asked for, never at the provider call, where each stands alone.
   */
  looksBeside?: true;
  derive(subject: FactSubject): FactResult;
}
