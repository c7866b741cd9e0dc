/**
 * Tells whether a text matches a pattern in which `*` stands for any text, and `single` for any single character. Takes
 * at most time proportional to pattern times text: patterns come from requests, and a regular expression with many `.*`
 * would try every division of the text.
 */
export function fitsWildcard(pattern: string, text: string, single?: '?'): boolean {
  let at = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      resume = inText;
    } else if (at < pattern.length && (pattern[at] === text[inText] || pattern[at] === single)) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      // The last star matches one more character. Earlier stars never need to be tried again.
      at = star + 1;
      resume += 1;
      inText = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
