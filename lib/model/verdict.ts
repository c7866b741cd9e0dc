/** The answer of a Lambda function that a traffic policy asks. */
export type ExternalVerdict = 'pass' | 'fail' | 'inconclusive';

/** What such a function is told: names and times, and no property of a resource. docs/traffic.md shows it. */
export interface VerdictQuestion {
  version: 1;
  /** The request that shifts, the scope, and the resource whose weights move: its id and its logical id. */
  request: string;
  scope: string;
  asset: string;
  resource: string;
  side: string;
  stableSide: string;
  /** Percent of the traffic that the new side has. */
  weight: number;
  /** The index of the current step, and how many there are. */
  step: number;
  steps: number;
  /** What is to be evaluated, as instants. */
  interval: { start: string; end: string };
}

/** An answer, or why there is none, in words of Baton's own: what a function or a service writes is not kept. */
export type VerdictAnswer = { verdict: ExternalVerdict } | { verdict: null; why: string };

/**
 * The name of a function alone. With an ARN, a request could name another account or region, and with a qualifier a version or an
 * alias ("Invoke", Lambda API Reference: `FunctionName` has up to 64 characters if it is only a name).
 */
export const functionNamePattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Settings, as far as they say which functions decide. */
interface Deciding {
  environments: Record<
    string,
    { traffic: { verdictFunctions: readonly { function: string; scopes: readonly string[] }[] } }
  >;
}

/**
 * Returns the functions that shifts of a scope may ask, each with all scopes that the settings name for it. Everything else is no
 * answer, so that a request alone makes Baton call nothing.
 */
export function functionsOf(
  { environments }: Deciding,
  { environment, scope }: { environment: string; scope: string },
): Map<string, readonly string[]> {
  const own = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  const named = Map.groupBy(own?.traffic.verdictFunctions ?? [], ({ function: name }) => name);
  return new Map(
    [...named]
      .map(([name, rows]) => [name, rows.flatMap(({ scopes }) => scopes)] as const)
      .filter(([name, scopes]) => scopes.includes(scope) && functionNamePattern.test(name)),
  );
}
