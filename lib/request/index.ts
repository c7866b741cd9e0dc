export { type Inputs, noInputs } from './inputs.ts';
