import { consoleLink } from '../client/console-link.ts';
import type { RunState, Snapshot } from '../client/requests/watch-request.ts';
import { describeProblem } from '../model/errors.ts';
import { approvalText, decisionText, windowText } from './approval-text.ts';
import { planHead, planText } from './plan-text.ts';
import { simulatedNote } from './simulated.ts';
import { counted, type Paint, painter } from './style.ts';
import type { Terminal } from './terminal.ts';
import { clockTime, Transitions } from './transitions.ts';
import { verdictsText } from './verdicts-text.ts';

/** For runs with more steps, only the ends of steps are shown. Plans with fewer steps are shown in full. */
const stepsTold = 300;

export interface ProgressOptions {
  /** Whether a capsule that waits for a decision is also shown. */
  showsCapsule?: boolean;
  /** Names the execution of each machine, with a console link if it has one. */
  executions?: { links: boolean };
  /** Whether the deployment's time is simulated. */
  simulated?: boolean;
  /** Whether to list every step of a rollback. */
  verbose?: boolean;
}

/** Shows the progress of a request: problems, verdicts and plan once each, and then every transition. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  readonly #nowSeconds: () => number;
  readonly #transitions = new Transitions();
  readonly #shown = new Set<string>();
  readonly #options: ProgressOptions;

  /** @param nowSeconds returns epoch seconds */
  constructor(terminal: Terminal, nowSeconds: () => number, options: ProgressOptions = {}) {
    this.#options = options;
    this.#nowSeconds = nowSeconds;
    this.#terminal = terminal;
    this.#paint = painter(terminal);
  }

  show(snapshot: Snapshot): void {
    const { problems, verdicts, plan, approval, run, undo, request } = snapshot;
    this.#execution(request.executionArn);
    if (problems.length > 0)
      this.#once('problems', () => [
        this.#paint('bad', `${counted(problems.length, 'problem')}:`),
        ...problems.map(
          (problem) => `   ${describeProblem({ ...problem, file: problem.file ?? request.file })}`,
        ),
      ]);
    // The verdicts come before their plan, whichever is found first.
    if (plan !== undefined && verdicts !== undefined) {
      this.#once(`verdicts ${request.verdictsHash}`, () => verdictsText(verdicts, this.#paint));
      // Whether a capsule will be shown is known once the change is open or the request has ended.
      const known =
        !this.#options.showsCapsule || request.changeId !== undefined || request.closedAt !== undefined;
      const outline = this.#options.showsCapsule === true && approval !== undefined;
      if (known) this.#once(`plan ${plan.hash}`, () => planText(plan, this.#paint, { outline }));
    }
    if (approval !== undefined) {
      this.#once(`approval ${approval.change.capsuleHash}`, () => [
        ...approvalText(approval, this.#paint),
        ...this.#simulated(),
      ]);
      for (const decision of approval.decisions) {
        const key = `decision ${decision.capsuleHash} ${decision.speaker.voice}`;
        if (!this.#shown.has(key)) this.#terminal.print(decisionText(decision, this.#paint));
        this.#shown.add(key);
      }
    }
    const { opensAt, windowReason } = request;
    if (opensAt !== undefined && (run === undefined || run.run.startedAt >= opensAt))
      this.#once(`window ${opensAt}`, () => [
        ...windowText(opensAt, windowReason, this.#now(), this.#paint),
        ...this.#simulated(),
      ]);
    if (run !== undefined && run.plan.steps.length > 0) this.#run(run, 'Applying the plan');
    if (undo !== undefined) {
      this.#once(`plan ${undo.plan.hash}`, () => [
        this.#paint('warn', `Rolling back: ${run?.run.stopping ?? 'a step failed'}`),
        ...(this.#options.verbose ? planText(undo.plan, this.#paint) : planHead(undo.plan, this.#paint)),
      ]);
      this.#run(undo, 'Applying the rollback plan', true);
    }
  }

  #simulated(): string[] {
    return simulatedNote({ local: this.#options.simulated === true }, this.#paint);
  }

  #now(): string {
    return new Date(this.#nowSeconds() * 1000).toISOString();
  }

  #run(state: RunState, title: string, endsOnly = false): void {
    const { run, plan, steps } = state;
    this.#once(`run ${run.runId}`, () => [
      this.#paint('strong', `${title}${this.#options.simulated ? ', in simulated time' : ''}:`),
    ]);
    this.#execution(run.executionArn);
    const short = (endsOnly && !this.#options.verbose) || plan.steps.length > stepsTold;
    for (const { text } of this.#transitions.next(state, this.#paint, short)) this.#terminal.print(text);
    const done = steps.filter(({ finishedAtSeconds }) => finishedAtSeconds !== undefined).length;
    const inFlight = steps.filter(({ status }) => status === 'InFlight' || status === 'Verifying');
    const seconds = Math.max(0, this.#nowSeconds() - Date.parse(run.startedAt) / 1000);
    const names = inFlight.map(({ index }) => plan.steps[index]?.resource ?? '').join(', ');
    if (run.status === 'Running')
      this.#terminal.status(
        `${clockTime(seconds)}  ${done} of ${plan.steps.length} done; in flight: ${names}`,
      );
  }

  #execution(arn: string): void {
    const { executions } = this.#options;
    if (executions === undefined || this.#shown.has(arn)) return;
    this.#shown.add(arn);
    this.#terminal.print(this.#paint('quiet', `Execution ${arn}`));
    if (executions.links) this.#terminal.print(this.#paint('quiet', `  ${consoleLink(arn)}`));
  }

  #once(key: string, text: () => string[]): void {
    if (this.#shown.has(key)) return;
    const blank = this.#shown.size > 0;
    this.#shown.add(key);
    if (blank) this.#terminal.print('');
    for (const line of text()) this.#terminal.print(line);
  }
}
