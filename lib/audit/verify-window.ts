import { windowAt } from '../change/windows.ts';
import type { BegunRun, ChangeTrail } from './change-trail.ts';
import { documentAs } from './document-forms.ts';

type Problem = [expected: string, found: string];

/**
 * Returns the problem if a run began in a freeze or outside every window, according to the calendars that were checked
 * immediately before, unless governance let its capsule bypass them.
 */
export function windowProblem(
  trail: ChangeTrail,
  { planHash, capsule: hash, at }: Pick<BegunRun, 'planHash' | 'capsule' | 'at'>,
): Problem | undefined {
  const window = trail.openings.get(hash)?.capsule.window;
  if (window === undefined || window.bypass !== undefined) return undefined;
  const calendarsHash = trail.calendars.get(planHash) ?? '';
  if (calendarsHash === '') {
    if (window.calendars.length === 0) return undefined;
    return [`a look at the calendars ${window.calendars.join(', ')} before the run`, 'none'];
  }
  const calendars = documentAs('calendars', trail.documents.get(calendarsHash));
  const unreadable: Problem = [`calendars ${calendarsHash}`, 'none that can be read'];
  if (calendars === undefined) return unreadable;
  try {
    const state = windowAt(calendars, at);
    return state.open ? undefined : ['a beginning within a window', `one at ${at}: ${state.reason}`];
  } catch (error) {
    if (error instanceof Error) return unreadable;
    throw error;
  }
}
