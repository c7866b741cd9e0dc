import { hashOf } from '../../lib/model/json.ts';
import { checkPlan, planChange } from '../../lib/planner/index.ts';
import { noInputs, normalizeRequest, readManifest } from '../../lib/request/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { figureOf, type Row } from './figures.ts';
import { makeManifest } from './manifest.ts';

/**
 * Measures reading, validating, planning and checking a request in milliseconds, by its size. `plan cpu` is the
 * processor time of planning, which a busy machine affects little. The plan's hash is part of `plan` and also shown
 * separately as `hash in it`.
 */
export function planningRows(sizes: readonly number[]): Row[] {
  const lookup = typeLookup(ensureTypes());
  return sizes.map((size) => {
    const times: Record<string, number[]> = {};
    const note = (name: string, milliseconds: number) => {
      times[name] = [...(times[name] ?? []), milliseconds];
    };
    const timed = <Result>(name: string, work: () => Result): Result => {
      const cpuFrom = process.threadCpuUsage();
      const from = performance.now();
      const result = work();
      note(name, performance.now() - from);
      const cpu = process.threadCpuUsage(cpuFrom);
      if (name === 'plan') note('plan cpu', (cpu.user + cpu.system) / 1000);
      return result;
    };
    const repeats = size <= 1_000 ? 20 : size <= 10_000 ? 7 : 3;
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const { template } = makeManifest(size, 1);
      const manifest = timed('parse', () => readManifest(template, 'bench.json'));
      const desired = timed('validate', () =>
        normalizeRequest(manifest, {
          inputs: noInputs,
          headerDefaults: { environment: 'dev', service: 'bench', owner: 'bench', reason: 'a bench' },
          account: '111111111111',
          region: 'us-east-1',
          lookup,
          resourcesMax: size,
        }),
      );
      const plan = timed('plan', () => planChange({ requestId: 'bench', desired, assets: [], lookup }));
      const { hash, ...unhashed } = plan;
      const again = timed('hash in it', () => hashOf(unhashed));
      const problems = timed('check', () => checkPlan(plan, { desired, assets: [], lookup }));
      if (again !== hash || problems.length > 0) throw new Error(`bench: the plan of ${size} does not hold`);
    }
    const figures = Object.fromEntries(
      Object.entries(times).map(([name, values]) => [name, figureOf(values)]),
    );
    const row: Row = { section: 'milliseconds (median / p95)', name: `${size} resources`, figures };
    if (size !== 5_000) return row;
    return { ...row, target: 'plan cpu ≤ 50', met: (figures['plan cpu']?.median ?? Number.NaN) <= 50 };
  });
}
