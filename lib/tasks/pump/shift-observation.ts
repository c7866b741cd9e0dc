import type { JsonObject } from '../../model/json.ts';
import type { MetricSeries } from '../../model/metric-query.ts';
import { placeOfStep } from '../../model/place.ts';
import { referenceIn, type ShiftPlan } from '../../model/traffic-shift.ts';
import type { ShiftState } from '../../model/traffic-state.ts';
import { findWeight } from '../../model/weights/index.ts';
import { attributeOf } from '../../template/index.ts';
import type { Observed } from '../../traffic/shift/observed.ts';
import { type Sources, sideData, sideQueries } from '../../traffic/side-data.ts';
import { sideSource } from '../../traffic/side-metrics.ts';
import { seconds } from './outcomes.ts';
import { outputsOf } from './run-view.ts';
import type { PumpServices } from './services.ts';
import { askVerdicts } from './shift-verdicts.ts';
import type { StepContext } from './step-context.ts';

type Services = Pick<PumpServices, 'lookup' | 'metrics' | 'verdicts' | 'settings' | 'inventory'>;

/**
 * Reads what one decision on a shift is made from: the weight in force, alarms and metrics of both sides, and the verdicts of
 * functions.
 */
export async function observeShift(
  context: StepContext<Services>,
  plan: ShiftPlan,
  state: ShiftState,
  live: JsonObject,
): Promise<Observed> {
  const { services, view, step, record, now } = context;
  const { account, region } = placeOfStep(view.plan, step);
  const trait = findWeight(step.type);
  const target = meant(context, plan.sides.target);
  const stable = meant(context, plan.sides.stable);
  const weight = typeof trait === 'string' ? undefined : trait.read?.(live, { stable, target });
  const asset = { identifier: record.identifier ?? '', live };
  // Baton reads metrics of its own account only. Those of another count as missing.
  const readable = account === view.run.executionArn.split(':')[4];
  const sources: Sources = {
    region,
    target: sideSource(step.type, asset, target),
    stable: sideSource(step.type, asset, stable),
    sinceSeconds: state.reachedAt ?? state.setAt,
    nowSeconds: seconds(now),
  };
  const names = plan.alarms.map((alarm) => [alarm, meant(context, alarm)] as const);
  const watched = readable ? names.map(([, name]) => name) : [];
  const [series, alarms, verdicts] = await Promise.all([
    readable ? services.metrics.series(sideQueries(plan, sources), now) : new Map<string, MetricSeries>(),
    watched.length === 0 ? [] : services.metrics.alarms(region, watched),
    askVerdicts(context, plan, state),
  ]);
  const states = new Map(alarms.map((alarm) => [alarm.name, alarm.state]));
  const known = names.flatMap(([alarm, name]) => {
    const found = states.get(name);
    return found === undefined ? [] : [[alarm, found] as const];
  });
  const data = sideData(plan, sources, series);
  return {
    now: seconds(now),
    weight: weight ?? null,
    inFlight: false,
    alarms: Object.fromEntries(known),
    ...data,
    metrics: data.metrics.map((reading, index) => verdicts.get(index) ?? reading),
    draining: null,
  };
}

/** Returns what a text of a side or alarm stands for: the value of its reference, or the text itself. */
export function meant({ services, view }: StepContext<Pick<Services, 'lookup'>>, text: string): string {
  const reference = referenceIn(text);
  if (reference === undefined) return text;
  const outputs = outputsOf(view, services.lookup, reference.resource);
  const value =
    reference.attribute === undefined ? outputs?.ref : attributeOf(outputs?.attributes, reference.attribute);
  return value === undefined ? text : String(value);
}
