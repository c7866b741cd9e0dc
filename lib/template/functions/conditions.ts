import { canonicalJson, isObject, type JsonValue } from '../../model/json.ts';
import { isUnresolved, scalarText, shown, within } from '../intrinsic.ts';
import { type Context, notYetKnown, noValue, type TemplateFunction } from '../scope.ts';

type Truth = boolean | typeof notYetKnown;

/** Evaluates only the chosen branch, so that the other may refer to what doesn't exist. */
export const ifElse: TemplateFunction = (argument, context, path) => {
  const [condition, yes, no] = Array.isArray(argument) ? argument : [];
  const shape = Array.isArray(argument) && argument.length === 3;
  if (!shape || condition === undefined || yes === undefined || no === undefined) {
    const expected = 'Fn::If takes the name of a condition, a value if true and a value if false';
    context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
    return { 'Fn::If': argument };
  }
  // `!If [No, ...]` is a literal truth. A condition that is a function must be in Conditions.
  if (typeof condition !== 'string' && typeof condition !== 'boolean') {
    const expected = 'expected a condition: Fn::If takes the name of one as its first element';
    context.fail(within(path, 0), 'FunctionArguments', `${expected}, got ${shown(condition)}`);
    return { 'Fn::If': argument };
  }
  const truth = context.condition(condition, within(path, 0));
  if (truth === notYetKnown) {
    const branches = [yes, no].map((branch, index) => context.evaluate(branch, within(path, index + 1)));
    return {
      'Fn::If': [
        condition,
        ...branches.map((branch) => (branch === noValue ? { Ref: 'AWS::NoValue' } : branch)),
      ],
    };
  }
  return truth ? context.evaluate(yes, within(path, 1)) : context.evaluate(no, within(path, 2));
};

/** Converts numbers and booleans to text at any depth, as CloudFormation does for comparison. */
function comparable(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(comparable);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
  return scalarText(value) ?? value;
}

/** Tells whether two values are equal for CloudFormation. */
export function sameValue(left: JsonValue, right: JsonValue): boolean {
  return canonicalJson(comparable(left)) === canonicalJson(comparable(right));
}

function equals(argument: JsonValue, context: Context, path: string): Truth {
  const values = Array.isArray(argument) ? argument : [];
  const [left, right] = values.map((value, index) => context.evaluate(value, within(path, index)));
  if (values.length !== 2 || left === undefined || right === undefined) {
    context.fail(path, 'FunctionArguments', `Fn::Equals takes two values, got ${shown(argument)}`);
    return notYetKnown;
  }
  if (left === noValue || right === noValue) return left === right;
  if (isUnresolved(left) || isUnresolved(right)) return notYetKnown;
  return sameValue(left, right);
}

/** CloudFormation requires 2 to 10 conditions. Accepting a single one is harmless. */
function several(name: string, argument: JsonValue, context: Context, path: string): Truth[] {
  if (Array.isArray(argument) && argument.length >= 1 && argument.length <= 10) {
    return argument.map((condition, index) => context.condition(condition, within(path, index)));
  }
  context.fail(path, 'FunctionArguments', `${name} takes 2 to 10 conditions, got ${shown(argument)}`);
  return [notYetKnown];
}

function and(argument: JsonValue, context: Context, path: string): Truth {
  const truths = several('Fn::And', argument, context, path);
  if (truths.includes(false)) return false;
  return truths.includes(notYetKnown) ? notYetKnown : true;
}

function or(argument: JsonValue, context: Context, path: string): Truth {
  const truths = several('Fn::Or', argument, context, path);
  if (truths.includes(true)) return true;
  return truths.includes(notYetKnown) ? notYetKnown : false;
}

function not(argument: JsonValue, context: Context, path: string): Truth {
  const inner = Array.isArray(argument) && argument.length === 1 ? argument[0] : undefined;
  if (inner === undefined) {
    context.fail(path, 'FunctionArguments', `Fn::Not takes one condition in a list, got ${shown(argument)}`);
    return notYetKnown;
  }
  const truth = context.condition(inner, within(path, 0));
  return truth === notYetKnown ? notYetKnown : !truth;
}

/** The functions that return conditions. */
export const conditionFunctions: Readonly<
  Record<string, (argument: JsonValue, context: Context, path: string) => Truth>
> = { 'Fn::Equals': equals, 'Fn::And': and, 'Fn::Or': or, 'Fn::Not': not };
