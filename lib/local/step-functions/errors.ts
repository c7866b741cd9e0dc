/** The errors of the Step Functions API. Each name is the API's own. */
export class ApiError extends Error {
  override readonly name: string;
  readonly statusCode = 400;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const noSuchStateMachine = (arn: string) =>
  new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
export const noSuchExecution = (arn: string) =>
  new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
export const executionExists = (arn: string) =>
  new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
export const noSuchResource = (arn: string) =>
  new ApiError('ResourceNotFound', `Resource not found: '${arn}'`);
export const invalidArn = (arn: string) => new ApiError('InvalidArn', `Invalid Arn: '${arn}'`);
export const invalidInput = (why: string) =>
  new ApiError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
export const invalidToken = (why: string) => new ApiError('InvalidToken', `Invalid Token: '${why}'`);
export const invalidOutput = (why: string) => new ApiError('InvalidOutput', `Invalid Output: '${why}'`);
/** As recorded from AWS (radkawar/stackd, testdata/aws/stepfunctions/redrive_execution.json). */
export const notRedrivable = (arn: string, why: string) =>
  new ApiError('ExecutionNotRedrivable', `Execution ${arn} invalid for redrive as: ${why}`);
export const validation = (why: string) => new ApiError('ValidationException', why);

const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/**
 * "StartExecution" (API reference): the characters that the name of an execution may contain. @throws ApiError
 * InvalidName
 */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw new ApiError('InvalidName', `Invalid Name: '${name}'`);
}
