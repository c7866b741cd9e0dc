/**
 * The rule of a composite alarm.
 * Source: CloudWatch API Reference, "PutCompositeAlarm", AlarmRule: ALARM, OK and INSUFFICIENT_DATA of an alarm by name
 * or ARN, TRUE, FALSE, AND, OR, NOT, parentheses.
 */
import { validationError } from '../input.ts';
import type { AlarmState } from './state.ts';

export type Rule =
  | { kind: 'state'; state: AlarmState; alarm: string }
  | { kind: 'constant'; value: boolean }
  | { kind: 'not'; rule: Rule }
  | { kind: 'and' | 'or'; left: Rule; right: Rule };

/** The argument of a function is taken whole, because names have almost any character. */
const token =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"((?:[^"\\]|\\.)*)"|([^()"\s][^()"]*?))\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/y;

interface Token {
  word: string;
  alarm?: string;
}

/** @throws ServiceError ValidationError */
export function parseRule(text: string): Rule {
  if (text.length > 10_240) throw validationError('AlarmRule must have at most 10,240 characters.');
  if (/\bAT_LEAST\s*\(/.test(text))
    throw validationError('The local cloud does not know AT_LEAST in AlarmRule.');
  const tokens = tokensOf(text);
  let at = 0;
  const fail = () =>
    validationError(`AlarmRule is not valid near ${JSON.stringify(tokens[at]?.word ?? 'its end')}: ${text}`);
  const take = (word: string) => tokens[at]?.word === word && tokens[at]?.alarm === undefined && ++at > 0;
  const either = (): Rule => {
    let left = all();
    while (take('OR')) left = { kind: 'or', left, right: all() };
    return left;
  };
  const all = (): Rule => {
    let left = one();
    while (take('AND')) left = { kind: 'and', left, right: one() };
    return left;
  };
  const one = (): Rule => {
    if (take('NOT')) return { kind: 'not', rule: one() };
    if (take('TRUE')) return { kind: 'constant', value: true };
    if (take('FALSE')) return { kind: 'constant', value: false };
    const next = tokens[at];
    if (next?.alarm !== undefined) {
      at += 1;
      return { kind: 'state', state: next.word as AlarmState, alarm: next.alarm };
    }
    if (!take('(')) throw fail();
    const inner = either();
    if (!take(')')) throw fail();
    return inner;
  };
  const rule = either();
  if (at < tokens.length) throw fail();
  return rule;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match === null)
      throw validationError(
        `AlarmRule is not valid near ${JSON.stringify(text.slice(from, from + 40))}: ${text}`,
      );
    const [, state, quoted, bare, word, sign] = match;
    if (state === undefined) tokens.push({ word: word ?? sign ?? '' });
    else tokens.push({ word: state, alarm: nameOf(quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '') });
  }
  return tokens;
}

function nameOf(nameOrArn: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** Returns the names of the alarms that a rule reads. */
export function alarmsOf(rule: Rule): string[] {
  if (rule.kind === 'state') return [rule.alarm];
  if (rule.kind === 'constant') return [];
  if (rule.kind === 'not') return alarmsOf(rule.rule);
  return [...new Set([...alarmsOf(rule.left), ...alarmsOf(rule.right)])];
}

/** Tells whether a rule holds. An alarm that does not exist has no state, so that nothing holds of it. */
export function holds(rule: Rule, stateOf: (alarm: string) => AlarmState | undefined): boolean {
  switch (rule.kind) {
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'constant':
      return rule.value;
    case 'not':
      return !holds(rule.rule, stateOf);
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf);
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf);
  }
}
