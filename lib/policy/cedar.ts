export { CedarUnavailable, findCedarWasm, loadCedar, PolicyNotUsable } from '../cedar/cedar.ts';
