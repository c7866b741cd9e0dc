/** The public interface of this folder: load packs, create an engine, evaluate. */
export { parseBundle, restrictBundle, serializeBundle } from './bundle.ts';
export { loadCedar } from './cedar.ts';
export { createEngine } from './engine.ts';
export { applicableTo, createEngines, type Doing, judgeDoing, type PolicyEngines } from './engines.ts';
export {
  type DocumentVerdict,
  judgeDocument,
  type RuleVerdict,
  resourcesOfDocument,
} from './judge-document.ts';
export { builtInPacks, loadBundle, type PackSources } from './load-bundle.ts';
export { type PackCache, packCache } from './pack-cache.ts';
export { builtInPackNames, builtInRules, type Selection, selectPolicies } from './select.ts';
export type {
  EngineOptions,
  JudgeRequest,
  PackReference,
  Phase,
  PolicyBundle,
  PolicyEngine,
  PolicyRule,
} from './types.ts';
export {
  applyWaivers,
  approvedWaivers,
  requestedWaivers,
  settingsWaivers,
  type WaiverFrame,
  waiversUsed,
} from './waivers.ts';
