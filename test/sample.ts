/** Whether every story is played: `npm run test:long`. `npm test` plays a sample of those that prove one thing many times. */
export const everyStory = process.env.BATON_EVERY_STORY === '1';

/** Whether the story of an index is played: all of them, or one in so many. */
export function isPlayed(index: number, oneIn: number): boolean {
  return everyStory || index % oneIn === 0;
}
