/**
 * Tells whether the text matches a pattern with `*` and `?`, ignoring case. Runs in linear time except for the last
 * star.
 */
export function matchesWildcards(given: string, text: string): boolean {
  const pattern = given.trim().toLowerCase();
  const wanted = text.toLowerCase();
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < wanted.length) {
    if (pattern[at] === '*') {
      star = at;
      resume = from;
      at += 1;
    } else if (pattern[at] === '?' || (at < pattern.length && pattern[at] === wanted[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      from = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
