import type { Cut } from '../pictures/cut.ts'
import type { Step } from './step.ts'

/** What a worker is started with. */
export interface WorkerSettings {
  /** Absolute path of an ONNX file; absent: GrabCut. */
  readonly model?: string
}

/** The one thing a worker is asked for; one at a time. */
export interface Order {
  readonly picture: Uint8Array
  /** The first of its Int32 becomes 1 when nobody wants the result any more; seen without a turn of the event loop. */
  readonly cancelled: SharedArrayBuffer
}

/** How an order ends. */
export type Outcome =
  | ({ readonly kind: 'done' } & Cut)
  | { readonly kind: 'cancelled' }
  /** The picture is to blame. */
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  /** We are. */
  | { readonly kind: 'failed'; readonly reason: string }

/** What a worker says. */
export type Message =
  | { readonly kind: 'ready' }
  /** It can't start; `input` when the settings are to blame. */
  | { readonly kind: 'unfit'; readonly code: string; readonly reason: string; readonly hint?: string }
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
