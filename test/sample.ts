/**
 * Whether every story runs: `npm run test:long`. `npm test` runs a sample of the stories that test one thing many
 * times.
 */
export const everyStory = process.env.BATON_EVERY_STORY === '1';

/** Tells whether the story with an index runs: all of them, or one in so many. */
export function isPlayed(index: number, oneIn: number): boolean {
  return everyStory || index % oneIn === 0;
}

/** How many random cases are played: all of them, or one in so many. */
export function runs(all: number, oneIn: number): { numRuns: number } {
  return { numRuns: everyStory ? all : Math.ceil(all / oneIn) };
}
