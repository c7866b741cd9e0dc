import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// Messages, documentation, comments and test names are plain American English: a named subject, an active verb, the
// industry's words, and one word for one thing. This test finds single words and phrases only; reviewers check the rest.

const root = join(import.meta.dirname, '..');

/** Stems of verbs that British English writes with -ise. */
const ise =
  /\w*(author|capital|categor|central|custom|emphas|final|general|initial|local|maxim|minim|normal|optim|organ|penal|priorit|random|real|recogn|serial|special|standard|summar|synthes|token|util|visual)is(e|ed|es|er|ers|ing|ation|ations)\b/i;

type Forms = readonly (readonly [form: RegExp, instead: string])[];

/** Forbidden forms, each with its replacement. */
const forbidden: Forms = [
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

/** Forms that are forbidden in comments and test names. Messages and documentation may need some of them. */
const unidiomatic: Forms = [
  [/\bnobody\b/i, 'no one, or the role that may not'],
  [/\bwhoever\b/i, 'anyone who, or the role that'],
  [/\bbeside\b/i, 'next to, with, or in addition to'],
  [/\balike\b/i, 'the same, or both'],
  [/\b(that|which|who) (is|are) none\b/i, 'is not a, or an invalid'],
  [/\bthere (is|are) (not|none of)\b/i, 'does not exist, or unknown'],
  [/\bgo(es)? on\b/i, 'continue'],
  [/\blets? (\w+ )+know\b/i, 'tell, or notify'],
  [/\b(makes?|made|making) good\b/i, 'fix, or complete'],
  [/\bjudge[sd]?\b(?![-\w])/i, 'evaluate'],
  [/\bexcuse[sd]?\b/i, 'exempt, or waive'],
  [/\b(un|re)made\b/i, 'rolled back, or created again'],
  [/\bcome(s)? to (nothing|rest)\b/i, 'has no effect, or is idle'],
  [/\bit is said (when|where|that)\b/i, 'it is reported'],
];

/** The covered texts. `more` are forms that are forbidden in addition to those for every text. */
const covered: { what: string; files: string[]; textOf: (source: string) => string; more?: Forms }[] = [
  {
    what: 'messages of rules',
    files: ['lib/policy/packs/**/*.cedar', 'lib/change/policies/**/*.cedar'],
    textOf: annotations,
  },
  {
    what: 'documentation',
    files: ['README.md', 'CONTRIBUTING.md', 'docs/*.md'],
    // Blocks contain code, diagrams and output of commands; spans contain names.
    textOf: (source) => source.replaceAll(/```[\s\S]*?```|`[^`\n]+`|\]\([^)]*\)/g, blank),
  },
  { what: 'code of the documentation', files: ['docs/*.ts'], textOf: proseOf },
  {
    // The local cloud uses the texts of AWS.
    what: 'messages and help in the code',
    files: ['lib/!(local)/**/*.ts', 'lib/*.ts', 'lambdas/*.ts', 'statemachines/*.ts', 'bin/*.ts'],
    textOf: messagesOf,
  },
  {
    what: 'comments in the code',
    files: [
      'lib/**/*.ts',
      'lambdas/*.ts',
      'statemachines/*.ts',
      'bin/*.ts',
      'examples/**/*.ts',
      'test/!(voice.test).ts',
      'test/*/**/*.ts',
    ],
    textOf: commentsOf,
    more: unidiomatic,
  },
  { what: 'test names', files: ['test/**/*.test.ts'], textOf: testNamesOf, more: unidiomatic },
  {
    what: 'identifiers',
    files: [
      'lib/**/*.ts',
      'lambdas/*.ts',
      'statemachines/*.ts',
      'bin/*.ts',
      'docs/*.ts',
      'examples/**/*.ts',
      'test/!(voice.test).ts',
      'test/*/**/*.ts',
    ],
    textOf: identifiersOf,
  },
];

describe('the voice', () => {
  for (const { what, files, textOf, more = [] } of covered)
    it(`of ${what} uses plain American English`, () => {
      const paths = files.flatMap((pattern) => globSync(pattern, { cwd: root }));
      expect(paths.length).toBeGreaterThan(0);
      const forms = [...forbidden, ...more];
      const found = paths.flatMap((file) =>
        findingsIn(file, textOf(readFileSync(join(root, file), 'utf8')), forms),
      );
      expect(found).toEqual([]);
    });

  it('of names of files uses American English', () => {
    const paths = globSync('{lib,lambdas,statemachines,bin,docs,test}/**/*.ts', { cwd: root });
    expect(findingsIn('files', paths.map(wordsOf).join('\n'), forbidden)).toEqual([]);
  });

  it('finds the forbidden forms in identifiers', () => {
    for (const text of ['const normaliseText = 1', 'handIn()', 'one.catalogueOf', 'HandedIn', 'COLOUR_MAX'])
      expect(findingsIn('here', identifiersOf(text), forbidden), text).toHaveLength(1);
    for (const text of ["'normalise'", '// colour', 'standIn()', 'otherwise', 'handInput'])
      expect(findingsIn('here', identifiersOf(text), forbidden), text).toEqual([]);
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
      expect(findingsIn('here', text, forbidden), text).toHaveLength(1);
    for (const text of [
      'otherwise it promises',
      'raise it',
      'the analysis',
      'amended',
      'canceled',
      'a noise',
    ])
      expect(findingsIn('here', text, forbidden), text).toEqual([]);
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

/** Replaces a text with spaces and keeps its line ends. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** Keeps comments and literal texts of code on their lines. A literal without a space is a name. */
function proseOf(source: string): string {
  return kept(source, (text) => text.startsWith('/') || text.includes(' '));
}

/** Keeps only comments, without code in backticks and quoted text. */
function commentsOf(source: string): string {
  return kept(source, (text) => text.startsWith('/')).replaceAll(/`[^`\n]+`|"[^"\n]+"/g, blank);
}

/** The literal that names a test. Tables of tests have it after their rows. */
const testName = /(?:\b(?:describe|it|test)(?:\.\w+)*|\))\(\s*$/;

/** Keeps only the names of tests, without the expressions in them and the code in backticks. */
function testNamesOf(source: string): string {
  return kept(
    source,
    (text, before) => !text.startsWith('/') && text.includes(' ') && testName.test(before),
  ).replaceAll(/\$\{[^}]*\}|(?<=\w )`[^`\n]*`/g, blank);
}

/** Keeps only literal texts, without the expressions in them and the names of statuses. */
function messagesOf(source: string): string {
  return kept(source, (text) => !text.startsWith('/') && text.includes(' ')).replaceAll(
    /\$\{[^}]*\}|'Cancelled'/g,
    blank,
  );
}

/**
 * Names that can't change: a key of conformance cases of another project; a fact and a level that rules and capsules
 * name, and what belongs to them; a status in patterns of tests.
 */
const fixedNames = /\bbehaviou?rs?\b|\w*(any|every|some)body\w*|\bCancelled\b/gi;

/** Keeps only identifiers, as words: `hand In` for `handIn`. */
function identifiersOf(source: string): string {
  return wordsOf(source.replaceAll(token, blank).replaceAll(fixedNames, blank));
}

/** Separates the words of names: `hand In` for `handIn`, `hand in` for `hand-in` and `hand_in`. */
function wordsOf(text: string): string {
  return text.replaceAll(/(?<=[a-z])(?=[A-Z])|[-_/.]/g, ' ');
}

/** Replaces everything with spaces except the comments and literals that `keep` selects. */
function kept(source: string, keep: (text: string, before: string) => boolean): string {
  let prose = '';
  let end = 0;
  for (const { 0: text, index } of source.matchAll(token)) {
    prose +=
      blank(source.slice(end, index)) +
      (keep(text, source.slice(Math.max(0, index - 40), index)) ? text : blank(text));
    end = index + text.length;
  }
  return prose;
}

/** Names of organizations keep their spelling. */
const properNames = /National Cyber Security Centre/g;

/** Returns each forbidden form in a text with its place and its replacement. */
function findingsIn(file: string, text: string, forms: Forms): string[] {
  return text
    .replaceAll(properNames, blank)
    .split('\n')
    .flatMap((line, index) =>
      forms.flatMap(([form, instead]) => {
        const [match] = form.exec(line) ?? [];
        return match === undefined ? [] : [`${file}:${index + 1}: "${match}", use ${instead}`];
      }),
    );
}
