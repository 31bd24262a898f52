import { setPriority } from 'node:os'
import { type MessagePort, parentPort } from 'node:worker_threads'
import { messageOf, systemClock, TerraceError } from '@terrace/kit'
import { cut } from '../pictures/cut.ts'
import { PictureRefused } from '../pictures/refused.ts'
import type { Segmenter } from '../segmentation/segmenter.ts'
import type { Message, Order, Outcome } from './protocol.ts'
import { sharedSignal } from './shared-signal.ts'

/** On Linux a thread's own: the event loop, which answers the balancer, goes before the pictures. */
const NICENESS = 5

/**
 * The life of a worker thread: loads its segmenter, then works on one picture after the other. Says `unfit` and ends
 * when the segmenter can't be made.
 */
export async function serveWorker(createSegmenter: () => Promise<Segmenter>): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('this is to run in a worker thread')
  setPriority(NICENESS)
  const say = sayingTo(port)
  try {
    const segmenter = await createSegmenter()
    port.on('message', (order: Order) => answer(port, order, segmenter))
    say({ kind: 'ready' })
  } catch (error) {
    const { code, hint } = error instanceof TerraceError ? error : { code: 'CUTOUT_NO_SEGMENTER', hint: undefined }
    say({ kind: 'unfit', code, reason: messageOf(error), ...(hint === undefined ? {} : { hint }) })
  }
}

async function answer(port: MessagePort, { picture, cancelled }: Order, segmenter: Segmenter): Promise<void> {
  const signal = sharedSignal(new Int32Array(cancelled))
  const say = sayingTo(port)
  const outcome = await cut(picture, segmenter, {
    signal,
    clock: systemClock,
    onProgress: done => say({ kind: 'progress', done }),
    onStep: step => say({ kind: 'step', step }),
  }).then(
    (done): Outcome => ({ kind: 'done', ...done }),
    (error): Outcome => outcomeOf(error, signal),
  )
  say(
    { kind: 'outcome', outcome },
    outcome.kind === 'done' && outcome.png.buffer instanceof ArrayBuffer ? [outcome.png.buffer] : [],
  )
}

const sayingTo =
  (port: MessagePort) =>
  (message: Message, moved: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...moved])

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted) return { kind: 'cancelled' }
  if (error instanceof PictureRefused) return { kind: 'refused', status: error.status, detail: error.message }
  return { kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
