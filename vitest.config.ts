import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // All processors: Vitest leaves one to itself by default, which on two halves the speed.
    maxWorkers: '100%',
  },
});
