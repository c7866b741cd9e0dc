import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, withFewSuggestions } from '../../lib/model/suggest.ts';

describe('the edit distance of two words', () => {
  test.each<[string, string, number]>([
    ['', '', 0],
    ['Queue', 'Queue', 0],
    ['Quueue', 'Queue', 1],
    ['Qeueu', 'Queue', 2],
    ['Topic', 'Queue', 5],
  ])('%s and %s: %i', (left, right, edits) => {
    expect(editDistance(left, right)).toBe(edits);
    // Above the limit, the exact distance doesn't matter.
    for (let most = 0; most < 6; most += 1)
      expect(Math.min(editDistance(left, right, most), most + 1)).toBe(Math.min(edits, most + 1));
  });
});

describe('suggestions', () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `Resource${at}`);

  test('are made for similar names', () => {
    expect(didYouMean('Resorce17', names)).toBe('; did you mean "Resource17"?');
    expect(didYouMean('Topic', names)).toBe('');
  });

  test('stop in a document with thousands of unknown names, and in no other', () => {
    const started = process.cpuUsage();
    const hints = withFewSuggestions(() => names.map((_, at) => didYouMean(`Rsource${at}x`, names)));
    const { user } = process.cpuUsage(started);
    expect(hints[0]).not.toBe('');
    expect(hints.at(-1)).toBe('');
    // Without a limit this takes minutes.
    expect(user / 1e6).toBeLessThan(5);
    expect(didYouMean('Resorce17', names)).not.toBe('');
  });
});
