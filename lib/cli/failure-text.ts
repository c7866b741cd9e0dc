import type { FailedStep, FailureSummary, Leftover } from '../client/requests/failure-summary.ts';
import { failuresAllowed } from '../tasks/pump/outcomes.ts';
import { counted, type Paint } from './style.ts';

/** Number of failed steps and leftovers to name. The rest are counted. */
const named = 5;

const changed: Record<Leftover['operation'], string> = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
  retain: 'no longer managed',
  act: 'acted on',
  verify: 'verified',
};

/**
 * Formats the end of a failed run: the cause, what was rolled back, what is left, and what to do next. `stopped`: why
 * it stopped, if no step failed.
 */
export function failureText(
  summary: FailureSummary,
  { file, stopped }: { file: string; stopped: string },
  paint: Paint,
): string[] {
  const { failed, left } = summary;
  const cause = failed.length === 0 ? [stopped] : few(failed.map(failedText)).flat();
  const rows: [string, string[]][] = [
    ['Cause', cause],
    ['Rolled back', rollbackText(summary)],
    [
      'Still there',
      left.length === 0 ? ['nothing that this request created or changed'] : few(left.map(leftText)).flat(),
    ],
    ['Next', nextText(summary, file)],
  ];
  return rows.flatMap(([title, lines]) =>
    lines.map((line, index) => `  ${paint('strong', (index === 0 ? title : '').padEnd(11))}  ${line}`),
  );
}

function failedText({ resource, type, operation, attempts, error }: FailedStep): string[] {
  const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
  const said = error === undefined ? 'without a reason' : `${error.code}: ${error.message}`;
  return [`${operation} ${resource} (${type}) failed${tries}:`, said];
}

function leftText({ resource, type, operation, identifier }: Leftover): string[] {
  return [`${resource} (${type}), ${changed[operation]}${identifier === undefined ? '' : `: ${identifier}`}`];
}

function rollbackText({ rolledBack, rollbackFailed, kept, left }: FailureSummary): string[] {
  if (rolledBack === undefined && left.length === 0) return ['nothing was applied'];
  if (rolledBack === undefined) return [kept ? 'nothing, as requested (onFailure: keep)' : 'nothing'];
  const { done, of } = rolledBack;
  return [
    `${done.toLocaleString('en-US')} of ${counted(of, 'step')}`,
    ...few(rollbackFailed.map(failedText)).flat(),
  ];
}

function nextText({ failed, left }: FailureSummary, file: string): string[] {
  const again = file === '' ? 'submit the request again' : `submit ${file} again`;
  // Only transient errors are retried this often.
  const transient = failed.every(({ attempts }) => attempts >= failuresAllowed);
  const names = few(failed.map(({ resource }) => [resource]))
    .flat()
    .join(', ');
  const first =
    failed.length === 0
      ? `${again} if it is still needed`
      : transient
        ? `${again} later; each attempt ended with a transient error`
        : `correct ${names} and ${again}`;
  if (left.length === 0) return [first];
  return [first, 'its plan starts from what is still there; to retire that: baton decommission ASSET...'];
}

function few(texts: string[][]): string[][] {
  const more = texts.length - named;
  return more > 0 ? [...texts.slice(0, named), [`and ${counted(more, 'more', 'more')}`]] : texts;
}
