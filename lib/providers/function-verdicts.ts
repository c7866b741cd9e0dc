import type { SignedFetch } from '../aws/signed-fetch.ts';
import { functionNamePattern, type VerdictAnswer, type VerdictQuestion } from '../model/verdict.ts';

/** A tick has 30 seconds, and its other work must fit, too. All functions of a shift are asked at the same time. */
const answerMilliseconds = 10_000;
/** An answer is one word. Lambda sends up to 6 MB. */
const answerBytesMax = 16_384;

const verdicts = new Set(['pass', 'fail', 'inconclusive']);
const nothing = (why: string): VerdictAnswer => ({ verdict: null, why });

/**
 * Asks Lambda functions of users for verdicts. Anything but a whole, timely and well-formed answer is none; nothing is thrown, so that
 * no function holds up a run. It is asked once: what comes after the time is not read, and the next interval asks again.
 */
export class FunctionVerdicts {
  readonly #client: Pick<SignedFetch, 'once'>;
  readonly #milliseconds: number;

  constructor(client: Pick<SignedFetch, 'once'>, milliseconds = answerMilliseconds) {
    this.#client = client;
    this.#milliseconds = milliseconds;
  }

  /** Returns the verdict of a function, whose name the caller has compared with the settings. */
  async ask(name: string, question: VerdictQuestion): Promise<VerdictAnswer> {
    if (!functionNamePattern.test(name)) return nothing('it is not named by a name alone');
    const signal = AbortSignal.timeout(this.#milliseconds);
    try {
      // Without a qualifier, Lambda runs the code that is published as $LATEST ("Invoke", Lambda API Reference).
      const response = await this.#client.once(
        {
          ...{ service: 'lambda', method: 'POST', path: `/2015-03-31/functions/${name}/invocations` },
          headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'RequestResponse' },
          body: JSON.stringify(question),
        },
        signal,
      );
      return await read(response);
    } catch {
      return nothing(
        signal.aborted ? `not within ${this.#milliseconds / 1000} s` : 'the connection was lost',
      );
    }
  }
}

async function read(response: Response): Promise<VerdictAnswer> {
  const text = await shortText(response);
  if (text === undefined) return nothing(`more than ${answerBytesMax / 1024} KB`);
  // The status is 200 also if the function failed; a header says so, and the body is the error ("Invoke", Lambda API Reference).
  if (response.headers.has('x-amz-function-error')) return nothing('it failed');
  if (response.status !== 200) return nothing(errorCode(response) ?? `status ${response.status}`);
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, 'verdict'))
      return nothing(expectedAnswer);
    const { verdict } = answer as { verdict: unknown };
    return verdicts.has(verdict as string) ? ({ verdict } as VerdictAnswer) : nothing(expectedAnswer);
  } catch {
    return nothing(expectedAnswer);
  }
}

const expectedAnswer = 'expected {"verdict": "pass"}, "fail" or "inconclusive"';

/** Returns Lambda's own error code, such as `TooManyRequestsException`. Other text could be anyone's. */
function errorCode({ headers }: Response): string | undefined {
  return /^[A-Za-z0-9]{1,64}/.exec(headers.get('x-amzn-errortype') ?? '')?.[0];
}

/** Returns the body, or undefined as soon as it is too long. */
async function shortText({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > answerBytesMax) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
