import { setImmediate as turn } from 'node:timers/promises'
import { BroadcastChannel } from 'node:worker_threads'
import type { Cutout, Picture, Segmenter, SegmentOptions } from '../segmentation/segmenter.ts'
import { serveWorker } from '../workers/serve-worker.ts'
import { BEGUN, GATE, nameOf } from './colours.ts'

// The worker of the tests: the colour of a picture's first pixel says what becomes of it.

let open = false
const gate = new BroadcastChannel(GATE)
gate.onmessage = () => {
  open = true
}
gate.unref()
const begun = new BroadcastChannel(BEGUN)
begun.unref()

const segmenter: Segmenter = {
  async segment(picture: Picture, { onProgress, signal }: SegmentOptions = {}): Promise<Cutout> {
    onProgress?.(0.5)
    begun.postMessage(nameOf(picture.pixels))
    const pixels = picture.width * picture.height
    switch (nameOf(picture.pixels)) {
      case 'crash':
        process.exit(1)
        break
      case 'throw':
        throw new Error('the segmenter is broken')
      case 'hang':
        for (;;);
      case 'blocking':
        for (;;) signal?.throwIfAborted()
      case 'gated':
        while (!open) {
          signal?.throwIfAborted()
          await turn()
        }
        break
      case 'nothing':
        return { alpha: new Uint8Array(pixels), confidence: 0.9 }
    }
    // The left half is the subject.
    const alpha = new Uint8Array(pixels).map((_, at) => (at % picture.width < picture.width / 2 ? 255 : 0))
    return { alpha, confidence: 0.875 }
  },
}

await serveWorker(async () => segmenter)
