import { Lexer, Parser } from 'yaml';

/** The parser's output for a text, ready to be composed. */
export type YamlTokens = ReturnType<Parser['parse']>;

/**
 * Parses YAML and accepts any indentation inside brackets, including that of the closing bracket. YAML requires it to
 * be deeper than the key's, but SnakeYAML, which CloudFormation uses, does not.
 */
export function* parseYaml(text: string): YamlTokens {
  const parser = new Parser();
  for (const lexeme of looseLexer().lex(text)) yield* parser.next(lexeme);
  yield* parser.end();
}

/** The library's lexer has no option for this. It compares lines with the minimum indentation. */
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
