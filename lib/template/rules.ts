import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { evaluate } from './evaluate.ts';
import { sameValue } from './functions/conditions.ts';
import { isUnresolved, own, scalarText, shown, within } from './intrinsic.ts';
import type { Scope, TemplateProblem } from './scope.ts';

/** Undefined: undecidable here, because it depends on the account. */
type Truth = boolean | undefined;
type RuleFunction = (argument: JsonValue[], scope: Scope, path: string) => Truth;

/**
 * Returns the failed assertions of a template's Rules section for these parameters, with their descriptions. Assertions
 * about the account (`Fn::RefAll`, `Fn::ValueOf`) can't be decided here and count as passed.
 * Source: "Rules", AWS CloudFormation User Guide.
 */
export function failedAssertions(rules: JsonObject, scope: Scope): TemplateProblem[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const path = within('Rules', name);
    if (!isObject(rule) || !Array.isArray(rule.Assertions)) {
      return [{ path, code: 'Rule', message: `a rule needs a list of Assertions, got ${shown(rule)}` }];
    }
    const condition = rule.RuleCondition;
    if (condition !== undefined && truthOf(condition, scope, within(path, 'RuleCondition')) === false)
      return [];
    return rule.Assertions.flatMap((assertion, index) =>
      failed(assertion, scope, within(path, `Assertions.${index}`)),
    );
  });
}

function failed(assertion: JsonValue, scope: Scope, path: string): TemplateProblem[] {
  if (!isObject(assertion) || assertion.Assert === undefined) {
    return [{ path, code: 'Rule', message: `an assertion needs an Assert, got ${shown(assertion)}` }];
  }
  if (truthOf(assertion.Assert, scope, within(path, 'Assert')) !== false) return [];
  const description = scalarText(assertion.AssertDescription) ?? shown(assertion.Assert);
  return [{ path, code: 'RuleFailed', message: `the template's own rule does not hold: ${description}` }];
}

function truthOf(value: JsonValue, scope: Scope, path: string): Truth {
  if (typeof value === 'boolean') return value;
  if (!isObject(value)) return undefined;
  const [name = '', ...others] = Object.keys(value);
  const argument = value[name];
  const decide = own(ruleFunctions, name);
  if (decide === undefined || others.length > 0 || !Array.isArray(argument)) {
    scope.report?.({ path, code: 'Rule', message: `expected a rule function, got ${shown(value)}` });
    return undefined;
  }
  return decide(argument, scope, within(path, name));
}

/** Functions that depend on the account. */
const asksAccount = /"Fn::(RefAll|ValueOf|ValueOfAll)"/;

function knownValue(value: JsonValue | undefined, scope: Scope, path: string): JsonValue | undefined {
  if (value === undefined || asksAccount.test(JSON.stringify(value))) return undefined;
  const result = evaluate(value, scope, path);
  return result === undefined || isUnresolved(result) ? undefined : result;
}

const listOf = (value: JsonValue) => (Array.isArray(value) ? value : [value]);

const truths = (argument: JsonValue[], scope: Scope, path: string) =>
  argument.map((value, index) => truthOf(value, scope, within(path, index)));

/** Returns a function of two values that waits until both are known. */
const ofTwo =
  (decide: (left: JsonValue, right: JsonValue) => boolean): RuleFunction =>
  (argument, scope, path) => {
    const left = knownValue(argument[0], scope, within(path, 0));
    const right = knownValue(argument[1], scope, within(path, 1));
    return left === undefined || right === undefined ? undefined : decide(left, right);
  };

const isIn = (value: JsonValue, list: JsonValue) => listOf(list).some((item) => sameValue(item, value));

const ruleFunctions: Readonly<Record<string, RuleFunction>> = {
  'Fn::And': (argument, scope, path) => {
    const all = truths(argument, scope, path);
    if (all.includes(false)) return false;
    return all.includes(undefined) ? undefined : true;
  },
  'Fn::Or': (argument, scope, path) => {
    const all = truths(argument, scope, path);
    if (all.includes(true)) return true;
    return all.includes(undefined) ? undefined : false;
  },
  'Fn::Not': (argument, scope, path) => {
    const [truth] = truths(argument, scope, path);
    return truth === undefined ? undefined : !truth;
  },
  'Fn::Equals': ofTwo(sameValue),
  'Fn::Contains': ofTwo((list, value) => isIn(value, list)),
  'Fn::EachMemberEquals': ofTwo((list, value) => listOf(list).every((item) => sameValue(item, value))),
  'Fn::EachMemberIn': ofTwo((list, allowed) => listOf(list).every((item) => isIn(item, allowed))),
};
