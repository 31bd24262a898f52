// Loaded into functions: imports nothing. What goes over the socket between the cloud and a function's process: one JSON
// document a line.

/** An error as Lambda answers it. @see Lambda Developer Guide, "Node.js function errors" */
export interface FailureBody {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

/** From the cloud. */
export interface InvokeMessage {
  readonly id: string
  readonly arn: string
  /** JSON text. */
  readonly payload: string
  /** Milliseconds that are left. */
  readonly remaining: number
  /** JSON text. */
  readonly clientContext?: string
}

/** From the process. */
export type RuntimeMessage =
  | { readonly type: 'hello'; readonly environment: string }
  | { readonly type: 'ready' }
  | { readonly type: 'initFailed'; readonly error: FailureBody }
  /** A whole entry of the log. */
  | { readonly type: 'log'; readonly text: string; readonly level: string }
  /** `payload`: JSON text; absent when the handler gave nothing that JSON has. */
  | { readonly type: 'done'; readonly id: string; readonly payload: string; readonly rss: number }
  /** `ends`: the process does so now. */
  | {
      readonly type: 'failed'
      readonly id: string
      readonly error: FailureBody
      readonly rss: number
      readonly ends?: true
    }
