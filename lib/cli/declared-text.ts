import type { JsonObject } from '../model/json.ts';
import { ends } from '../model/operations.ts';
import type { Operation } from '../model/plan.ts';
import type { HealthCheck } from '../model/request.ts';
import type { Paint } from './style.ts';
import { shownValue } from './value-text.ts';
import { oneLine } from './visible.ts';

interface Declaring {
  operation: Operation;
  health?: HealthCheck[] | undefined;
  /** Other declarations in the `Baton` block. */
  baton?: JsonObject | undefined;
}

/** Lists what the `Baton` block of a resource declares, unless the step ends the resource. */
export function declaredText(step: Declaring, paint: Paint, detail: boolean): string[] {
  if (ends(step)) return [];
  const { health = [], baton = {} } = step;
  const line = (name: string, text: string) => `       ${paint('note', '·')} ${name}: ${text}`;
  return [
    ...health.map((check) => line('health check', shownValue({ ...check }, detail))),
    ...Object.entries(baton).map(([name, value]) =>
      line(`Baton.${oneLine(name)}`, shownValue(value, detail)),
    ),
  ];
}
