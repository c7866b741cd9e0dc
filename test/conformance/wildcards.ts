/** Compares JSON in which `<...>` and each listed placeholder match anything. */
import { isObject, type JsonValue } from '../../lib/model/json.ts';

export type Matcher = (expected: JsonValue, got: JsonValue | undefined) => boolean;

const TOKEN = /<[^<>]*>/g;

export function createMatcher(placeholders: string[]): Matcher {
  const matches: Matcher = (expected, got) => {
    if (typeof expected === 'string') return matchesText(expected, got);
    if (Array.isArray(expected)) {
      return (
        Array.isArray(got) &&
        got.length === expected.length &&
        expected.every((item, i) => matches(item, got[i]))
      );
    }
    if (!isObject(expected)) return Object.is(expected, got);
    if (got === undefined || !isObject(got)) return false;
    const keys = Object.keys(expected);
    return (
      keys.length === Object.keys(got).length && keys.every((key) => matches(expected[key] ?? null, got[key]))
    );
  };
  const matchesText = (expected: string, got: JsonValue | undefined) => {
    if (expected === got) return true;
    if (placeholders.includes(expected) || /^<[^<>]*>$/.test(expected)) return got !== undefined;
    return typeof got === 'string' && pattern(expected).test(got);
  };
  const pattern = (expected: string) => {
    const listed = placeholders.filter(
      (placeholder) => placeholder !== '' && !/^<[^<>]*>$/.test(placeholder),
    );
    const parts = listed
      .reduce((text, placeholder) => text.replaceAll(placeholder, '<>'), expected)
      .split(TOKEN);
    return new RegExp(`^${parts.map(literal).join('[\\s\\S]*')}$`);
  };
  return matches;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
