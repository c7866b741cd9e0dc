import { Lexer, Parser } from 'yaml';

/** What the parser makes of a text, to be composed. */
export type YamlTokens = ReturnType<Parser['parse']>;

/**
 * The tokens of a YAML text in which what stands between brackets may be indented as one likes, the closing bracket too.
 * YAML demands that it is indented beyond its key; SnakeYAML, which CloudFormation reads with, does not ask.
 */
export function* parseYaml(text: string): YamlTokens {
  const parser = new Parser();
  for (const lexeme of looseLexer().lex(text)) yield* parser.next(lexeme);
  yield* parser.end();
}

/** The library's lexer has no option for it: the least indentation is what it compares lines with. */
function looseLexer(): Lexer {
  const lexer = new Lexer();
  const flowLevel = () => (lexer as unknown as { flowLevel: number }).flowLevel;
  let indentNext = 0;
  Object.defineProperty(lexer, 'indentNext', {
    get: () => (flowLevel() > 0 ? 0 : indentNext),
    set: (value: number) => {
      indentNext = value;
    },
  });
  return lexer;
}
