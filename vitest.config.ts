import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that bring up a local cloud or synthesize the stack: seconds each, where all others take a fraction of one. */
const slow = [
  'test/{attacks,conformance,examples,infra,machines}/**',
  'test/cli/{decide,deployment,governance-check,local-run,local-up,requests-list,restart,start,walk-through}.test.ts',
  'test/{audit/tampering,change/windows,policies/packs,policy/unsliced,rehearsal/any-plan,request/any-document}.test.ts',
];

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
      // Node runs the sources as they are, as it does for users, instead of a transformed copy.
      experimental: { viteModuleRunner: false },
      // Files share a process, what it imported, and warm functions (test/machines/warm-port.ts).
      isolate: false,
      exclude,
    },
  };
});
