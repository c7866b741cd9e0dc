import type { StepRecord } from '../../ledger/records.ts';
import type { JsonObject } from '../../model/json.ts';
import { placeOfStep } from '../../model/place.ts';
import type { Step } from '../../model/plan.ts';
import type { RunView } from './run-view.ts';
import type { PumpServices } from './services.ts';

/** A run at one instant, and the services for it. */
export interface RunContext<Services = PumpServices> {
  readonly services: Services;
  readonly view: RunView;
  /** ISO 8601 instant of the tick. */
  readonly now: string;
}

/** One step of a run at one instant. */
export interface StepContext<Services = PumpServices> extends RunContext<Services> {
  readonly index: number;
  readonly step: Step;
  /** The current journal of the step. Read again after each change. */
  readonly record: StepRecord;
}

/** Returns the context of one step of the run. */
export function stepContext<Services>(
  { services, view, now }: RunContext<Services>,
  index: number,
): StepContext<Services> {
  const step = view.plan.steps[index];
  if (step === undefined) throw new Error(`The plan ${view.plan.hash} has no step ${index}.`);
  return {
    ...{ services, view, now, index, step },
    get record() {
      return view.steps[index] ?? { index, status: 'Waiting' };
    },
  };
}

/**
 * Returns live properties for the type of the step, or undefined if the resource doesn't exist. @throws ProviderBusy,
 * ProviderRefused
 */
export function readLive(
  { services, view, step }: StepContext<Pick<PumpServices, 'providers'>>,
  identifier: string,
): Promise<JsonObject | undefined> {
  const place = placeOfStep(view.plan, step);
  return services.providers.of(step.type).read({ type: step.type, identifier, place });
}
