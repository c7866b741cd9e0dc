import { globSync, readFileSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that bring up a local cloud or synthesize the stack: seconds each, where all others take a fraction of one. */
const slow = [
  'test/{attacks,conformance,examples,infra,machines}/**',
  'test/cli/{decide,deployment,governance-check,local-run,local-up,requests-list,restart,start,walk-through}.test.ts',
  'test/{audit/tampering,change/windows,policies/packs,policy/unsliced,rehearsal/any-plan,request/any-document}.test.ts',
];

/**
 * Tests that need fresh functions: with an assembly of their own, since functions stay in memory until their process ends;
 * or that verify trails, since a warm function does not store its rules again for the next cloud.
 */
const alone = globSync('test/**/*.test.ts', { cwd: import.meta.dirname }).filter((file) =>
  /assemblyWith|windowedAssembly|batonApp|verifyTrail|'audit', '/.test(
    readFileSync(`${import.meta.dirname}/${file}`, 'utf8'),
  ),
);

/** `--mode quick` leaves slow tests out; `--mode long` plays every story (test/sample.ts). */
export default defineConfig(({ mode }) => {
  const exclude = [...configDefaults.exclude, ...(mode === 'quick' ? slow : [])];
  return {
    test: {
      env: mode === 'long' ? { BATON_EVERY_STORY: '1' } : {},
      testTimeout: 60_000,
      hookTimeout: 120_000,
      pool: 'forks',
      // All processors: Vitest leaves one to itself by default, which on two halves the speed.
      maxWorkers: '100%',
      projects: [
        // These share a process, what it imported, and warm functions (test/machines/warm-port.ts).
        {
          extends: true,
          test: {
            name: 'shared',
            isolate: false,
            include: ['test/**/*.test.ts'],
            exclude: [...exclude, ...alone],
          },
        },
        { extends: true, test: { name: 'alone', include: alone, exclude } },
      ],
    },
  };
});
