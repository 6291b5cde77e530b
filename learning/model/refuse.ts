/** Makes the error that names the model folder, of the reason why it is refused. */
export type Refuse = (why: string, cause?: unknown) => Error;
