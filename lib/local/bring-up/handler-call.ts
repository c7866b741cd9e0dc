import type { JsonObject } from '../../model/json.ts';
import type { OperationKind } from '../cloud-control/durations.ts';

/** One operation on one resource. */
export interface HandlerCall {
  type: string;
  kind: OperationKind | 'READ';
  identifier: string | undefined;
  /** The future properties, or the current ones if the resource is deleted. */
  properties: JsonObject;
}
