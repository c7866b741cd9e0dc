import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// Texts that people read are plain American English: a named subject, an active verb, the industry's words, and one word
// for one thing. This test finds single words and phrases only; the rest is for whoever reviews the text.

const root = join(import.meta.dirname, '..');

/** What is covered. A folder that is not here has not been read with this in mind yet. */
const covered: { what: string; files: string[]; textOf: (source: string) => string }[] = [
  {
    what: 'messages of rules',
    files: ['lib/policy/packs/**/*.cedar', 'lib/change/policies/**/*.cedar'],
    textOf: annotations,
  },
  {
    what: 'documentation',
    files: ['README.md', 'CONTRIBUTING.md', 'docs/*.md'],
    // Blocks hold code, diagrams, and what commands print; spans hold names.
    textOf: (source) => source.replaceAll(/```[\s\S]*?```|`[^`\n]+`|\]\([^)]*\)/g, blank),
  },
  { what: 'code of the documentation', files: ['docs/*.ts'], textOf: proseOf },
  {
    // The local cloud says what AWS says, in the words of AWS.
    what: 'messages and help in the code',
    files: ['lib/!(local)/**/*.ts', 'lib/*.ts', 'lambdas/*.ts', 'statemachines/*.ts', 'bin/*.ts'],
    textOf: messagesOf,
  },
];

/** Stems of verbs that British English writes with -ise. */
const ise =
  /\w*(author|capital|categor|central|custom|emphas|final|general|initial|local|maxim|minim|normal|optim|organ|penal|priorit|random|real|recogn|serial|special|standard|summar|synthes|token|util|visual)is(e|ed|es|er|ers|ing|ation|ations)\b/i;

/** What is not written, and what is written instead. */
const forbidden: [form: RegExp, instead: string][] = [
  [ise, '-ize'],
  [/\banalys(e|ed|ing)\b/i, '-yze'],
  [/\b\w*(colour|behaviour|favour|honour|neighbour|labour)\w*\b/i, '-or'],
  [/\b(catalogue|dialogue|analogue)s?\b/i, '-og'],
  [
    /\b(cancelled|cancelling|labelled|labelling|modelled|modelling|travell\w+|signalled|totalled)\b/i,
    'one l',
  ],
  [/\b(centre|metre|fibre)s?\b/i, '-er'],
  [
    /\b(licence|defence|offence|judgement|artefact|grey|cheque|programme)s?\b/i,
    'license, defense, judgment...',
  ],
  [
    /\b(whilst|amongst|thereof|wherein|therein|hence|thus|lest|upon|shall|whence)\b/i,
    'while, of it, so, must',
  ],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\banew\b/i, 'again, or a new one'],
  [/\bhand(s|ed)? in\b/i, 'submit'],
  [/\btak(e|es|en|ing) (it |them )?on\b/i, 'assume (a role)'],
  [/\bbreak(s|ing)? the glass\b/i, 'request an emergency change'],
  [/\b(somebody|everybody|anybody)\b/i, 'someone, everyone, anyone'],
  [/\bsay(s)? (how|which|what|who) they\b/i, 'set PROPERTY'],
];

describe('the voice', () => {
  for (const { what, files, textOf } of covered)
    it(`of ${what} uses plain American English`, () => {
      const paths = files.flatMap((pattern) => globSync(pattern, { cwd: root }));
      expect(paths.length).toBeGreaterThan(0);
      const found = paths.flatMap((file) => findingsIn(file, textOf(readFileSync(join(root, file), 'utf8'))));
      expect(found).toEqual([]);
    });

  it('finds the forbidden forms', () => {
    for (const text of [
      'it normalises',
      'Colours',
      'the catalogue',
      'cancelled',
      'mend it',
      'made anew',
      'handed in',
    ])
      expect(findingsIn('here', text), text).toHaveLength(1);
    for (const text of [
      'otherwise it promises',
      'raise it',
      'the analysis',
      'amended',
      'canceled',
      'a noise',
    ])
      expect(findingsIn('here', text), text).toEqual([]);
  });
});

describe('messages of rules', () => {
  const messages = covered[0]?.files.flatMap((pattern) => globSync(pattern, { cwd: root })) ?? [];

  it('of the packs name what they are about, and what it must do', () => {
    const wrong = messages
      .filter((file) => file.startsWith('lib/policy/'))
      .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/^@message\("(.*)"\)$/gm)])
      .map(([, message = '']) => message)
      .filter((message) => !/^(An? |The )/.test(message) || !/ must (not )?/.test(message));
    expect(wrong).toEqual([]);
  });
});

function annotations(source: string): string {
  return source
    .split('\n')
    .map((line) => (/^@(message|remedy)\(/.test(line) ? line : ''))
    .join('\n');
}

/** Nothing in place of something, on as many lines. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** Comments and literal texts of code, at their lines; a literal without a space is a name. */
function proseOf(source: string): string {
  return kept(source, (text) => text.startsWith('/') || text.includes(' '));
}

/** Literal texts of code alone, without the expressions in them and the names of statuses. */
function messagesOf(source: string): string {
  return kept(source, (text) => !text.startsWith('/') && text.includes(' ')).replaceAll(
    /\$\{[^}]*\}|'Cancelled'/g,
    blank,
  );
}

/** The source with blanks for all but the comments and literals that are kept. */
function kept(source: string, keep: (text: string) => boolean): string {
  let prose = '';
  let end = 0;
  for (const { 0: text, index } of source.matchAll(token)) {
    prose += blank(source.slice(end, index)) + (keep(text) ? text : blank(text));
    end = index + text.length;
  }
  return prose;
}

/** Names of bodies and laws are written as they write themselves. */
const properNames = /National Cyber Security Centre/g;

/** Each forbidden form in a text, with its place and what to write. */
function findingsIn(file: string, text: string): string[] {
  return text
    .replaceAll(properNames, blank)
    .split('\n')
    .flatMap((line, index) =>
      forbidden.flatMap(([form, instead]) => {
        const [match] = form.exec(line) ?? [];
        return match === undefined ? [] : [`${file}:${index + 1}: "${match}", use ${instead}`];
      }),
    );
}
