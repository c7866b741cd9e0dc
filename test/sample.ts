import { describe, test } from 'vitest';

/**
 * Whether every story runs: `npm run test:stories` and `npm run test:long`. `npm test` runs a sample of the stories
 * that show one thing in many cases, each of which takes seconds on the local cloud.
 */
export const everyStory = process.env.BATON_EVERY_STORY === '1';

/** Whether suites run all of their cases: `npm run test:long`. */
export const everyCase = process.env.BATON_EVERY_CASE === '1';

/** Tells whether the story with an index runs: all of them, or one in so many. */
export function isPlayed(index: number, oneIn: number): boolean {
  return everyStory || index % oneIn === 0;
}

/** `test` for the story with an index, skipped if it isn't in the sample. */
export const storyAt = (index: number, oneIn: number) => test.skipIf(!isPlayed(index, oneIn));

/** `test` for a story of which `npm test` runs similar ones. */
export const story = test.skipIf(!everyStory);

/** `describe` for stories that are in no sample. */
export const stories = describe.skipIf(!everyStory);

/** Tells whether the case with an index runs: all of them in `npm run test:long`, or one in so many. */
export function isTried(index: number, oneIn: number): boolean {
  return everyCase || index % oneIn === 0;
}

/** How many random cases are played: all of them, or one in so many. */
export function runs(all: number, oneIn: number): { numRuns: number } {
  return { numRuns: everyCase ? all : Math.ceil(all / oneIn) };
}
