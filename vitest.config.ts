import { globSync, readFileSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that bring up a local cloud or synthesize the stack: seconds each, where all others take a fraction of one. */
const slow = [
  'test/{attacks,conformance,examples,infra,machines}/**',
  'test/cli/{decide,deployment,governance-check,local-run,local-up,requests-list,restart,scale,scaling-demo,start,walk-through}.test.ts',
  'test/{seams,audit/tampering,change/windows,policies/packs,policy/unsliced,rehearsal/any-plan,request/any-document}.test.ts',
];

/** Returns the files of which `npm test` runs a sample of the stories (test/sample.ts). */
function filesWithStories(): string[] {
  return globSync('test/**/*.test.ts').filter((file) =>
    /import \{[^}]*\b(story|stories|storyAt|isPlayed|everyStory)\b[^}]*\} from '[./]+sample\.ts'/.test(
      readFileSync(file, 'utf8'),
    ),
  );
}

const everyStory = { BATON_EVERY_STORY: '1' };
const environments: Record<string, Record<string, string>> = {
  stories: everyStory,
  long: { ...everyStory, BATON_EVERY_CASE: '1' },
};

/**
 * `--mode quick` leaves slow tests out, `--mode stories` runs every story of the files that have more than `npm test`
 * runs, and `--mode long` every story and every case.
 */
export default defineConfig(({ mode }) => {
  const exclude = [...configDefaults.exclude, ...(mode === 'quick' ? slow : [])];
  return {
    test: {
      env: environments[mode] ?? {},
      ...(mode === 'stories' && { include: filesWithStories() }),
      testTimeout: mode === 'stories' || mode === 'long' ? 240_000 : 60_000,
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
