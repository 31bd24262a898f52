// Loaded into the service under load: measures how late its event loop is, and tells it over the channel to its parent.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** Of the event loop's delay: what remains beyond the resolution of the timer that measures it. */
export interface LoopDelay {
  readonly p99Ms: number
  readonly maxMs: number
}

const RESOLUTION_MS = 10

// Workers inherit what their process was started with; they may block.
if (isMainThread && process.send) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  process.on('message', word => {
    if (word === 'reset') histogram.reset()
    else process.send?.({ p99Ms: beyond(histogram.percentile(99)), maxMs: beyond(histogram.max) } satisfies LoopDelay)
  })
}
