export interface HandlerError {
  errorCode: string;
  message: string;
}
