/** `npm run conformance -- asl|templates|policy ...`: runs cases from a file and prints what differs. */

type Runner = { run(args: string[]): Promise<number> };

const RUNNERS: Record<string, () => Promise<unknown>> = {
  asl: () => import('./asl.ts'),
  templates: () => load('./templates.ts'),
  policy: () => load('./policy.ts'),
};

/** By a name the compiler does not follow: a runner may not be there yet. */
function load(path: string): Promise<unknown> {
  return import(new URL(path, import.meta.url).href);
}

const [name = '', ...args] = process.argv.slice(2);
const runner = RUNNERS[name];
if (runner === undefined) {
  console.error(`usage: npm run conformance -- ${Object.keys(RUNNERS).join('|')} FILE...`);
  process.exitCode = 2;
} else {
  process.exitCode = await ((await runner()) as Runner).run(args);
}
