import type { RunState } from '../client/requests/watch-request.ts';
import type { StepRecord } from '../ledger/records.ts';
import type { Step } from '../model/plan.ts';
import { symbols } from './plan-text.ts';
import { duration, type Paint } from './style.ts';

/** Something that happened to a step: seconds after the start of its run, and the line that says it. */
export interface Transition {
  atSeconds: number;
  text: string;
}

type Phase = 'started' | 'failing' | 'ended';

const doing: Record<Step['operation'], string> = {
  create: 'creating',
  update: 'updating',
  replace: 'creating the replacement',
  delete: 'deleting',
  retain: 'forgetting',
};
const did: Record<Step['operation'], string> = {
  create: 'created',
  update: 'updated',
  replace: 'replacement created',
  delete: 'deleted',
  retain: 'forgotten',
};

/** Tells what is new in a run since it was last asked: one line a transition, in the order of time. */
export class Transitions {
  readonly #told = new Set<string>();

  /** With `endsOnly`, beginnings are left out: a large run has too many lines else. */
  next({ run, plan, steps }: RunState, paint: Paint, endsOnly = false): Transition[] {
    const begun = Date.parse(run.startedAt) / 1000;
    const width = Math.min(40, Math.max(0, ...plan.steps.map(({ resource }) => resource.length)));
    const news: Transition[] = [];
    for (const record of steps) {
      const step = plan.steps[record.index];
      if (step === undefined) continue;
      for (const [phase, at] of phasesOf(record)) {
        const key = `${run.runId} ${record.index} ${phase} ${phase === 'failing' ? record.failures : ''}`;
        if (this.#told.has(key)) continue;
        this.#told.add(key);
        if (endsOnly && phase === 'started') continue;
        const seconds = Math.max(0, at - begun);
        news.push({ atSeconds: seconds, text: line(step, record, phase, { seconds, width, paint }) });
      }
    }
    return news.sort((a, b) => a.atSeconds - b.atSeconds);
  }
}

function phasesOf(record: StepRecord): [Phase, number][] {
  const { status, startedAtSeconds, finishedAtSeconds, retryAtSeconds, intent } = record;
  const phases: [Phase, number][] = [];
  if (startedAtSeconds !== undefined) phases.push(['started', startedAtSeconds]);
  const failing = retryAtSeconds !== undefined && status === 'Waiting' && record.error !== undefined;
  if (failing) phases.push(['failing', intent?.atSeconds ?? retryAtSeconds]);
  if (finishedAtSeconds !== undefined && (status === 'Succeeded' || status === 'Failed'))
    phases.push(['ended', finishedAtSeconds]);
  return phases;
}

function line(
  step: Step,
  record: StepRecord,
  phase: Phase,
  { seconds, width, paint }: { seconds: number; width: number; paint: Paint },
): string {
  const { symbol, tone } = symbols[step.operation];
  const failed = phase === 'failing' || record.status === 'Failed';
  const mark = phase === 'started' ? paint(tone, symbol) : failed ? paint('bad', '✗') : paint('good', '✓');
  const blanks = ' '.repeat(Math.max(0, 4 - (phase === 'started' ? symbol.length : 1)));
  return `${paint('quiet', clockTime(seconds))} ${blanks}${mark} ${step.resource.padEnd(width)}  ${words(step, record, phase)}`;
}

function words(step: Step, record: StepRecord, phase: Phase): string {
  if (phase === 'started') return doing[step.operation];
  const why = record.error && `${record.error.code}: ${record.error.message}`;
  if (phase === 'failing') return `failed, is tried again: ${why}`;
  if (record.status === 'Failed') return `failed: ${why ?? 'without a reason'}`;
  if (record.note !== undefined) return record.note;
  const took = duration((record.finishedAtSeconds ?? 0) - (record.startedAtSeconds ?? 0));
  const after = record.error === undefined ? '' : ` after ${record.error.code}`;
  const again = record.failures ? `, at attempt ${record.failures + 1}${after}` : '';
  const which = record.identifier && step.operation !== 'delete' ? `  ${record.identifier}` : '';
  return `${did[step.operation]} in ${took}${again}${which}`;
}

/** `  7:31`, `1:02:03`: time since the run began. */
export function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  return (hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`).padStart(7);
}
