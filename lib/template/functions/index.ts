import type { Context, TemplateFunction } from '../scope.ts';
import { notYetKnown } from '../scope.ts';
import { cidr } from './cidr.ts';
import { conditionFunctions, ifElse } from './conditions.ts';
import { findInMap, length, select } from './lists.ts';
import { getAtt, getAzs, importValue, ref } from './references.ts';
import { base64, join, split, sub, toJsonString } from './text.ts';

/** In a value, the result of a condition function is its truth. */
const asValue = Object.entries(conditionFunctions).map(([name, decide]): [string, TemplateFunction] => [
  name,
  (argument, context: Context, path) => {
    const truth = decide(argument, context, path);
    return truth === notYetKnown ? { [name]: argument } : truth;
  },
]);

/** A macro runs unreviewed code in the account, and works only in a stack. */
const transform: TemplateFunction = (argument, context, path) => {
  context.fail(
    path,
    'Macro',
    'Fn::Transform calls a macro, which only a CloudFormation stack can run; expand it first',
  );
  return { 'Fn::Transform': argument };
};

/** Returns the row of a function that is refused by name, because it needs an account or a stack. */
const refused = (name: string, why: string): [string, TemplateFunction] => [
  name,
  (argument, context, path) => {
    context.fail(path, 'UnsupportedFunction', `${name} ${why}`);
    return { [name]: argument };
  },
];

/** Every function that a template may call. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map([
  ['Ref', ref],
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Join', join],
  ['Fn::Split', split],
  ['Fn::Select', select],
  ['Fn::FindInMap', findInMap],
  ['Fn::If', ifElse],
  ...asValue,
  ['Fn::Base64', base64],
  ['Fn::Cidr', cidr],
  ['Fn::GetAZs', getAzs],
  ['Fn::ImportValue', importValue],
  ['Fn::Length', length],
  ['Fn::ToJsonString', toJsonString],
  ['Fn::Transform', transform],
  refused('Fn::GetStackOutput', 'reads another stack at run time; use Fn::ImportValue or a parameter'),
  ...['Contains', 'EachMemberEquals', 'EachMemberIn', 'RefAll', 'ValueOf', 'ValueOfAll'].map((name) =>
    refused(`Fn::${name}`, 'may stand only in the Rules section'),
  ),
]);
