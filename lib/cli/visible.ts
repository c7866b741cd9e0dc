/**
 * Characters that a terminal acts on, or that change how the text around them is read: C0 except tab and line end, DEL,
 * C1, directional marks and overrides (Unicode Standard Annex #9), zero-width characters, line and paragraph
 * separators, and the byte order mark. Texts in requests may contain any of them (CVE-2021-42574, "Trojan Source").
 */
const acting =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\ufe00-\ufe0f]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Escapes such characters as `\u001b`: they become readable, and JSON stays equivalent. */
export function visible(text: string): string {
  return text.replace(acting, escaped);
}

/** Returns external text on one line: line ends and tabs are escaped too. */
export function oneLine(text: string): string {
  return visible(text).replace(/[\t\n]/g, (character) => (character === '\n' ? '\\n' : '\\t'));
}
