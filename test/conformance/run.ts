/** `npm run conformance -- asl|hpa|traffic ...` runs cases from a file and prints differences. */

type Runner = { run(args: string[]): Promise<number> };

const RUNNERS: Record<string, () => Promise<unknown>> = {
  asl: () => import('./asl.ts'),
  templates: () => import('./templates.ts'),
  policy: () => import('./policy.ts'),
  patterns: () => import('./patterns.ts'),
  traffic: () => import('./traffic.ts'),
  hpa: () => import('./hpa.ts'),
  'scaling-aws': () => import('./scaling-aws.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const runner = RUNNERS[name];
if (runner === undefined) {
  console.error(`usage: npm run conformance -- ${Object.keys(RUNNERS).join('|')} FILE...`);
  process.exitCode = 2;
} else {
  process.exitCode = await ((await runner()) as Runner).run(args);
}
