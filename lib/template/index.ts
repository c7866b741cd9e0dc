export { closest, didYouMean, editDistance } from '../model/suggest.ts';
export { evaluate, evaluateCondition, expandLoops } from './evaluate.ts';
export { functionOf, holdsDynamicReference, isIntrinsic, isUnresolved } from './intrinsic.ts';
export { type PseudoParameters, pseudoParameters } from './pseudo-parameters.ts';
export { type Reference, referencesIn } from './references.ts';
export {
  attributeOf,
  type ResourceOutputs,
  resolveReferences,
  UnresolvedReference,
} from './resolve-references.ts';
export { failedAssertions } from './rules.ts';
export { type Answer, notYetKnown, type Scope, TemplateError, type TemplateProblem } from './scope.ts';
