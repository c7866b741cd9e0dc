import type { Retry } from '../client/requests/retries.ts';
import type { RunState } from '../client/requests/watch-request.ts';
import type { StepRecord } from '../ledger/records.ts';
import { operations, removes } from '../model/operations.ts';
import type { Step } from '../model/plan.ts';
import { failuresAllowed } from '../tasks/pump/outcomes.ts';
import { duration, type Paint, width } from './style.ts';

/** A transition of a step: seconds since the start of its run, and the line to show. */
export interface Transition {
  atSeconds: number;
  text: string;
}

type Phase = 'started' | 'refused' | 'ended';

/** Returns the new transitions of a run since the last call: one line for each, in order of time. */
export class Transitions {
  readonly #told = new Set<string>();

  /** With `endsOnly`, the starts of steps are omitted, because a large run has too many. */
  next({ run, plan, steps, retries }: RunState, paint: Paint, endsOnly = false): Transition[] {
    const begun = Date.parse(run.startedAt) / 1000;
    const columns = Math.min(40, Math.max(0, ...plan.steps.map(({ resource }) => resource.length)));
    const news: Transition[] = [];
    for (const record of steps) {
      const step = plan.steps[record.index];
      if (step === undefined) continue;
      for (const [phase, at] of phasesOf(record)) {
        const key = `${run.runId} ${record.index} ${phase} ${phase === 'refused' ? record.refusals : ''}`;
        if (this.#told.has(key)) continue;
        this.#told.add(key);
        if (endsOnly && phase === 'started') continue;
        const seconds = Math.max(0, at - begun);
        news.push({
          atSeconds: seconds,
          text: line(step, record, phase, { seconds, width: columns, paint }),
        });
      }
    }
    for (const retry of retries) {
      const step = plan.steps[retry.index];
      const key = `${run.runId} ${retry.index} retried ${retry.attempt}`;
      if (step === undefined || this.#told.has(key)) continue;
      this.#told.add(key);
      const seconds = Math.max(0, retry.atSeconds - begun);
      const head = headOf(step, seconds, paint('bad', '✗'), { width: columns, paint });
      news.push({ atSeconds: seconds, text: `${head}  ${retryWords(retry, begun)}` });
    }
    return news.sort((a, b) => a.atSeconds - b.atSeconds);
  }
}

function phasesOf(record: StepRecord): [Phase, number][] {
  const { status, startedAtSeconds, finishedAtSeconds, retryAtSeconds, intent } = record;
  const phases: [Phase, number][] = [];
  if (startedAtSeconds !== undefined) phases.push(['started', startedAtSeconds]);
  const refused = retryAtSeconds !== undefined && status === 'Waiting' && (record.refusals ?? 0) > 0;
  if (refused) phases.push(['refused', intent?.atSeconds ?? retryAtSeconds]);
  if (finishedAtSeconds !== undefined && (status === 'Succeeded' || status === 'Failed'))
    phases.push(['ended', finishedAtSeconds]);
  return phases;
}

function line(
  step: Step,
  record: StepRecord,
  phase: Phase,
  { seconds, width: columns, paint }: { seconds: number; width: number; paint: Paint },
): string {
  const { symbol, tone } = operations[step.operation];
  const failed = phase === 'refused' || record.status === 'Failed';
  const mark = phase === 'started' ? paint(tone, symbol) : failed ? paint('bad', '✗') : paint('good', '✓');
  return `${headOf(step, seconds, mark, { width: columns, paint })}  ${words(step, record, phase)}`;
}

function headOf(
  step: Step,
  seconds: number,
  mark: string,
  { width: columns, paint }: { width: number; paint: Paint },
): string {
  const blanks = ' '.repeat(Math.max(0, 4 - width(mark)));
  return `${paint('quiet', clockTime(seconds))} ${blanks}${mark} ${step.resource.padEnd(columns)}`;
}

/** Returns `attempt 1 of 5 failed, next attempt at 0:14: Code: message`. */
function retryWords({ attempt, error, nextAtSeconds }: Retry, begun: number): string {
  const next =
    nextAtSeconds === undefined
      ? ''
      : `, next attempt at ${clockTime(Math.max(0, nextAtSeconds - begun)).trim()}`;
  return `attempt ${attempt} of ${failuresAllowed} failed${next}: ${error.code}: ${error.message}`;
}

function words(step: Step, record: StepRecord, phase: Phase): string {
  const { doing, did } = operations[step.operation];
  // A verb is a noun as well: `restart`, `failover`.
  const verb = step.act?.verb;
  if (phase === 'started') return verb === undefined ? doing : `${verb} started`;
  const why = record.error && `${record.error.code}: ${record.error.message}`;
  if (phase === 'refused') return `not accepted, called again shortly: ${why}`;
  if (record.status === 'Failed') {
    const attempts = (record.failures ?? 0) > 1 ? ` after ${record.failures} attempts` : '';
    return `failed${attempts}: ${why ?? 'without a reason'}`;
  }
  if (record.note !== undefined) return record.note;
  const took = duration((record.finishedAtSeconds ?? 0) - (record.startedAtSeconds ?? 0));
  const after = record.error === undefined ? '' : ` after ${record.error.code}`;
  const again = record.failures ? `, at attempt ${record.failures + 1}${after}` : '';
  const which = record.identifier && !removes(step) ? `  ${record.identifier}` : '';
  const done = verb === undefined ? did : `${verb} done`;
  return `${done} in ${took}${again}${which}`;
}

/** Formats the time since the run began: `  7:31`, `1:02:03`. */
export function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  return (hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`).padStart(7);
}
